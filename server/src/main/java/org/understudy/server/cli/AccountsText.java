package org.understudy.server.cli;

import java.io.PrintStream;
import java.util.Locale;
import org.understudy.restore.cli.Printable;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.account.CheckUser;
import org.understudy.server.account.LoginCounts;

/** What people read of accounts. */
final class AccountsText {
    private AccountsText() {}

    static void print(AccountsStatus accounts, PrintStream out) {
        LoginCounts.Seen logins = accounts.logins();
        out.printf(
                Locale.ROOT,
                "  logins: %,d, %,d refused, %,d answers delayed%n",
                logins.succeeded(),
                logins.refused(),
                logins.delayed());
        if (logins.masters() > 0 || logins.mastersRefused() > 0) {
            out.printf(
                    Locale.ROOT,
                    "  masters: %,d in others' mailboxes now, %,d since the start, %,d refused%n",
                    logins.mastersNow(),
                    logins.masters(),
                    logins.mastersRefused());
        }
        if (!accounts.directory().where().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "  directory: %s, %,d passwords right, %,d wrong, %,d could not be checked%n",
                    accounts.directory().where(),
                    accounts.directory().right(),
                    accounts.directory().wrong(),
                    accounts.directory().unavailable());
            if (!accounts.directory().problem().isEmpty()) {
                out.println("  DIRECTORY: cannot be asked, logins of its users are put off: "
                        + Printable.line(accounts.directory().problem()));
            }
        }
        if (!accounts.audit().problem().isEmpty()) {
            out.println("  AUDIT: the log " + Printable.line(accounts.audit().problem())
                    + "; run 'understudy audit verify'");
        }
    }

    static void print(CheckUser.Answer answer, PrintStream out) {
        switch (answer.source()) {
            case STORE -> out.println(answer.name() + " is an account of the store.");
            case DIRECTORY -> out.println(answer.name() + " is a user of the directory.");
            case NONE -> out.println("There is no such user.");
            case UNKNOWN -> out.println("The store has no such user; whether the directory has cannot be told now.");
        }
        switch (answer.said()) {
            case "found" -> {
                out.println("  " + answer.directory() + " has " + Printable.line(answer.dn())
                        + (answer.source() == CheckUser.Source.DIRECTORY ? "" : ", which does not count here")
                        + (answer.why().isEmpty() ? "" : ": " + Printable.line(answer.why())));
                if (!answer.addresses().isEmpty()) {
                    out.println("  addresses: " + Printable.line(String.join(", ", answer.addresses())));
                }
                Long quota = answer.quota();
                if (quota != null) {
                    out.printf(Locale.ROOT, "  quota: %,d octets%n", quota);
                }
            }
            case "none" -> out.println("  " + answer.directory() + " has nobody of that name.");
            case "away" -> out.println("  " + answer.directory() + " cannot be asked: " + Printable.line(answer.why()));
            default -> out.println("  No directory is configured.");
        }
        if (!answer.name().isEmpty()) {
            out.printf(Locale.ROOT, "  %,d mailboxes here%n", answer.mailboxes());
        }
    }
}

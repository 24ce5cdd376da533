package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.loss.LossReport.AdminRow;
import org.understudy.restore.loss.LossReport.Explained;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.HistoryUsed;
import org.understudy.restore.loss.LossReport.Next;
import org.understudy.restore.loss.LossReport.Row;
import org.understudy.restore.loss.LossReport.Totals;

/** A loss report for a terminal: the answer, what it rests on, who lost what, and what to do next. */
final class LossText {
    private static final int SHOWN = 60;
    private static final int SHOWN_GONE = 30;

    private final LossReport it;
    private final int shown;

    /** @param all whether every row is listed */
    LossText(LossReport report, boolean all) {
        it = report;
        shown = all ? Integer.MAX_VALUE : SHOWN;
    }

    void print(PrintStream out) {
        out.print(Printable.line(it.headline()) + "\n\n");
        basis(out);
        if (!it.rows().isEmpty()) {
            out.print("\nLost by month of arrival (UTC):\n");
            months(out);
            out.print("\nLost by user, mailbox and month:\n");
            rows(out);
        }
        gone(out);
        administrators(out);
        canaries(out);
        history(out);
        out.print("\nWhat this report cannot see:\n");
        it.limits().forEach(limit -> out.print("  " + Printable.line(limit) + "\n"));
        next(out);
    }

    private void basis(PrintStream out) {
        Totals totals = it.totals();
        Explained explained = totals.explained();
        out.print("  compared   " + Figures.minute(it.at()) + " UTC, " + it.trigger() + ", in "
                + Figures.duration(it.millis()) + "\n");
        out.print("  live       " + Figures.count(totals.messagesLive(), "message") + " in "
                + Figures.count(totals.mailboxes(), "mailbox") + " of " + Figures.count(totals.users(), "user") + "; "
                + Figures.count(totals.mailboxesProven(), "mailbox") + " proven whole by Merkle tree\n");
        out.print("  explained  " + Figures.number(explained.users()) + " expunged by users, "
                + Figures.number(explained.moved()) + " moved, " + Figures.number(explained.mailboxes())
                + " deleted with a mailbox, " + Figures.number(explained.quota()) + " by quota, "
                + Figures.number(explained.undone()) + " by undo, " + Figures.number(explained.elsewhere())
                + " live elsewhere"
                + (explained.beforeWindow() > 0
                        ? ", " + Figures.number(explained.beforeWindow()) + " expunged before the log's window"
                        : "")
                + "\n");
        out.print("  lost       " + Figures.number(totals.lost()) + " = " + Figures.number(totals.certain())
                + " certain + " + Figures.number(totals.likely()) + " likely + " + Figures.number(totals.possible())
                + " possible; " + Figures.size(totals.lostOctets()) + "; "
                + Figures.number(totals.unreadable()) + " with rows that cannot be read, "
                + Figures.number(totals.withoutCopy()) + " without a copy\n");
    }

    private void months(PrintStream out) {
        TreeMap<String, long[]> months = new TreeMap<>();
        Map<String, Set<String>> users = new HashMap<>();
        for (Row row : it.rows()) {
            long[] sums = months.computeIfAbsent(row.month(), month -> new long[2]);
            sums[0] += row.messages();
            sums[1] += row.octets();
            users.computeIfAbsent(row.month(), month -> new HashSet<>()).add(row.user());
        }
        Table table = new Table("month", "users", "messages", "MB");
        months.forEach((month, sums) -> table.row(
                month, (long) users.getOrDefault(month, Set.of()).size(), sums[0], new Table.Megabytes(sums[1])));
        table.sums()
                .row(
                        "all",
                        (long) (int)
                                it.rows().stream().map(Row::user).distinct().count(),
                        it.totals().lost(),
                        new Table.Megabytes(it.totals().lostOctets()));
        table.print(out, "  ");
    }

    private void rows(PrintStream out) {
        List<Row> listed = worstUsersFirst();
        Table table = new Table("user", "mailbox", "month", "how", "sure", "messages", "MB", "best copy");
        for (Row row : listed.subList(0, Math.min(shown, listed.size()))) {
            table.row(
                    row.user(),
                    row.mailbox().isEmpty() ? "(all)" : row.mailbox(),
                    row.month(),
                    row.kind().word(),
                    row.confidence().word(),
                    row.messages(),
                    new Table.Megabytes(row.octets()),
                    row.copy().isEmpty() ? "none" : row.copy());
        }
        if (listed.size() > shown) {
            long messages = listed.subList(shown, listed.size()).stream()
                    .mapToLong(Row::messages)
                    .sum();
            long octets = listed.subList(shown, listed.size()).stream()
                    .mapToLong(Row::octets)
                    .sum();
            table.sums()
                    .row(
                            Figures.count(listed.size() - shown, "row") + " more; --all lists them",
                            "",
                            "",
                            "",
                            "",
                            messages,
                            new Table.Megabytes(octets),
                            "");
        }
        table.print(out, "  ");
    }

    private List<Row> worstUsersFirst() {
        Map<String, Long> byUser = new HashMap<>();
        it.rows().forEach(row -> byUser.merge(row.user(), row.messages(), Long::sum));
        List<Row> rows = new ArrayList<>(it.rows());
        rows.sort(Comparator.comparingLong((Row row) -> -byUser.getOrDefault(row.user(), 0L))
                .thenComparing(Row::user)
                .thenComparing(Row::mailbox)
                .thenComparing(Row::month));
        return rows;
    }

    private void gone(PrintStream out) {
        if (it.gone().isEmpty()) {
            return;
        }
        out.print("\nGone as a whole:\n");
        Table table = new Table("what", "user", "mailbox", "sure", "had", "note");
        it.gone().stream()
                .limit(SHOWN_GONE)
                .forEach(one -> table.row(
                        one.what().word(),
                        one.user(),
                        one.name().isEmpty() ? "-" : one.name(),
                        one.confidence().word(),
                        one.count(),
                        note(one)));
        table.print(out, "  ");
        if (it.gone().size() > SHOWN_GONE) {
            out.print("  and " + Figures.number(it.gone().size() - SHOWN_GONE) + " more; --json lists them\n");
        }
    }

    private static String note(Gone gone) {
        return switch (gone.what()) {
            case USER -> "messages; no mailbox is left";
            case ACCOUNT -> "may have been deleted on purpose: no log says";
            case MAILBOX -> "messages; mail programs do not see it";
            case SUBSCRIPTIONS -> "subscriptions, and now none";
        };
    }

    private void administrators(PrintStream out) {
        if (it.administrators().isEmpty()) {
            return;
        }
        out.print("\nExpunged by administrators, and not live (no loss if it was meant):\n");
        Table table = new Table("user", "mailbox", "month", "by", "from", "to", "messages", "MB", "best copy");
        List<AdminRow> rows = it.administrators();
        for (AdminRow row : rows.subList(0, Math.min(shown, rows.size()))) {
            table.row(
                    row.user(),
                    row.mailbox().isEmpty() ? "(all)" : row.mailbox(),
                    row.month(),
                    row.author(),
                    Figures.minute(row.from()),
                    Figures.minute(row.to()),
                    row.messages(),
                    new Table.Megabytes(row.octets()),
                    row.copy());
        }
        long listed = rows.stream().limit(shown).mapToLong(AdminRow::messages).sum();
        if (rows.size() > shown) {
            table.sums()
                    .row(
                            Figures.count(rows.size() - (long) shown, "row") + " more; --all lists them",
                            "",
                            "",
                            "",
                            "",
                            "",
                            it.totals().administrators() - listed,
                            "",
                            "");
        }
        table.print(out, "  ");
    }

    private void canaries(PrintStream out) {
        if (!it.canaries().isEmpty()) {
            out.print("\nCanaries:\n");
            print(it.canaries(), out);
        }
    }

    /** One line for each canary, and one for each fault. */
    static void print(List<CanaryState> canaries, PrintStream out) {
        for (CanaryState canary : canaries) {
            out.print("  " + Printable.line(canary.user()) + ": "
                    + (canary.wrong() ? "NOT AS MADE: " : "sound: ") + Figures.number(canary.sound()) + " of "
                    + Figures.count(canary.expected(), "message") + " equal byte for byte"
                    + (canary.expunged() > 0 ? ", " + Figures.number(canary.expunged()) + " expunged by somebody" : "")
                    + "\n");
            canary.faults().forEach(fault -> out.print("    " + Printable.line(fault) + "\n"));
        }
    }

    private void history(PrintStream out) {
        out.print("\nHistory compared with:\n");
        for (HistoryUsed one : it.history()) {
            String verified = one.verified() == null
                    ? "never verified"
                    : (one.sound() ? "verified " : "found damaged ") + Figures.minute(one.verified()) + " UTC"
                            + (one.full() ? "" : " (sizes only)");
            out.print("  " + one.id() + "  "
                    + (one.used() ? Figures.count(one.messages(), "message") + ", " + verified : "PASSED OVER")
                    + (one.why().isEmpty() ? "" : ": " + Printable.line(one.why())) + "\n");
        }
    }

    private void next(PrintStream out) {
        out.print("\n");
        if (!it.found() && it.administrators().isEmpty()) {
            out.print("Nothing to do.\n");
            return;
        }
        List<Next> lost =
                it.next().stream().filter(one -> !one.administrators()).toList();
        lost.forEach(one -> out.print("Next, for " + Figures.count(one.messages(), "message") + " of "
                + Figures.count(one.users(), "user") + ": " + one.command() + "\n"));
        it.next().stream()
                .filter(Next::administrators)
                .forEach(one -> out.print(
                        "If the administrators' expunge was a mistake (" + Figures.count(one.messages(), "message")
                                + " of " + Figures.count(one.users(), "user") + "): " + one.command() + "\n"));
        boolean unverified = it.history().stream()
                .anyMatch(one -> one.used()
                        && one.verified() == null
                        && it.next().stream().anyMatch(next -> next.snapshot().equals(one.id())));
        if (unverified) {
            out.print("Before that: understudy repo verify --full   (the snapshot was never read again)\n");
        }
        if (it.totals().unreadable() > 0 || it.gone().stream().anyMatch(Gone::loss)) {
            out.print("Also: understudy fsck   (says what of the store itself is damaged)\n");
        }
    }
}

package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.export.ExportCounts;
import org.understudy.restore.export.ExportMail;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy export}. */
@Command(
        name = "export",
        description = {
            "Copy mail out into files that other programs read: a Maildir, mbox files, or message files in a zip archive,"
                    + " one for each user.",
            "Every message is compared with its digest on the way. One that cannot be read is named and left out, and"
                    + " the exit code is then 3.",
            "Nothing is overwritten. An export that was interrupted goes on when the same command is given again."
        },
        footer = {
            "",
            "Example: understudy export --user anna --format eml --out /home/anna/mail",
            "         understudy export --all-users --format maildir --snapshot latest --out /srv/copy",
            "         understudy export --user anna --mailbox Sent --format mbox --restore r-20260527-3fa9 --out /tmp/a"
        })
final class ExportVerb extends OperationVerb<ExportMail.Request, ExportMail.Result> {
    private static final int SHOWN = 20;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = {
                "maildir  Maildir++ as Dovecot writes it",
                "mbox     mbox files (mboxrd) as Thunderbird lays them out",
                "eml      message files in a zip archive, for any computer"
            })
    private String format;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The folder to export into; made if it is missing. The server's system user must be able to"
                    + " write there while the server runs.")
    private Path out;

    @Option(names = "--user", paramLabel = "NAME", description = "This user's mail. May be given again.")
    private Set<String> users = new TreeSet<>();

    @Option(names = "--all-users", description = "Everybody's mail.")
    private boolean all;

    @Option(
            names = "--mailbox",
            paramLabel = "NAME",
            description = "Only this mailbox, none below it; levels divided by '.'. May be given again.")
    private Set<String> mailboxes = new TreeSet<>();

    @Option(
            names = "--snapshot",
            paramLabel = "SNAPSHOT",
            description = "From a snapshot of the repository, by its id, the beginning of it, or latest; not from live"
                    + " mail.")
    @Nullable
    private String snapshot;

    @Option(
            names = "--restore",
            paramLabel = "ID",
            description = "From the shadow of a restore that is validated; not from live mail.")
    @Nullable
    private String restore;

    @Option(
            names = "--everything",
            description = "With --restore: also messages that are damaged or may be another user's. Look at them before"
                    + " you hand them on.")
    private boolean everything;

    ExportVerb(Frame frame) {
        super(frame, RestoreOperations.export());
    }

    @Override
    protected ExportMail.Request request(Invocation invocation) {
        if (all == !users.isEmpty()) {
            throw usage(
                    all ? "--user and --all-users exclude each other" : "nobody is named",
                    "Name a user with --user NAME, or give --all-users.");
        }
        if (Stream.of(snapshot, restore).filter(one -> one != null).count() > 1) {
            throw usage("--snapshot and --restore exclude each other", "Name one of them, or neither for live mail.");
        }
        if (everything && restore == null) {
            throw usage("--everything belongs to --restore", "Leave it out: anything else is exported as a whole.");
        }
        String from = snapshot != null
                ? ExportMail.SNAPSHOT + snapshot
                : restore != null ? ExportMail.RESTORE + RestoreName.resolve(invocation, restore) : ExportMail.LIVE;
        Set<String> lower = new TreeSet<>();
        users.forEach(user -> lower.add(user.toLowerCase(Locale.ROOT)));
        return new ExportMail.Request(
                from, format, lower, mailboxes, invocation.absolute(out).toString(), everything);
    }

    private static OperatorException usage(String message, String hint) {
        return new OperatorException(Reason.USAGE, message, hint);
    }

    @Override
    protected int exitCode(ExportMail.Result result) {
        return result.counts().sound() ? 0 : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(ExportMail.Result result, PrintStream out) {
        ExportCounts counts = result.counts();
        out.print("Exported to " + Printable.line(result.out()) + ", from the " + Printable.line(result.origin())
                + (result.resumed() ? "; went on with what was done before" : "") + ".\n");
        Table table = new Table("user", "mailboxes", "messages", "MB", "unreadable", "to");
        result.users()
                .forEach(user -> table.row(
                        user.user(),
                        (long) user.mailboxes(),
                        user.counts().exported(),
                        new Table.Megabytes(user.counts().bytes()),
                        user.counts().unreadable(),
                        user.place()));
        table.print(out, "  ");
        out.print("  messages  " + Figures.number(counts.found()) + " = " + Figures.number(counts.exported())
                + " exported + " + Figures.number(counts.heldBack()) + " held back + "
                + Figures.number(counts.unreadable()) + " unreadable + " + Figures.number(counts.vanished())
                + " expunged meanwhile\n");
        out.print("  mail      " + Figures.size(counts.bytes()) + " in " + Figures.duration(result.millis()) + "\n");
        if (counts.heldBack() > 0) {
            out.print("Held back are messages that are damaged or may be another user's; 'understudy restore report'"
                    + " names them.\n");
        }
        if (!counts.sound()) {
            faults(result, out);
        }
        out.print("To check it: understudy inspect " + Printable.line(result.out())
                + (result.format().equals("eml") ? "/USER.zip" : "") + "\n");
    }

    private static void faults(ExportMail.Result result, PrintStream out) {
        ExportCounts counts = result.counts();
        long all = counts.unreadable() + counts.flagsLost() + counts.unproven();
        out.print("NOT SOUND: " + Figures.count(counts.unreadable(), "message") + " could not be read and "
                + (counts.unreadable() == 1 ? "is" : "are") + " not in the export; "
                + Figures.number(counts.flagsLost())
                + " lack flags or keywords; " + Figures.number(counts.unproven())
                + " cannot be proven by the snapshot's manifest.\n");
        Table table = new Table("user", "mailbox", "UID", "is", "why");
        result.faults().stream()
                .limit(SHOWN)
                .forEach(one -> table.row(one.user(), one.mailbox(), one.uid(), one.kind(), one.why()));
        table.print(out, "  ");
        if (all > SHOWN) {
            out.print(
                    "  and " + Figures.number(all - SHOWN) + " more; understudy-export.json in each export has them\n");
        }
        out.print("HINT: run 'understudy fsck', and export those messages from a snapshot: --snapshot ID.\n");
    }
}

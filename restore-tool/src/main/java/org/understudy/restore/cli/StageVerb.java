package org.understudy.restore.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore stage}. */
@Command(
        name = "stage",
        description = {
            "Begin a restore: replay a source into a shadow, apart from all live mail.",
            "Each item of the source is accounted for. One that was cut short goes on with --id."
        },
        footer = {
            "",
            "Example: understudy restore stage /backup/vmail/example.org/anna/Maildir --rename anna@example.org=anna",
            "         understudy restore stage --snapshot latest --user anna",
            "         understudy restore stage --at 2026-05-26T23:59:30Z --user anna",
            "         understudy restore stage imaps://anna@old.example.org/ --password-file anna.pw",
            "         understudy restore stage /backup/vmail --against /older/vmail --against snapshot:latest",
            "         understudy restore stage --id r-20260527-3fa9"
        })
final class StageVerb extends OperationVerb<StageRestore.Request, StageRestore.Result> {
    private static final int SHOWN = 20;

    @Parameters(
            paramLabel = "SOURCE",
            arity = "0..1",
            description =
                    "Maildirs, mbox files, sdbox or mdbox folders, folders of .eml files, a spool of Cyrus, Outlook data"
                            + " files (PST, OST), account backups of James or mailbox archives of Zimbra, one or a"
                            + " directory with those of users; a tar, zip, gz, bz2 or zst archive of such; or an IMAP"
                            + " account, imaps://user@host/.")
    @Nullable
    private Path source;

    @Option(
            names = "--snapshot",
            paramLabel = "SNAPSHOT",
            description = "A snapshot of the repository instead: its id, the beginning of it, or latest.")
    @Nullable
    private String snapshot;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "The mail as it was at that moment, made from a snapshot and the log after it; for example"
                    + " 2026-05-26T23:59:30Z. 'repo list' shows which moments can be reached.")
    @Nullable
    private String at;

    @Option(
            names = "--expunged",
            description = "What was expunged and is still in the store (configuration: expunged.keep). Preview it with"
                    + " --include-expunged.")
    private boolean expunged;

    @Option(
            names = "--against",
            paramLabel = "SOURCE2",
            description =
                    "Another source that holds the same mail: a folder, snapshot: and a snapshot's name, or at: and a"
                            + " moment. Of each"
                            + " message the best copy is taken, and what SOURCE lacks is added. May be given again.")
    private List<String> against = new ArrayList<>();

    @Option(names = "--id", paramLabel = "ID", description = "Go on with this restore, which was cut short.")
    @Nullable
    private String id;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Only this user's mail, by the name after renaming. May be given again.")
    private Set<String> users = new TreeSet<>();

    @Option(
            names = "--users-file",
            paramLabel = "FILE",
            description = "Only the users that this file names, one a line; - for standard input. Together with --user,"
                    + " both. 'restore cohort' makes a restore of its own for each.")
    @Nullable
    private Path usersFile;

    @Option(
            names = "--rename",
            paramLabel = "OLD=NEW",
            description = "Give a user of the source another name. May be given again.")
    private Map<String, String> renames = new TreeMap<>();

    @Option(
            names = "--limit",
            paramLabel = "MB",
            description = {
                "Read and write at most so many MB a second, 0 for no limit.",
                "Default: no limit while nobody uses the live store, 30 while users do."
            })
    @Nullable
    private Double limit;

    @Mixin
    private AccountOptions account = new AccountOptions();

    StageVerb(Frame frame) {
        super(frame, RestoreOperations.stage());
    }

    @Override
    protected StageRestore.Request request(Invocation invocation) throws IOException, InterruptedException {
        long named = Stream.of(source != null, snapshot != null, at != null, expunged, id != null)
                .filter(given -> given)
                .count();
        if (named != 1) {
            throw usage(
                    named == 0
                            ? "no source is named"
                            : "more than one of SOURCE, --snapshot, --at, --expunged and --id is named",
                    "name a folder, or --snapshot ID, or --at INSTANT, or --expunged, or --id ID to go on with a"
                            + " restore");
        }
        if (id != null) {
            if (!users.isEmpty() || usersFile != null || !renames.isEmpty() || limit != null || !against.isEmpty()) {
                throw usage(
                        "--id goes on as the restore was begun, so --user, --users-file, --rename, --against and"
                                + " --limit cannot be"
                                + " given",
                        "leave them out, or begin another restore with the source's name");
            }
            return StageRestore.Request.resume(RestoreName.resolve(invocation, id));
        }
        String location = expunged
                ? StandardSources.EXPUNGED
                : snapshot != null
                        ? StandardSources.SNAPSHOT + snapshot
                        : at != null
                                ? StandardSources.AT + StandardSources.moment(StandardSources.AT + at)
                                : invocation
                                        .absolute(Path.of(account.fetched(
                                                invocation, source(source).toString())))
                                        .toString();
        Set<String> only = lower(users);
        if (usersFile != null) {
            only.addAll(UsersFile.read(invocation, usersFile));
        }
        return new StageRestore.Request("", "", location, lower(renames), only, Pacing.rate(limit), others(invocation));
    }

    private List<String> others(Invocation invocation) throws IOException, InterruptedException {
        List<String> others = new ArrayList<>();
        for (String one : against) {
            others.add(
                    one.startsWith(StandardSources.SNAPSHOT) || one.startsWith(StandardSources.AT)
                            ? one
                            : invocation
                                    .absolute(Path.of(account.fetched(invocation, one)))
                                    .toString());
        }
        return others;
    }

    private static Path source(@Nullable Path given) {
        if (given == null) {
            throw new IllegalStateException("neither a source nor a snapshot");
        }
        return given;
    }

    private static Map<String, String> lower(Map<String, String> names) {
        Map<String, String> lower = new TreeMap<>();
        names.forEach((from, to) ->
                lower.put(from.toLowerCase(java.util.Locale.ROOT), to.toLowerCase(java.util.Locale.ROOT)));
        return lower;
    }

    private static Set<String> lower(Collection<String> names) {
        Set<String> lower = new TreeSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(java.util.Locale.ROOT)));
        return lower;
    }

    private static OperatorException usage(String message, String hint) {
        return new OperatorException(Reason.USAGE, message, hint);
    }

    @Override
    protected void print(StageRestore.Result result, PrintStream out) {
        ReplayTotals totals = result.totals();
        out.print("Restore " + result.id() + " is staged: the source lies in a shadow, live mail is untouched.\n");
        out.print("  source  " + Printable.line(result.source()) + "\n");
        out.print("  items   " + Figures.number(totals.items()) + " = " + Figures.number(totals.replayed())
                + " replayed + " + Figures.number(totals.duplicate()) + " duplicate + "
                + Figures.number(totals.unreadable()) + " unreadable + " + Figures.number(totals.ignored())
                + " ignored\n");
        out.print("  mail    " + Figures.size(totals.bytes()) + " replayed in " + Figures.duration(result.millis())
                + "\n");
        long left = totals.duplicate() + totals.unreadable();
        if (left > 0) {
            out.print("Not replayed, though meant as mail: " + Figures.count(left, "item") + "\n");
            Table table = new Table("item", "is", "why");
            result.left().stream().limit(SHOWN).forEach(one -> table.row(one.path(), word(one.bin()), one.why()));
            table.print(out, "  ");
            if (left > SHOWN) {
                out.print("  and " + Figures.number(left - SHOWN) + " more\n");
            }
        }
        NextStep.print(out, result.id(), result.state(), null);
    }

    /** Items that are meant as mail and cannot be read are damage of the source. */
    @Override
    protected int exitCode(StageRestore.Result result) {
        return result.totals().unreadable() == 0 ? 0 : Reason.UNSOUND.exitCode();
    }

    private static String word(ItemOutcome.Bin bin) {
        return switch (bin) {
            case DUPLICATE -> "duplicate";
            case UNREADABLE -> "UNREADABLE";
            case IGNORED -> "ignored";
        };
    }
}

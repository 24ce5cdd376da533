package org.understudy.restore.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.copies.CopyTotals;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.inspect.InspectionFile;
import org.understudy.restore.inspect.InspectionLines;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.inspect.Unsound;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.page.InspectionPage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy inspect}. */
@Command(
        name = "inspect",
        description = {
            "Validate every message of a backup, without server or store, and change nothing.",
            "",
            "Each message gets a verdict: proven (a trusted checksum shows that the bytes are the stored ones),"
                    + " consistent (nothing speaks against it), suspect (something does) or damaged (the bytes are not"
                    + " those).",
            "Then all messages are compared with each other: blocks and whole files of one user's mail in another's, copies that"
                    + " prove each other, and mail that was delivered for somebody else.",
            "Exit code 0 if all is sound, 3 if anything is suspect, damaged, unreadable or another user's."
        },
        footer = {
            "",
            "Examples:",
            "  understudy inspect /backup/home",
            "  understudy inspect /backup/home --user anna --json-lines anna.jsonl",
            "  understudy inspect /backup/home --html backup.html",
            "  understudy inspect /backup/home --known-users all-users.txt",
            "  understudy inspect imaps://anna@old.example.org/ --password-file anna.pw",
            "  understudy inspect /backup/home --only-unsound --json-lines - | less",
            "  understudy inspect /backup/home --against /older/home --against snapshot:latest"
        })
public final class InspectVerb extends Verb {
    private static final int LISTED = 20;
    private static final int CHECKED_EVERY = 256;
    private static final String STANDARD_OUTPUT = "-";

    @Parameters(
            paramLabel = "SOURCE",
            description =
                    "The backup: Maildirs, mbox files, sdbox or mdbox folders, folders of .eml files, a spool of Cyrus,"
                            + " Outlook data files (PST, OST), account backups of James or mailbox archives of Zimbra, one"
                            + " or a directory with those of users; a tar, zip, gz, bz2 or zst archive of such; an IMAP"
                            + " account, imaps://user@host/; or snapshot:ID, a snapshot of the configured repository (its"
                            + " id, the beginning of it, or latest).")
    @Nullable
    private Path source;

    @Option(
            names = "--json-lines",
            paramLabel = "FILE",
            description = "Write one JSON line an item, and the totals last; - for standard output.")
    @Nullable
    private String jsonLines;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the result as one page for a browser, complete in itself.")
    @Nullable
    private Path html;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Inspect this user's mail only, as the backup names them; may be given again.")
    @Nullable
    private List<String> users;

    @Option(
            names = "--known-users",
            paramLabel = "FILE",
            description =
                    "A file with all users that there are, one name or address a line, so that mail is noticed that"
                            + " lies with the wrong one. The users of the backup are known without it.")
    @Nullable
    private Path knownUsers;

    @Option(
            names = "--against",
            paramLabel = "SOURCE2",
            description = "Compare with another source that holds the same mail, and say of each message which copy is"
                    + " best; may be given again.")
    @Nullable
    private List<String> against;

    @Option(
            names = "--rename",
            paramLabel = "OLD=NEW",
            description =
                    "Give a user of the sources another name, so that copies of one user's mail are known as such;"
                            + " may be given again.")
    @Nullable
    private Map<String, String> renames;

    @Option(
            names = "--only-unsound",
            description = "Write JSON lines only of items that are suspect, damaged, unreadable or another user's; the"
                    + " totals are of all.")
    private boolean onlyUnsound;

    @Mixin
    private AccountOptions account = new AccountOptions();

    public InspectVerb(Frame frame) {
        super(frame);
    }

    /**
     * What {@code --json} prints.
     *
     * @param unsound items that someone should look at, worst first, {@value #LISTED} at most
     * @param copies how the source compares with others, or null if there are none
     */
    public record Result(
            InspectionSummary totals,
            List<Line> unsound,
            @Nullable CopyTotals copies) {}

    /**
     * One item that someone should look at.
     *
     * @param mailbox user, mailbox and UID as far as they are known; may be empty
     * @param grade {@code damaged}, {@code suspect} or {@code unreadable}
     * @param reasons in words, at least one
     */
    public record Line(String item, String mailbox, String grade, List<String> reasons) {}

    @Override
    protected int run(Invocation invocation) throws Exception {
        if (source == null) {
            throw new IllegalStateException("picocli lets no call pass without SOURCE");
        }
        Path named = Path.of(account.fetched(invocation, source.toString()));
        List<String> others = fetched(invocation);
        SourcePlaces places = new SourcePlaces(
                invocation, renames == null ? Map.of() : renames, users == null ? Set.of() : Set.copyOf(users));
        Path page = html == null ? null : places.outside(named, others, invocation.absolute(html));
        if (page != null) {
            InspectionPage.check(page);
        }
        List<String> known = knownUsers == null ? List.of() : LocalUsers.read(invocation.absolute(knownUsers));
        Path file = jsonLines == null || STANDARD_OUTPUT.equals(jsonLines)
                ? null
                : places.outside(named, others, invocation.absolute(Path.of(jsonLines)));
        InspectionSummary summary;
        try (ComparedSources sources = places.open(named, others)) {
            summary = STANDARD_OUTPUT.equals(jsonLines)
                    ? toStandardOutput(invocation, sources, known, page)
                    : toFileOrNowhere(invocation, sources, known, file, page);
        }
        return summary.sound() ? 0 : Reason.UNSOUND.exitCode();
    }

    /** The sources to compare with, accounts fetched; null if there are none. */
    @Nullable
    private List<String> fetched(Invocation invocation) throws IOException, InterruptedException {
        if (against == null) {
            return null;
        }
        List<String> fetched = new ArrayList<>();
        for (String one : against) {
            fetched.add(account.fetched(invocation, one));
        }
        return fetched;
    }

    private InspectionSummary toStandardOutput(
            Invocation invocation, ComparedSources sources, List<String> known, @Nullable Path page)
            throws InterruptedException {
        Console console = invocation.console();
        if (console.json()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--json and --json-lines - both want standard output",
                    "Leave out --json: the totals are the last of the JSON lines.");
        }
        InspectionSummary[] summary = new InspectionSummary[1];
        Unsound unsound = new Unsound(InspectionPage.LISTED);
        console.result("", out -> {
            try (InspectionLines lines = new InspectionLines(out, onlyUnsound)) {
                summary[0] = sources.inspect(
                        Inspection.standard(known),
                        (item, best) -> {
                            lines.accept(item, best);
                            unsound.accept(Comparison.naming(item, best));
                            if (item.ref().ordinal() % CHECKED_EVERY == 0 && out.checkError()) {
                                throw new InterruptedIOException("nobody reads standard output any more");
                            }
                        },
                        lines::onlyThere,
                        Progress.SILENT);
                lines.totals(summary[0], sources.copies());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writePage(invocation, summary[0], unsound, sources, null, page);
        stopIfInterrupted(summary[0]);
        return summary[0];
    }

    private InspectionSummary toFileOrNowhere(
            Invocation invocation,
            ComparedSources sources,
            List<String> known,
            @Nullable Path file,
            @Nullable Path page)
            throws IOException, InterruptedException {
        Console console = invocation.console();
        Unsound unsound = new Unsound(InspectionPage.LISTED);
        InspectionSummary summary;
        Path written = null;
        try (ShownProgress progress = console.progress()) {
            if (file == null) {
                summary = sources.inspect(
                        Inspection.standard(known),
                        (item, best) -> unsound.accept(Comparison.naming(item, best)),
                        (source, message, best) -> {},
                        progress);
            } else {
                try (InspectionFile lines = InspectionFile.create(file, onlyUnsound)) {
                    summary = sources.inspect(
                            Inspection.standard(known),
                            (item, best) -> {
                                lines.lines().accept(item, best);
                                unsound.accept(Comparison.naming(item, best));
                            },
                            lines.lines()::onlyThere,
                            progress);
                    written = lines.finish(summary, sources.copies());
                }
            }
        }
        List<Inspected> listed = unsound.items();
        Result result = new Result(
                summary, InspectionText.lines(listed.subList(0, Math.min(LISTED, listed.size()))), sources.copies());
        Path named = written;
        writePage(invocation, summary, unsound, sources, named, page);
        if (summary.complete() || !console.json()) {
            console.result(result, out -> InspectionText.print(result, named, out));
        }
        stopIfInterrupted(summary);
        return summary;
    }

    private static void writePage(
            Invocation invocation,
            InspectionSummary summary,
            Unsound unsound,
            ComparedSources sources,
            @Nullable Path fullList,
            @Nullable Path page) {
        if (page != null) {
            CopyTotals copies = sources.copies();
            if (copies == null) {
                InspectionPage.write(
                        summary, unsound.items(), fullList, invocation.clock().instant(), page);
            } else {
                InspectionPage.write(
                        summary,
                        unsound.items(),
                        copies,
                        sources.onlyThere(),
                        fullList,
                        invocation.clock().instant(),
                        page);
            }
            invocation.console().note("The page for a browser: " + page);
        }
    }

    private static void stopIfInterrupted(InspectionSummary summary) throws InterruptedException {
        if (!summary.complete()) {
            Thread.interrupted(); // the exception takes over from the status
            throw new InterruptedException();
        }
    }
}

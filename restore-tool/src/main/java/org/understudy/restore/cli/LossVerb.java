package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.loss.LossFiles;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.report.page.LossPage;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy loss}. */
@Command(
        name = "loss",
        description = {
            "Say who lost what: which users, which mailboxes, which months, how many messages, how sure that is, and"
                    + " which snapshot has the best copies.",
            "Compares the live store with all snapshots and with its own logs; what users expunged, moved or deleted is"
                    + " no loss. Nothing is changed. Exit code 16 if mail is missing or a canary is wrong."
        },
        footer = {
            "",
            "Example: understudy loss --html loss.html",
            "         understudy loss --latest",
            "         understudy loss 2026-05-27"
        })
final class LossVerb extends Verb {
    @Parameters(
            paramLabel = "SNAPSHOT",
            arity = "0..*",
            description = "Compare with these only: an id, its beginning, or latest. Default: all.")
    private List<String> snapshots = new ArrayList<>();

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Compare with what there was at that moment, made from a snapshot and the log after it; for"
                    + " example 2026-05-26T23:59:30Z. May be given again, and with snapshots.")
    private List<String> moments = new ArrayList<>();

    @Option(
            names = "--latest",
            description = "Show the answer of the last run, the server's own included, instead of comparing again.")
    private boolean latest;

    @Option(
            names = "--expunge-window",
            paramLabel = "DAYS",
            description = "How long the expunge log keeps a row. 0, the default: for ever, as this server does.")
    private int windowDays;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report there as a page for a browser too.")
    @Nullable
    private Path htmlFile;

    @Option(names = "--all", description = "List every row, not only the worst.")
    private boolean all;

    @Option(
            names = "--strict",
            description = "Exit code 16 also for what administrators expunged and nobody has brought back.")
    private boolean strict;

    LossVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws InterruptedException {
        if (latest && (!snapshots.isEmpty() || !moments.isEmpty() || windowDays != 0)) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--latest shows an answer that is there already, so no snapshot or window can be named",
                    "Leave --latest out to compare again.");
        }
        if (htmlFile != null) {
            LossPage.check(invocation.absolute(htmlFile));
        }
        LossReport report = latest ? kept(invocation) : compared(invocation);
        if (htmlFile != null) {
            Path page = invocation.absolute(htmlFile);
            LossPage.write(report, page);
            invocation.console().note("The page was written to " + page);
        }
        invocation.console().result(report, out -> print(report, out));
        boolean expunged = strict && report.totals().administrators() > 0;
        return report.found() || expunged ? Reason.LOSS.exitCode() : 0;
    }

    private void print(LossReport report, PrintStream out) {
        new LossText(report, all).print(out);
    }

    private LossReport compared(Invocation invocation) throws InterruptedException {
        try (ShownProgress progress = invocation.console().progress()) {
            return invocation
                    .operations()
                    .run(
                            RestoreOperations.loss(),
                            new FindLoss.Request(compared(), windowDays, "command", false),
                            progress);
        }
    }

    private List<String> compared() {
        List<String> names = new ArrayList<>(snapshots);
        moments.forEach(moment -> names.add(StandardSources.AT + StandardSources.moment(StandardSources.AT + moment)));
        return names;
    }

    private static LossReport kept(Invocation invocation) {
        LossFiles files = LossFiles.in(invocation.dataFolder());
        return files.latest()
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND,
                        "there is no answer in " + files.folder() + " yet",
                        "Run 'understudy loss'; the server does so itself after each start and snapshot."));
    }
}

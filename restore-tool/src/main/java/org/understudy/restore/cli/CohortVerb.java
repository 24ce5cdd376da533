package org.understudy.restore.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.cohort.ApproveCohort;
import org.understudy.restore.cohort.CohortReport;
import org.understudy.restore.cohort.Hold;
import org.understudy.restore.cohort.MergeCohort;
import org.understudy.restore.cohort.StageCohort;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore cohort}. */
@Command(
        name = "cohort",
        description = {
            "Bring back the mail of many users: stage, validate and plan a restore of its own for each.",
            "One who fails never stops the rest; the end says of each user what became of it, and the figures add up."
                    + " Nothing live is changed before the list of all plans is approved and merged.",
            "Exit code 3 if users failed or are held for review."
        },
        commandListHeading = "%nThen:%n",
        footer = {
            "",
            "Example: understudy restore cohort --snapshot latest --users-file lost.txt --since 2026-01-01",
            "         understudy restore cohort approve latest --hash 4be1c02a77d9 --by anna",
            "         understudy restore cohort merge latest",
            "         understudy restore cohort /backup/vmail --all --merge --by anna"
        })
final class CohortVerb extends Verb {
    static final String ID = "The cohort: its id, the beginning of it, its last four digits, or latest.";

    @Parameters(paramLabel = "SOURCE", arity = "0..1", description = "A folder of Maildirs.")
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
            description = "The mail as it was at that moment, for example 2026-05-26T23:59:30Z; 'repo list' shows which"
                    + " moments can be reached.")
    @Nullable
    private String at;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Go on with this cohort, which was cut short, and try again what failed.")
    @Nullable
    private String id;

    @Option(
            names = "--users-file",
            paramLabel = "FILE",
            description = "The users, one a line; - for standard input. Together with --user, both.")
    @Nullable
    private Path usersFile;

    @Option(names = "--all", description = "All users of the source.")
    private boolean all;

    @Option(
            names = "--rename",
            paramLabel = "OLD=NEW",
            description = "Give a user of the source another name. May be given again.")
    private Map<String, String> renames = new TreeMap<>();

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Option(
            names = "--hold",
            paramLabel = "WHOM",
            description = "Users who are held for review instead of being listed: those with damaged messages or"
                    + " unreadable items (damage, the default), those with suspect messages too (doubt), or none"
                    + " (never). Users that live does not have always are.")
    private Hold hold = Hold.DAMAGE;

    @Option(
            names = "--approvals",
            paramLabel = "N",
            description = "How many persons must approve, 1 or 2; never fewer than the configuration asks for.")
    private int approvals = 1;

    @Option(names = "--at-once", paramLabel = "N", description = "Work on so many users at the same time. Default: 2.")
    private int atOnce = 2;

    @Option(
            names = "--limit",
            paramLabel = "MB",
            description = "Write at most so many MB a second while staging; 0, the default, for no limit.")
    private double limit;

    @Option(
            names = "--merge",
            description =
                    "Approve the list in your own name as soon as it is there, and merge it. Only where one person"
                            + " is enough.")
    private boolean merge;

    @Option(names = "--list", description = "Print each user.")
    private boolean list;

    @Mixin
    private ApproverOptions approver = new ApproverOptions();

    CohortVerb(Frame frame) {
        super(frame);
    }

    static CommandLine command(Frame frame) {
        CommandLine command = new CommandLine(new CohortVerb(frame));
        CohortSteps.all(frame).forEach(command::addSubcommand);
        return command;
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        StageCohort.Request request = request(invocation);
        String password = merge ? approver.password(invocation) : null;
        CohortReport report = done(invocation, RestoreOperations.stageCohort(), request);
        if (merge && report.summary().ready() > 0) {
            report = approveAndMerge(invocation, report, password);
        }
        CohortReport end = report;
        invocation.console().result(end, out -> new CohortText(out).print(end, list));
        return CohortText.exitCode(end);
    }

    private CohortReport approveAndMerge(Invocation invocation, CohortReport report, @Nullable String password)
            throws InterruptedException {
        if (report.approvalsNeeded() > 1) {
            invocation.console().note("Two persons must approve the list, so --merge stops here; nothing was merged.");
            return report;
        }
        if (report.missing() > 0) {
            done(
                    invocation,
                    RestoreOperations.approveCohort(),
                    new ApproveCohort.Request(report.id(), report.hash(), approver.by(), password));
        }
        return done(invocation, RestoreOperations.mergeCohort(), new MergeCohort.Request(report.id(), 0, false));
    }

    static <Q> CohortReport done(
            Invocation invocation, org.understudy.restore.operation.Operation<Q, CohortReport> operation, Q request)
            throws InterruptedException {
        try (ShownProgress progress = invocation.console().progress()) {
            return invocation.operations().run(operation, request, progress);
        }
    }

    private StageCohort.Request request(Invocation invocation) throws IOException {
        long named = Stream.of(source != null, snapshot != null, at != null, id != null)
                .filter(given -> given)
                .count();
        if (named != 1) {
            throw usage(
                    named == 0 ? "no source is named" : "more than one of SOURCE, --snapshot, --at and --id is named",
                    "name a folder, or --snapshot ID, or --at INSTANT, or --id ID to go on with a cohort");
        }
        boolean chosen = usersFile != null || !policy.users().isEmpty();
        if (id != null) {
            if (chosen || all || !renames.isEmpty()) {
                throw usage(
                        "--id goes on as the cohort was begun, so its users cannot be named again",
                        "leave --user, --users-file, --all and --rename out, or begin another cohort");
            }
            return StageCohort.Request.resume(CohortName.resolve(invocation, id));
        }
        if (chosen == all) {
            throw usage(
                    all ? "--all is given beside --user or --users-file" : "no user is named",
                    "name users with --user or --users-file, or take --all of the source");
        }
        if (atOnce < 1 || atOnce > 16) {
            throw usage("--at-once is " + atOnce + ", expected 1 to 16", "2 is as much as most disks can do");
        }
        Set<String> users = lower(policy.users());
        if (usersFile != null) {
            users.addAll(UsersFile.read(invocation, usersFile));
        }
        Map<String, String> renamed = new TreeMap<>();
        renames.forEach((from, to) -> renamed.put(from.toLowerCase(Locale.ROOT), to.toLowerCase(Locale.ROOT)));
        return new StageCohort.Request(
                "",
                "",
                location(invocation),
                renamed,
                users,
                policy.policy(),
                approvals,
                hold,
                Pacing.bytes(limit),
                atOnce);
    }

    private String location(Invocation invocation) {
        if (snapshot != null) {
            return StandardSources.SNAPSHOT + snapshot;
        }
        if (at != null) {
            return StandardSources.AT + StandardSources.moment(StandardSources.AT + at);
        }
        if (source == null) {
            throw new IllegalStateException("neither a source nor a snapshot");
        }
        return invocation.absolute(source).toString();
    }

    static Set<String> lower(Set<String> names) {
        Set<String> lower = new TreeSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        return lower;
    }

    private static OperatorException usage(String message, String hint) {
        return new OperatorException(Reason.USAGE, message, hint);
    }
}

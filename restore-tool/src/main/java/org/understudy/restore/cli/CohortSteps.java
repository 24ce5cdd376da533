package org.understudy.restore.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.cohort.ApproveCohort;
import org.understudy.restore.cohort.Cohort;
import org.understudy.restore.cohort.CohortReport;
import org.understudy.restore.cohort.CohortStatus;
import org.understudy.restore.cohort.Cohorts;
import org.understudy.restore.cohort.MergeCohort;
import org.understudy.restore.cohort.UndoCohort;
import org.understudy.restore.operation.Operation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The steps of a cohort after it is prepared, below {@code understudy restore cohort}. */
final class CohortSteps {
    private CohortSteps() {}

    static List<Verb> all(Frame frame) {
        return List.of(new Status(frame), new Approve(frame), new Merge(frame), new Undo(frame), new ListAll(frame));
    }

    /** One that works on a cohort and prints how it stands. */
    abstract static class Step<Q> extends OperationVerb<Q, CohortReport> {
        @Option(names = "--list", description = "Print each user.")
        private boolean list;

        Step(Frame frame, Operation<Q, CohortReport> operation) {
            super(frame, operation);
        }

        @Override
        protected int exitCode(CohortReport result) {
            return CohortText.exitCode(result);
        }

        @Override
        protected void print(CohortReport result, PrintStream out) {
            new CohortText(out).print(result, list);
        }
    }

    @Command(
            name = "status",
            description = "Say how far each user of a cohort is, and which command is next.",
            footer = {"", "Example: understudy restore cohort status latest --list"})
    static final class Status extends Step<CohortStatus.Request> {
        @Parameters(paramLabel = "ID", description = CohortVerb.ID)
        private String id;

        Status(Frame frame) {
            super(frame, RestoreOperations.cohortStatus());
        }

        @Override
        protected CohortStatus.Request request(Invocation invocation) {
            return new CohortStatus.Request(CohortName.resolve(invocation, id));
        }
    }

    @Command(
            name = "approve",
            description = {
                "Consent to all plans of a cohort, by the hash of their list. Users who failed or are held are not in it.",
                "At least 12 digits of the hash are needed. Where two persons must approve, they must be two."
            },
            footer = {"", "Example: understudy restore cohort approve latest --hash 4be1c02a77d9 --by anna"})
    static final class Approve extends Step<ApproveCohort.Request> {
        @Parameters(paramLabel = "ID", description = CohortVerb.ID)
        private String id;

        @Option(
                names = "--hash",
                paramLabel = "HASH",
                required = true,
                description = "Hash of the list that you looked at.")
        private String hash;

        @Mixin
        private ApproverOptions approver = new ApproverOptions();

        Approve(Frame frame) {
            super(frame, RestoreOperations.approveCohort());
        }

        @Override
        protected ApproveCohort.Request request(Invocation invocation) throws IOException {
            return new ApproveCohort.Request(
                    CohortName.resolve(invocation, id),
                    hash.toLowerCase(Locale.ROOT),
                    approver.by(),
                    approver.password(invocation));
        }

        @Override
        protected int exitCode(CohortReport result) {
            return 0;
        }
    }

    @Command(
            name = "merge",
            description = {
                "Carry out the approved plans, one user after the other. One who fails is passed over, and tried again"
                        + " by the same command; so is what was cut short.",
                "Exit code 3 if users failed, are held for review, or were read back other than planned."
            },
            footer = {"", "Example: understudy restore cohort merge latest"})
    static final class Merge extends Step<MergeCohort.Request> {
        @Parameters(paramLabel = "ID", description = CohortVerb.ID)
        private String id;

        @Option(
                names = "--limit",
                paramLabel = "MB",
                description =
                        "Write at most so many MB a second, 0 for no limit. Default: 42, which users hardly notice.")
        @Nullable
        private Double limit;

        @Option(
                names = "--deep",
                description = "At each user's merge, compare every message of all other mailboxes before and after.")
        private boolean deep;

        Merge(Frame frame) {
            super(frame, RestoreOperations.mergeCohort());
        }

        @Override
        protected MergeCohort.Request request(Invocation invocation) {
            return new MergeCohort.Request(CohortName.resolve(invocation, id), MergeVerb.rate(limit), deep);
        }
    }

    @Command(
            name = "undo",
            description = {
                "Take back the merges of a cohort, of all its users or of some.",
                "What users have touched since stays, and is counted."
            },
            footer = {"", "Example: understudy restore cohort undo latest --user anna"})
    static final class Undo extends Step<UndoCohort.Request> {
        @Parameters(paramLabel = "ID", description = CohortVerb.ID)
        private String id;

        @Option(names = "--user", paramLabel = "NAME", description = "Only this user. May be given again.")
        private Set<String> users = new TreeSet<>();

        Undo(Frame frame) {
            super(frame, RestoreOperations.undoCohort());
        }

        @Override
        protected UndoCohort.Request request(Invocation invocation) {
            return new UndoCohort.Request(CohortName.resolve(invocation, id), CohortVerb.lower(users));
        }
    }

    @Command(
            name = "list",
            description = "List all cohorts, oldest first.",
            footer = {"", "Example: understudy restore cohort list"})
    static final class ListAll extends Verb {
        ListAll(Frame frame) {
            super(frame);
        }

        /** @param begun ISO 8601 */
        record Row(String id, long users, String source, String begun) {}

        @Override
        protected int run(Invocation invocation) {
            List<Cohort> cohorts = Cohorts.all(CohortName.folder(invocation));
            List<Row> rows = cohorts.stream()
                    .map(one -> new Row(
                            one.id(),
                            one.members().size(),
                            one.source().kind() + ", " + one.source().location(),
                            Figures.minute(one.createdAt())))
                    .toList();
            invocation.console().result(rows, out -> {
                if (rows.isEmpty()) {
                    out.print("There are no cohorts. 'understudy restore cohort SOURCE --all' begins one.\n");
                    return;
                }
                Table table = new Table("cohort", "users", "begun (UTC)", "source");
                rows.forEach(row -> table.row(row.id(), row.users(), row.begun(), row.source()));
                table.print(out, "  ");
            });
            return 0;
        }
    }
}

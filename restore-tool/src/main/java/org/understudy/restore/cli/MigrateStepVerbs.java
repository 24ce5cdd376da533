package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.migrate.AbortMigration;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.RunMigration;
import org.understudy.restore.migrate.VerifyMigration;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The steps that touch mail, but for the cut-over. */
final class MigrateStepVerbs {
    private MigrateStepVerbs() {}

    @Command(
            name = "run",
            description = {
                "Bring over all mail of each user, or in a later round what is new and what has changed.",
                "Run it again and again until the cut-over; interrupted, it goes on where it stopped. One user who fails"
                        + " never stops the rest. Exit code 3 if a user failed or the old side does not give a message."
            },
            footer = {"", "Example: understudy migrate run castle --wave 1"})
    static final class Run extends OperationVerb<RunMigration.Request, MigrationReport> {
        @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Mixin
        private ChoiceOptions choice = new ChoiceOptions();

        @Option(names = "--metadata", description = "Only mailboxes, subscriptions and access lists; no messages.")
        private boolean metadata;

        Run(Frame frame) {
            super(frame, RestoreOperations.runMigration());
        }

        @Override
        protected RunMigration.Request request(Invocation invocation) {
            return new RunMigration.Request(name, choice.choice(), metadata);
        }

        @Override
        protected void print(MigrationReport result, PrintStream out) {
            MigrationText text = new MigrationText(out);
            text.step(result, metadata ? "mailboxes and settings of" : "a round for", choice.list());
            text.next(result.board());
        }

        @Override
        protected int exitCode(MigrationReport result) {
            return result.members().stream()
                            .anyMatch(one -> !one.why().isEmpty()
                                    || (one.round() != null && one.round().missing() > 0))
                    ? Reason.UNSOUND.exitCode()
                    : 0;
        }
    }

    @Command(
            name = "verify",
            description = {
                "Read both sides again, from the first octet to the last, and name every difference.",
                "Each comparison leaves a signed file. Exit code 17 if any user's sides differ; while mail still arrives"
                        + " on the old side, they do."
            },
            footer = {"", "Example: understudy migrate verify castle --user anna"})
    static final class Verify extends OperationVerb<VerifyMigration.Request, MigrationReport> {
        @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Mixin
        private ChoiceOptions choice = new ChoiceOptions();

        Verify(Frame frame) {
            super(frame, RestoreOperations.verifyMigration());
        }

        @Override
        protected VerifyMigration.Request request(Invocation invocation) {
            return new VerifyMigration.Request(name, choice.choice());
        }

        @Override
        protected void print(MigrationReport result, PrintStream out) {
            out.print("Migration " + result.board().name() + ": both sides compared in "
                    + Figures.duration(result.millis()) + ".\n");
            MigrationText text = new MigrationText(out);
            text.proofs(result.members());
            text.users(result.members(), choice.list());
        }

        @Override
        protected int exitCode(MigrationReport result) {
            return result.members().stream().anyMatch(one -> !one.why().isEmpty() || MigrationText.unequal(one))
                    ? Reason.UNPROVEN.exitCode()
                    : 0;
        }
    }

    @Command(
            name = "abort",
            description = {
                "Take out again what was brought over for users who were not cut over.",
                "Mailboxes that somebody has changed here are left as they are and named. What is taken out stays in the"
                        + " expunge log; the old side is untouched, and users can be added again."
            },
            footer = {"", "Example: understudy migrate abort castle --user anna"})
    static final class Abort extends OperationVerb<AbortMigration.Request, MigrationReport> {
        @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Mixin
        private ChoiceOptions choice = new ChoiceOptions();

        @Option(names = "--all", description = "Everybody who was not cut over.")
        private boolean all;

        Abort(Frame frame) {
            super(frame, RestoreOperations.abortMigration());
        }

        @Override
        protected AbortMigration.Request request(Invocation invocation) {
            if (choice.choice().all() != all) {
                throw new OperatorException(
                        Reason.USAGE,
                        "it is not said whose mail is to be taken out, or said twice",
                        "Give --user, --wave or --all.");
            }
            return new AbortMigration.Request(name, choice.choice());
        }

        @Override
        protected void print(MigrationReport result, PrintStream out) {
            out.print("Migration " + result.board().name() + ": taken out what was brought over for "
                    + Figures.count(result.selected().size(), "user") + ".\n");
            new MigrationText(out).users(result.members(), choice.list());
        }
    }
}

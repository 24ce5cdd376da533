package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.understudy.restore.canary.CanaryOperations;
import org.understudy.restore.canary.CanaryState;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy canary}. */
final class CanaryVerbs {
    private CanaryVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of(
                "canary",
                "Keep mailboxes of known content, so that damage shows before users miss mail.",
                List.of(new Add(frame), new Check(frame), new Remove(frame)));
    }

    /** {@code understudy canary add}. */
    @Command(
            name = "add",
            description = {
                "Make a mailbox 'Canary' for a user, with a message of known bytes for each of the last twelve months.",
                "Best for a user made for this alone. Every 'understudy loss' reads them all."
            },
            footer = {"", "Example: understudy canary add canary1"})
    static final class Add extends OperationVerb<CanaryOperations.Named, CanaryState> {
        @Parameters(paramLabel = "USER", description = "A user that exists.")
        private String user;

        Add(Frame frame) {
            super(frame, new CanaryOperations.Add());
        }

        @Override
        protected CanaryOperations.Named request(Invocation invocation) {
            return new CanaryOperations.Named(user.toLowerCase(Locale.ROOT));
        }

        @Override
        protected void print(CanaryState result, PrintStream out) {
            out.print("Canary mailbox of " + Printable.line(result.user()) + " was made with "
                    + Figures.count(result.expected(), "message") + ".\n");
            out.print("Next: understudy snapshot   (so that the canary is in the history, too)\n");
        }
    }

    /** {@code understudy canary check}. */
    @Command(
            name = "check",
            description = {
                "Read every canary message and compare it with what was put there; add one to canaries that had none"
                        + " for a day.",
                "Exit code 16 if one is missing, unreadable or changed."
            },
            footer = {"", "Example: understudy canary check"})
    static final class Check extends OperationVerb<CanaryOperations.Everyone, CanaryOperations.States> {
        Check(Frame frame) {
            super(frame, new CanaryOperations.Check());
        }

        @Override
        protected CanaryOperations.Everyone request(Invocation invocation) {
            return new CanaryOperations.Everyone();
        }

        @Override
        protected int exitCode(CanaryOperations.States result) {
            return result.canaries().stream().anyMatch(CanaryState::wrong) ? Reason.LOSS.exitCode() : 0;
        }

        @Override
        protected void print(CanaryOperations.States result, PrintStream out) {
            if (result.canaries().isEmpty()) {
                out.print("There are no canaries. Make one with 'understudy canary add USER'.\n");
                return;
            }
            long wrong = result.canaries().stream().filter(CanaryState::wrong).count();
            out.print(
                    wrong == 0
                            ? "All canaries are as they were made.\n"
                            : Figures.number(wrong) + " of "
                                    + Figures.count(result.canaries().size(), "canary mailbox")
                                    + (wrong == 1 ? " is" : " are") + " NOT as made.\n");
            LossText.print(result.canaries(), out);
            if (wrong > 0) {
                out.print("HINT: something is wrong with the store. Run 'understudy loss' to see whose mail is"
                        + " concerned, and 'understudy fsck --deep' to see what of the store is damaged.\n");
            }
        }
    }

    /** {@code understudy canary remove}. */
    @Command(
            name = "remove",
            description = "Delete a user's canary mailbox and no longer expect it.",
            footer = {"", "Example: understudy canary remove canary1"})
    static final class Remove extends OperationVerb<CanaryOperations.Named, CanaryState> {
        @Parameters(paramLabel = "USER", description = "The canary's user.")
        private String user;

        Remove(Frame frame) {
            super(frame, new CanaryOperations.Remove());
        }

        @Override
        protected CanaryOperations.Named request(Invocation invocation) {
            return new CanaryOperations.Named(user.toLowerCase(Locale.ROOT));
        }

        @Override
        protected void print(CanaryState result, PrintStream out) {
            out.print("Canary mailbox of " + Printable.line(result.user()) + " was removed. Its last check:\n");
            LossText.print(List.of(result), out);
        }
    }
}

package org.understudy.restore.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.workflow.OpenShadow;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore open}. */
@Command(
        name = "open",
        description = {
            "Say how to look at a shadow in a mail program, for reading only. Engineers may look at everybody's.",
            "With --owners its users may too, each at their own, once it is validated; 'close' ends that."
        },
        footer = {"", "Example: understudy restore open r-20260527-3fa9 --owners --until 7d"})
final class OpenVerb extends OperationVerb<OpenShadow.Request, OpenShadow.Result> {
    private static final int SHOWN = 10;
    private static final Duration USUAL = Duration.ofDays(7);

    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(names = "--owners", description = "Let the users whose mail it is look at their own.")
    private boolean owners;

    @Option(names = "--until", paramLabel = "WHEN", description = "For how long: " + Until.FORM + ". Default: 7d.")
    @Nullable
    private String until;

    private Instant now = Instant.EPOCH;

    OpenVerb(Frame frame) {
        super(frame, RestoreOperations.open());
    }

    @Override
    protected OpenShadow.Request request(Invocation invocation) {
        now = invocation.clock().instant();
        if (until != null && !owners) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--until says how long owners may look, and --owners is not given",
                    "Add --owners; to keep the shadow longer, use 'understudy restore keep'.");
        }
        Instant end = owners ? (until == null ? now.plus(USUAL) : Until.parse(until, now)) : null;
        return new OpenShadow.Request(RestoreName.resolve(invocation, id), end);
    }

    @Override
    protected void print(OpenShadow.Result result, PrintStream out) {
        String user = result.users().isEmpty() ? "USER" : result.users().getFirst();
        out.print("The shadow of restore " + result.id() + " can be looked at in a mail program, for reading only.\n");
        out.print("  engineers  log in to this server over IMAPS as ENGINEER/" + result.id() + "/"
                + Printable.line(user) + " with their own password\n");
        out.print("             (who is one stands in the configuration: roles.engineers)\n");
        out.print("  owners     " + ShadowText.owners(result.terms(), now) + "; they log in as " + Printable.line(user)
                + "/" + result.id() + "\n");
        if (!result.users().isEmpty()) {
            List<String> first = result.users().stream().limit(SHOWN).toList();
            int more = result.users().size() - first.size();
            out.print("  mail of    " + Printable.line(String.join(", ", first))
                    + (more == 0 ? "" : " and " + Figures.number(more) + " more") + "\n");
        }
        out.print("  shadow     " + ShadowText.kept(result.terms(), result.state()) + "\n");
        out.print("""
                Keywords tell the verdict of each message: $Proven, $Consistent, $Suspect, $Damaged; and $Foreign where
                it may be somebody else's. Owners see neither damaged messages nor those.
                """);
    }
}

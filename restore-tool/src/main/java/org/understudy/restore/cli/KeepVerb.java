package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.workflow.KeepShadow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore keep}. */
@Command(
        name = "keep",
        description = {
            "Keep a shadow until a date at least.",
            "Without it, the shadow of a merged or undone restore is deleted some time after its last step (configuration:"
                    + " shadows.expire). Undo does not need it."
        },
        footer = {"", "Example: understudy restore keep r-20260527-3fa9 --until 30d"})
final class KeepVerb extends OperationVerb<KeepShadow.Request, KeepShadow.Result> {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(names = "--until", paramLabel = "WHEN", required = true, description = "Until when: " + Until.FORM + ".")
    private String until;

    KeepVerb(Frame frame) {
        super(frame, RestoreOperations.keep());
    }

    @Override
    protected KeepShadow.Request request(Invocation invocation) {
        return new KeepShadow.Request(
                RestoreName.resolve(invocation, id),
                Until.parse(until, invocation.clock().instant()));
    }

    @Override
    protected void print(KeepShadow.Result result, PrintStream out) {
        out.print("The shadow of restore " + result.id() + " is "
                + ShadowText.kept(result.terms(), result.job().state()) + ".\n");
    }
}

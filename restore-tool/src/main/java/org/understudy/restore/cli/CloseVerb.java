package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.workflow.CloseShadow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy restore close}. */
@Command(
        name = "close",
        description = {
            "Let the owners of a shadow's mail look at it no longer; their sessions end within seconds.",
            "Engineers are not concerned."
        },
        footer = {"", "Example: understudy restore close r-20260527-3fa9"})
final class CloseVerb extends OperationVerb<CloseShadow.Request, CloseShadow.Result> {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    CloseVerb(Frame frame) {
        super(frame, RestoreOperations.close());
    }

    @Override
    protected CloseShadow.Request request(Invocation invocation) {
        return new CloseShadow.Request(RestoreName.resolve(invocation, id));
    }

    @Override
    protected void print(CloseShadow.Result result, PrintStream out) {
        out.print("The shadow of restore " + result.id() + " is closed to its owners.\n");
    }
}

package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.ListDrills;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy drill status}. */
@Command(
        name = "status",
        description = "Show what came of one drill; exit codes as those of 'drill'.",
        footer = {"", "Example: understudy drill status", "         understudy drill status d-20260527"})
final class DrillStatusVerb extends OperationVerb<ListDrills.Request, ListDrills.Result> {
    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            defaultValue = "latest",
            description = "Its id, the beginning of it, or latest. Default: latest.")
    private String id;

    DrillStatusVerb(Frame frame) {
        super(frame, new ListDrills());
    }

    @Override
    protected ListDrills.Request request(Invocation invocation) {
        return new ListDrills.Request(id);
    }

    @Override
    protected int exitCode(ListDrills.Result result) {
        DrillResult one = result.drills().getFirst().result();
        return one == null ? Reason.UNSOUND.exitCode() : DrillText.exitCode(one);
    }

    @Override
    protected void print(ListDrills.Result result, PrintStream out) {
        ListDrills.Drill drill = result.drills().getFirst();
        DrillResult one = drill.result();
        if (one == null) {
            out.print("Drill " + drill.id() + " has no result: " + Printable.line(drill.fault())
                    + ".\nRun another: understudy drill\n");
        } else {
            DrillText.print(one, out);
        }
    }
}

package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.ListDrills;
import picocli.CommandLine.Command;

/** {@code understudy drill list}. */
@Command(
        name = "list",
        description = "List the drills that there were, newest first, and what came of them.",
        footer = {"", "Example: understudy drill list"})
final class DrillListVerb extends OperationVerb<ListDrills.Request, ListDrills.Result> {
    DrillListVerb(Frame frame) {
        super(frame, new ListDrills());
    }

    @Override
    protected ListDrills.Request request(Invocation invocation) {
        return new ListDrills.Request("");
    }

    @Override
    protected void print(ListDrills.Result result, PrintStream out) {
        if (result.drills().isEmpty()) {
            out.print("There was no drill yet. Run one: understudy drill\n");
            return;
        }
        Table table = new Table("drill", "begun", "result", "users", "messages", "snapshot", "seed");
        for (ListDrills.Drill drill : result.drills()) {
            DrillResult one = drill.result();
            if (one == null) {
                table.row(drill.id(), "", "no result: " + drill.fault(), 0L, 0L, "", "");
            } else {
                table.row(
                        one.id(),
                        Figures.minute(one.begun()),
                        one.verdict().word(),
                        (long) one.users().size(),
                        one.users().stream()
                                .mapToLong(DrillResult.UserDrill::replayed)
                                .sum(),
                        one.snapshot(),
                        String.valueOf(one.seed()));
            }
        }
        table.print(out, "");
    }
}

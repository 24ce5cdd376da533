package org.understudy.restore.workflow;

import java.nio.file.Path;
import org.understudy.restore.job.Steps;

/** A process with a small heap that stages and validates one source. */
final class HostileChild {
    private HostileChild() {}

    /** Arguments: data folder, source. */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        try (Rehearsal on = new Rehearsal(data, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
            StageRestore.Result staged = on.stage(StageRestore.Request.of(args[1]));
            System.out.println("STAGED " + staged.totals().text());
            staged.left().forEach(one -> System.out.println("LEFT " + one.path() + ": " + one.why()));
            ValidateRestore.Result validated = on.validate(staged.id());
            System.out.println("VALIDATED " + validated.totals());
        }
        System.out.println("DONE");
    }
}

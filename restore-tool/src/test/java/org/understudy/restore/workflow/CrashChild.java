package org.understudy.restore.workflow;

import java.nio.file.Path;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.Steps;

/** A process that does one verb and dies at the nth time that it has passed a step. */
final class CrashChild {
    /** What the process then ends with, as after SIGKILL: no hook runs and nothing is closed. */
    static final int KILLED = 137;

    private CrashChild() {}

    /** Arguments: data folder, seed, items, verb, step, which time (from 1). */
    public static void main(String[] args) throws Exception {
        GeneratedSource source = GeneratedSource.random(Long.parseLong(args[1]), Integer.parseInt(args[2]), false);
        Steps.Step deadly = Steps.Step.valueOf(args[4]);
        Steps steps = new Steps() {
            private int left = Integer.parseInt(args[5]);

            @Override
            public void passed(Step step) {
                if (step == deadly && --left == 0) {
                    Runtime.getRuntime().halt(KILLED);
                }
            }
        };
        try (Rehearsal on = new Rehearsal(Path.of(args[0]), source, steps)) {
            run(on, args[3]);
        }
    }

    static void run(Rehearsal on, String verb) throws Exception {
        switch (verb) {
            case "stage" -> on.stage();
            case "merge" -> on.merge(id(on));
            case "undo" -> on.undo(id(on));
            default -> throw new IllegalArgumentException(verb);
        }
    }

    static String id(Rehearsal on) {
        return RestoreJobs.all(on.workplace.restores()).getFirst().id();
    }
}

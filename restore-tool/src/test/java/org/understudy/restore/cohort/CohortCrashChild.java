package org.understudy.restore.cohort;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.understudy.restore.job.Steps;

/** A process that does one step of a cohort and dies at the nth time that it has passed a step. */
final class CohortCrashChild {
    /** What the process then ends with, as after SIGKILL: no hook runs and nothing is closed. */
    static final int KILLED = 137;

    static final int USERS = 8;

    private CohortCrashChild() {}

    /** Arguments: data folder, verb, step, which time (from 1). */
    public static void main(String[] args) throws Exception {
        Steps.Step deadly = Steps.Step.valueOf(args[2]);
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[3]));
        try (Town town = new Town(Path.of(args[0]), step -> {
            if (step == deadly && left.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(KILLED);
            }
        })) {
            run(town, args[1]);
        }
    }

    static CohortReport run(Town town, String verb) throws Exception {
        return switch (verb) {
            case "stage" -> town.stage(Town.request(1), Town.backup(USERS));
            case "approve" -> town.approve(town.status(id(town)), "anna");
            case "merge" -> town.merge(id(town));
            case "undo" -> town.undo(id(town));
            default -> throw new IllegalArgumentException(verb);
        };
    }

    static String id(Town town) {
        return Cohorts.all(town.workplace.cohorts()).getFirst().id();
    }
}

package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.plan.MergePlan;
import picocli.CommandLine.Option;

/** Which steps of a plan are printed, as options. */
final class StepOptions {
    @Option(names = "--list", description = "Print each step of the plan.")
    private boolean list;

    @Option(
            names = "--of",
            paramLabel = "USER",
            description = "With --list: only steps that concern this user. May be given again.")
    private Set<String> users = new TreeSet<>();

    @Option(names = "--from", paramLabel = "N", description = "With --list: begin with step N.")
    private long from = 1;

    @Option(names = "--lines", paramLabel = "N", description = "With --list: print N steps at most. Default: all.")
    private long lines = Long.MAX_VALUE;

    boolean list() {
        return list;
    }

    Set<String> users() {
        return CohortVerb.lower(users);
    }

    void print(MergePlan plan, PrintStream out) {
        if (list) {
            new PlanText(out).steps(plan, users(), from, Math.max(0, lines));
        } else if (!plan.steps().isEmpty()) {
            out.print("  steps  " + Figures.number(plan.steps().size()) + "; --list prints them\n");
        }
    }
}

package org.understudy.server.schedule;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.PruneRepository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.retention.RetentionRules;

/** What can be scheduled, and what each run says of itself. */
public final class StandardJobs {
    private final Workplace workplace;

    private StandardJobs(Workplace workplace) {
        this.workplace = workplace;
    }

    /**
     * The jobs that a configuration asks for, snapshots first: what is due at once runs in this order.
     *
     * @param retention what pruning keeps
     * @param snapshot the operation, with whatever follows it
     * @param drill the operation, with the server's mail program
     */
    public static Map<Job, Timing> of(
            Plan plan,
            RetentionRules retention,
            Workplace workplace,
            Operation<TakeSnapshot.Request, TakeSnapshot.Result> snapshot,
            Operation<RunDrill.Request, DrillResult> drill) {
        StandardJobs jobs = new StandardJobs(workplace);
        Map<Job, Timing> all = new LinkedHashMap<>();
        all.put(jobs.job("snapshot", snapshot, new TakeSnapshot.Request(false), StandardJobs::said), plan.snapshot());
        all.put(
                jobs.job(
                        "verify",
                        new VerifyRepository(),
                        new VerifyRepository.Request(true, List.of()),
                        StandardJobs::said),
                plan.verify());
        all.put(
                jobs.job(
                        "verify-subset",
                        new VerifyRepository(),
                        new VerifyRepository.Request(false, List.of(), "next/" + plan.subsetParts()),
                        StandardJobs::said),
                plan.verifySubset());
        all.put(
                jobs.job("loss", new FindLoss(), FindLoss.Request.unasked("schedule"), StandardJobs::said),
                plan.loss());
        all.put(
                jobs.job(
                        "drill",
                        drill,
                        new RunDrill.Request(plan.drillUsers(), RunDrill.LATEST, null),
                        StandardJobs::said),
                plan.drill());
        Job prune = jobs.job(
                "prune",
                RestoreOperations.pruneRepository(),
                new PruneRepository.Request(retention, false),
                StandardJobs::said);
        all.put(jobs.unlessHeld(prune), plan.prune());
        return all;
    }

    /**
     * When each job runs.
     *
     * @param subsetParts into how many parts the repository is divided, of which one is read each time
     */
    public record Plan(
            Timing snapshot,
            Timing verify,
            Timing verifySubset,
            int subsetParts,
            Timing prune,
            Timing loss,
            Timing drill,
            int drillUsers) {}

    /** During an incident hold nothing is pruned, and that is as it should be. */
    private Job unlessHeld(Job job) {
        return new Job() {
            @Override
            public String name() {
                return job.name();
            }

            @Override
            public Ending run() throws InterruptedException {
                return IncidentHolds.of(workplace).state().frozen()
                        ? new Ending(true, "nothing was pruned: an incident hold is on.")
                        : job.run();
            }
        };
    }

    private interface Saying<R> {
        Job.Ending of(R result);
    }

    private <Q, R> Job job(String name, Operation<Q, R> operation, Q request, Saying<R> saying) {
        return new Job() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Ending run() throws InterruptedException {
                return saying.of(operation.run(request, workplace, Progress.SILENT));
            }
        };
    }

    private static Job.Ending said(TakeSnapshot.Result result) {
        return new Job.Ending(
                true,
                "snapshot " + result.id() + " of " + result.messages() + " messages was taken"
                        + (result.warnings().isEmpty()
                                ? "."
                                : "; warnings: " + String.join("; ", result.warnings()) + "."));
    }

    private static Job.Ending said(VerifyRepository.Result result) {
        return result.sound()
                ? new Job.Ending(
                        true,
                        result.subset().isEmpty()
                                ? "all " + result.objects() + " files of the repository were read and are sound."
                                : "part " + result.subset() + " of the repository was read and is sound.")
                : new Job.Ending(
                        false,
                        "the repository is NOT SOUND, " + result.findings().size()
                                + " findings; 'understudy repo verify --full' shows them.");
    }

    private static Job.Ending said(PruneRepository.Result result) {
        return new Job.Ending(
                true, result.gone().size() + " snapshots went, " + result.kept().size() + " were kept.");
    }

    /** Lost mail is told of where losses are; that the comparison could be made is what counts here. */
    private static Job.Ending said(LossReport report) {
        return new Job.Ending(true, report.headline());
    }

    private static Job.Ending said(DrillResult result) {
        return switch (result.verdict()) {
            case GOOD ->
                new Job.Ending(
                        true,
                        "drill " + result.id() + " was good, " + result.users().size() + " users rehearsed.");
            case INCOMPLETE ->
                new Job.Ending(
                        false, "drill " + result.id() + " was incomplete: " + String.join("; ", result.notes()) + ".");
            case FAILED ->
                new Job.Ending(
                        false,
                        "drill " + result.id() + " FAILED: "
                                + result.allFaults().stream()
                                        .limit(3)
                                        .reduce((a, b) -> a + "; " + b)
                                        .orElse("")
                                + "; 'understudy drill status' shows all of it.");
        };
    }
}

package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.merge.Undoer;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.ProofFile;

/** {@code restore.undo}: takes a merge back, also one that was cut short. A new plan can be made afterwards. */
public final class UndoRestore implements Operation<UndoRestore.Request, UndoRestore.Result> {
    public record Request(String id) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    /** @param proof of what it touched */
    public record Result(String id, RestoreState state, UndoReport report, ProofFile.Summary proof, long millis) {}

    private final Steps steps;

    public UndoRestore(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.undo";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Instant begun = workplace.clock().instant();
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), steps)) {
            RestoreJob job = folder.job();
            job.require("restore undo", EnumSet.of(RestoreState.MERGED, RestoreState.MERGING, RestoreState.UNDOING));
            return Attempted.attempt(folder, workplace.clock(), () -> {
                if (job.state() != RestoreState.UNDOING) {
                    folder.save(job.to(RestoreState.UNDOING, begun));
                    folder.log(begun, "undoing the merge");
                }
                Undoer.Undone undone =
                        new Undoer(workplace.live(), job.id(), job.attempt(), workplace.clock(), steps).undo(progress);
                UndoReport report = undone.report();
                folder.write("undo-" + job.attempt() + ".json", RestoreJson.write(report));
                Instant now = workplace.clock().instant();
                ProofFile.Summary proof = Proving.write(folder, job, "undo", workplace, undone.radius(), null, steps);
                RestoreJob after = job.unplanned(RestoreState.UNDONE, job.attempt() + 1, now);
                folder.save(proof.holds() ? after : after.failed(Proving.failure(proof), now));
                folder.log(
                        now,
                        "undone: " + report.expunged() + " of " + report.added() + " messages expunged, "
                                + report.touched().size() + " left");
                return new Result(
                        job.id(), RestoreState.UNDONE, report, proof, now.toEpochMilli() - begun.toEpochMilli());
            });
        }
    }
}

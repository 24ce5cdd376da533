package org.understudy.restore.workflow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.shadow.ShadowTerms;

/** {@code restore.status}: how far a restore has come, and which step is next. Takes no lock. */
public final class RestoreStatus implements Operation<RestoreStatus.Request, RestoreStatus.Result> {
    public record Request(String id) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    /**
     * @param next the command that comes next
     * @param shadow how long the shadow is kept, and who may look at it
     * @param proofs of its merges and undos, oldest first
     */
    public record Result(
            RestoreJob job, String meaning, String next, ShadowTerms shadow, List<ProofFile.Summary> proofs) {}

    @Override
    public String name() {
        return "restore.status";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
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
    public Result run(Request request, Workplace workplace, Progress progress) {
        RestoreJob job = RestoreJobs.one(workplace.restores(), request.id());
        return new Result(
                job,
                job.state().meaning(),
                job.state().next(),
                ShadowTerms.read(workplace.shadows(), job.id()),
                proofs(job, workplace));
    }

    private static List<ProofFile.Summary> proofs(RestoreJob job, Workplace workplace) {
        Path folder = workplace.restores().resolve(job.id());
        List<ProofFile.Summary> proofs = new ArrayList<>();
        for (int attempt = 1; attempt <= job.attempt(); attempt++) {
            ProofFile.read(folder, "merge", attempt, workplace.keys()).ifPresent(proofs::add);
            ProofFile.read(folder, "undo", attempt, workplace.keys()).ifPresent(proofs::add);
        }
        return proofs;
    }
}

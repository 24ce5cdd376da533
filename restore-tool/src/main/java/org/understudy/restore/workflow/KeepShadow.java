package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.keep}: keeps a shadow until a date at least, whatever the configuration says. */
public final class KeepShadow implements Operation<KeepShadow.Request, KeepShadow.Result> {
    public record Request(String id, @Nullable Instant until) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    public record Result(String id, RestoreJob job, ShadowTerms terms) {}

    @Override
    public String name() {
        return "restore.keep";
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
    public Result run(Request request, Workplace workplace, Progress progress) {
        Instant until = request.until();
        if (until == null) {
            throw new OperatorException(Reason.USAGE, "no date is given", "Say '--until 30d' or '--until 2026-12-31'.");
        }
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), Steps.UNWATCHED)) {
            RestoreJob job = folder.job();
            ShadowTerms terms = ShadowTerms.read(workplace.shadows(), job.id());
            terms.requireKept(job.id());
            terms = terms.keptUntil(until).write(workplace.shadows(), job.id());
            folder.log(workplace.clock().instant(), "shadow to be kept until " + terms.keepUntil() + " at least");
            return new Result(job.id(), job, terms);
        }
    }
}

package org.understudy.restore.workflow;

import java.util.Objects;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ShadowTerms;

/** {@code restore.close}: owners may no longer look at the shadow; a server ends their sessions within seconds. */
public final class CloseShadow implements Operation<CloseShadow.Request, CloseShadow.Result> {
    public record Request(String id) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    public record Result(String id, ShadowTerms terms) {}

    @Override
    public String name() {
        return "restore.close";
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
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), Steps.UNWATCHED)) {
            String id = folder.job().id();
            ShadowTerms terms = ShadowTerms.read(workplace.shadows(), id)
                    .openToOwners(workplace.clock().instant())
                    .write(workplace.shadows(), id);
            folder.log(workplace.clock().instant(), "closed to its owners");
            return new Result(id, terms);
        }
    }
}

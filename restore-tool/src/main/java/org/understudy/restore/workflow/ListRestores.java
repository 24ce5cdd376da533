package org.understudy.restore.workflow;

import java.util.List;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** {@code restore.list}: all restores, oldest first. */
public final class ListRestores implements Operation<ListRestores.Request, ListRestores.Result> {
    public record Request() {}

    public record Result(List<RestoreJob> restores) {}

    @Override
    public String name() {
        return "restore.list";
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
        return new Result(RestoreJobs.all(workplace.restores()));
    }
}

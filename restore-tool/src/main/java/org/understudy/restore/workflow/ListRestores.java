package org.understudy.restore.workflow;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ShadowTerms;

/** {@code restore.list}: all restores, oldest first. */
public final class ListRestores implements Operation<ListRestores.Request, ListRestores.Result> {
    /**
     * @param after skip so many
     * @param limit give so many; 0 for all
     */
    public record Request(int after, int limit) {
        public Request {
            after = Math.max(0, after);
            limit = Math.max(0, limit);
        }

        /** All of them. */
        public Request() {
            this(0, 0);
        }
    }

    /** @param shadows how long the shadow of each restore is kept, by the restore's id */
    public record Result(List<RestoreJob> restores, Map<String, ShadowTerms> shadows) {}

    @Override
    public String name() {
        return "restore.list";
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
        List<RestoreJob> jobs = RestoreJobs.all(workplace.restores()).stream()
                .skip(request.after())
                .limit(request.limit() == 0 ? Long.MAX_VALUE : request.limit())
                .toList();
        Map<String, ShadowTerms> shadows = new TreeMap<>();
        jobs.forEach(job -> shadows.put(job.id(), ShadowTerms.read(workplace.shadows(), job.id())));
        return new Result(jobs, shadows);
    }
}

package org.understudy.restore.cohort;

import java.time.Instant;
import java.util.List;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** {@code cohort.list}: all cohorts, oldest first. Takes no lock. */
public final class ListCohorts implements Operation<ListCohorts.Request, ListCohorts.Result> {
    public record Request() {}

    /**
     * @param source where its mail comes from
     * @param members how many users
     */
    public record Line(String id, String source, Instant createdAt, Instant changedAt, int members, int approvals) {}

    public record Result(List<Line> cohorts) {
        public Result {
            cohorts = List.copyOf(cohorts);
        }
    }

    @Override
    public String name() {
        return "cohort.list";
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
        return new Result(Cohorts.all(workplace.cohorts()).stream()
                .map(one -> new Line(
                        one.id(),
                        one.source().location(),
                        one.createdAt(),
                        one.changedAt(),
                        one.members().size(),
                        one.approvals().size()))
                .toList());
    }
}

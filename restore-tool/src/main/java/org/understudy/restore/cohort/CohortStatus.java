package org.understudy.restore.cohort;

import java.util.Objects;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** {@code cohort.status}: how far each user of a cohort is. Takes no lock. */
public final class CohortStatus implements Operation<CohortStatus.Request, CohortReport> {
    public record Request(String id) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    @Override
    public String name() {
        return "cohort.status";
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
    public Class<CohortReport> resultType() {
        return CohortReport.class;
    }

    @Override
    public CohortReport run(Request request, Workplace workplace, Progress progress) {
        Cohort cohort = CohortFolder.read(workplace.cohorts(), request.id())
                .eachMember(one -> MemberFiles.refreshed(one, workplace));
        return CohortReport.of(cohort, workplace.cohorts().resolve(cohort.id()), 0);
    }
}

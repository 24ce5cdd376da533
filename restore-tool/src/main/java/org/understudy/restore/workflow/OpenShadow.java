package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.shadow.ShadowTerms;

/**
 * {@code restore.open}: lets the owners of a shadow's mail look at their own, for a time. Engineers may look anyhow.
 * Owners have to wait for validation, since only that finds mail of others among theirs.
 */
public final class OpenShadow implements Operation<OpenShadow.Request, OpenShadow.Result> {
    /** @param ownersUntil until when owners may look, or null to change nothing and only say how to look */
    public record Request(String id, @Nullable Instant ownersUntil) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    /** @param users whose mail the shadow holds, as far as a report says */
    public record Result(String id, RestoreState state, ShadowTerms terms, List<String> users) {}

    @Override
    public String name() {
        return "restore.open";
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
            RestoreJob job = folder.job();
            ShadowTerms terms = ShadowTerms.read(workplace.shadows(), job.id());
            terms.requireKept(job.id());
            Instant until = request.ownersUntil();
            if (until != null) {
                job.require(
                        "restore open --owners",
                        EnumSet.complementOf(EnumSet.of(RestoreState.STAGING, RestoreState.STAGED)));
                terms = terms.openToOwners(until).write(workplace.shadows(), job.id());
                folder.log(workplace.clock().instant(), "open to its owners until " + terms.ownersUntil());
            }
            return new Result(job.id(), job.state(), terms, users(folder));
        }
    }

    private static List<String> users(JobFolder folder) {
        return folder.read("report.json")
                .map(json -> RestoreJson.read(json, ValidationReport.class).rows().stream()
                        .map(ValidationReport.Row::user)
                        .sorted()
                        .distinct()
                        .toList())
                .orElse(List.of());
    }
}

package org.understudy.restore.drill;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** {@code drill.list}: the results that are kept, newest first. */
public final class ListDrills implements Operation<ListDrills.Request, ListDrills.Result> {
    /** @param id of one drill, or its beginning, or {@code latest}; empty for all */
    public record Request(String id) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    /**
     * @param result null for one without
     * @param fault why there is none, or empty
     */
    public record Drill(String id, @Nullable DrillResult result, String fault) {}

    public record Result(List<Drill> drills) {
        public Result {
            drills = List.copyOf(drills);
        }
    }

    @Override
    public String name() {
        return "drill.list";
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
        DrillFolders folders = DrillFolders.in(workplace.dataFolder());
        List<DrillFolders.Entry> entries = request.id().isEmpty() ? folders.all() : List.of(folders.one(request.id()));
        return new Result(entries.stream()
                .map(entry -> new Drill(entry.id(), entry.result().orElse(null), entry.fault()))
                .toList());
    }
}

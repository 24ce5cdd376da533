package org.understudy.restore.migrate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code migrate.phase}: plans, delays or declares a phase. */
public final class ChangePhase implements Operation<ChangePhase.Request, MigrationReport> {
    /**
     * @param until what is planned now, or null
     * @param why of a delay, or empty if it is none
     * @param publicly what everybody is told of the delay
     * @param done whether the phase is declared to be done
     */
    public record Request(
            String name, Phase phase, @Nullable Instant until, String why, String publicly, boolean done) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            Objects.requireNonNull(phase, "'phase' is missing");
            Objects.requireNonNull(why, "'why' is missing");
            Objects.requireNonNull(publicly, "'publicly' is missing");
        }
    }

    @Override
    public String name() {
        return "migrate.phase";
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
    public Class<MigrationReport> resultType() {
        return MigrationReport.class;
    }

    @Override
    public MigrationReport run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        try (MigrationFolder folder = MigrationFolder.open(migrations, request.name())) {
            Instant now = workplace.clock().instant();
            if (request.done() && !request.phase().declared()) {
                throw new OperatorException(
                        Reason.USAGE,
                        "whether phase " + request.phase().option() + " is done is measured, not declared",
                        "'understudy migrate board " + request.name() + "' shows how far it is.");
            }
            Migration changed = folder.change(migration -> migration.eachPhase(
                    plan -> plan.phase() == request.phase() ? changed(plan, request, now) : plan, now));
            folder.log(
                    now,
                    request.phase().option()
                            + (request.done() ? " declared done" : "")
                            + (request.until() == null ? "" : " planned for " + request.until())
                            + (request.why().isEmpty() ? "" : ", delayed: " + request.why()));
            return new MigrationReport(Board.of(changed, now, folder.path().toString()), List.of(), 0);
        }
    }

    private static PhasePlan changed(PhasePlan plan, Request request, Instant now) {
        PhasePlan changed = plan;
        Instant until = request.until();
        if (!request.why().isEmpty()) {
            changed = changed.delayed(new PhasePlan.Delay(now, plan.due(), until, request.why(), request.publicly()));
        } else if (until != null) {
            changed = changed.planned(until);
        }
        return request.done() ? changed.reached(true, true, now) : changed;
    }
}

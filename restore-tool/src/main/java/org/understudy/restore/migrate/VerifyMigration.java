package org.understudy.restore.migrate;

import java.util.Objects;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;

/** {@code migrate.verify}: reads both sides again and names every difference; changes nothing. */
public final class VerifyMigration implements Operation<VerifyMigration.Request, MigrationReport> {
    public record Request(String name, Choice choice) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            Objects.requireNonNull(choice, "'choice' is missing");
        }
    }

    private final Examiner examiner;
    private final Steps steps;

    /** @param examiner judges messages on their way */
    public VerifyMigration(Examiner examiner) {
        this(examiner, Steps.UNWATCHED);
    }

    public VerifyMigration(Examiner examiner, Steps steps) {
        this.examiner = examiner;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "migrate.verify";
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
        return new UsersRun(examiner, steps, "comparing")
                .run(
                        request.name(),
                        workplace,
                        progress,
                        migration -> request.choice().of(migration).stream()
                                .filter(one -> one.state().reached(Phase.MAIL))
                                .toList(),
                        (one, work, folder, shown) -> one.proven(work.keep(work.prove(one, shown))),
                        users -> "both sides compared for " + users + " users");
    }
}

package org.understudy.restore.migrate;

import java.util.Objects;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;

/** {@code migrate.run}: a round for each user who was not cut over: all mail first, then what is new. */
public final class RunMigration implements Operation<RunMigration.Request, MigrationReport> {
    /** @param metadataOnly mailboxes, subscriptions and access lists, and no messages */
    public record Request(String name, Choice choice, boolean metadataOnly) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            Objects.requireNonNull(choice, "'choice' is missing");
        }
    }

    private final Examiner examiner;
    private final Steps steps;

    /** @param examiner judges messages on their way */
    public RunMigration(Examiner examiner) {
        this(examiner, Steps.UNWATCHED);
    }

    public RunMigration(Examiner examiner, Steps steps) {
        this.examiner = examiner;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "migrate.run";
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
        return new UsersRun(examiner, steps, "bringing over")
                .run(
                        request.name(),
                        workplace,
                        progress,
                        migration -> request.choice().of(migration).stream()
                                .filter(UsersRun::isOpen)
                                .toList(),
                        (one, work, folder, shown) -> work.round(one, request.metadataOnly(), false, shown),
                        users -> "a round for " + users + " users");
    }
}

package org.understudy.restore.migrate;

import java.util.List;
import java.util.Objects;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code migrate.abort}: takes out again what was brought for users who were not cut over. */
public final class AbortMigration implements Operation<AbortMigration.Request, MigrationReport> {
    public record Request(String name, Choice choice) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            Objects.requireNonNull(choice, "'choice' is missing");
        }
    }

    private final Examiner examiner;
    private final Steps steps;

    /** @param examiner judges messages on their way */
    public AbortMigration(Examiner examiner) {
        this(examiner, Steps.UNWATCHED);
    }

    public AbortMigration(Examiner examiner, Steps steps) {
        this.examiner = examiner;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "migrate.abort";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
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
        return new UsersRun(examiner, steps, "taking out")
                .run(
                        request.name(),
                        workplace,
                        progress,
                        migration -> due(request.choice(), migration),
                        (one, work, folder, shown) -> work.abort(one, shown),
                        users -> users + " users aborted");
    }

    private static List<Member> due(Choice choice, Migration migration) {
        List<Member> chosen = choice.of(migration);
        for (Member one : chosen) {
            if (one.state() == MemberState.CUT_OVER && !choice.all()) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        one.user() + " was cut over and works here; nothing is taken out any more",
                        "Leave the user out.");
            }
        }
        return chosen.stream().filter(UsersRun::isOpen).toList();
    }
}

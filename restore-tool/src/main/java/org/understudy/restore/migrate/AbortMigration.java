package org.understudy.restore.migrate;

import java.nio.file.Path;
import java.time.Instant;
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
        Instant begun = workplace.clock().instant();
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        try (MigrationFolder folder = MigrationFolder.open(migrations, request.name())) {
            Migration migration = folder.migration();
            List<Member> chosen = request.choice().of(migration);
            for (Member one : chosen) {
                if (one.state() == MemberState.CUT_OVER && !request.choice().all()) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            one.user() + " was cut over and works here; nothing is taken out any more",
                            "Leave the user out.");
                }
            }
            List<Member> due = chosen.stream()
                    .filter(one -> one.state() != MemberState.CUT_OVER && one.state() != MemberState.ABORTED)
                    .toList();
            UserWork work = new UserWork(workplace, folder, migration, examiner, steps);
            new ManyUsers(folder, workplace.clock(), progress)
                    .each(due, migration.cluster().atOnce(), "taking out", work::abort);
            Instant now = workplace.clock().instant();
            folder.log(now, due.size() + " users aborted");
            return new MigrationReport(
                    Board.of(folder.migration(), now, folder.path().toString()),
                    due.stream().map(Member::user).toList(),
                    now.toEpochMilli() - begun.toEpochMilli());
        }
    }
}

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
        Instant begun = workplace.clock().instant();
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        try (MigrationFolder folder = MigrationFolder.open(migrations, request.name())) {
            Migration migration = folder.migration();
            List<Member> due = request.choice().of(migration).stream()
                    .filter(one -> one.state() != MemberState.CUT_OVER && one.state() != MemberState.ABORTED)
                    .toList();
            UserWork work = new UserWork(workplace, folder, migration, examiner, steps);
            new ManyUsers(folder, workplace.clock(), progress)
                    .each(
                            due,
                            migration.cluster().atOnce(),
                            "bringing over",
                            (one, shown) -> work.round(one, request.metadataOnly(), false, shown));
            Instant now = workplace.clock().instant();
            folder.log(now, "a round for " + due.size() + " users");
            return new MigrationReport(
                    Board.of(folder.migration(), now, folder.path().toString()),
                    due.stream().map(Member::user).toList(),
                    now.toEpochMilli() - begun.toEpochMilli());
        }
    }
}

package org.understudy.restore.migrate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;

/** One piece of work for some users of a migration, several at once, under the migration's lock. */
final class UsersRun {
    private final Examiner examiner;
    private final Steps steps;
    private final String doing;

    /** @param doing for the progress, for instance {@code comparing} */
    UsersRun(Examiner examiner, Steps steps, String doing) {
        this.examiner = examiner;
        this.steps = steps;
        this.doing = doing;
    }

    /** What is done for one user. */
    interface Task {
        Member of(Member member, UserWork work, MigrationFolder folder, Progress progress) throws InterruptedException;
    }

    /** Whether a user is still to come over. */
    static boolean isOpen(Member member) {
        return member.state() != MemberState.CUT_OVER && member.state() != MemberState.ABORTED;
    }

    /**
     * Does it, and reports.
     *
     * @param migration its name
     * @param due for whom
     * @param noted a line for the migration's log, by the number of users; empty for none
     */
    MigrationReport run(
            String migration,
            Workplace workplace,
            Progress progress,
            Function<Migration, List<Member>> due,
            Task task,
            IntFunction<String> noted)
            throws InterruptedException {
        Instant begun = workplace.clock().instant();
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        try (MigrationFolder folder = MigrationFolder.open(migrations, migration)) {
            Migration before = folder.migration();
            List<Member> chosen = due.apply(before);
            UserWork work = new UserWork(workplace, folder, before, examiner, steps);
            new ManyUsers(folder, workplace.clock(), progress)
                    .each(chosen, before.cluster().atOnce(), doing, (one, shown) -> task.of(one, work, folder, shown));
            Instant now = workplace.clock().instant();
            String line = noted.apply(chosen.size());
            if (!line.isEmpty()) {
                folder.log(now, line);
            }
            return new MigrationReport(
                    Board.of(folder.migration(), now, folder.path().toString()),
                    chosen.stream().map(Member::user).toList(),
                    now.toEpochMilli() - begun.toEpochMilli());
        }
    }
}

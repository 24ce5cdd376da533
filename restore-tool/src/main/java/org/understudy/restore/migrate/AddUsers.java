package org.understudy.restore.migrate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code migrate.add}: adds users, or changes those who wait still. */
public final class AddUsers implements Operation<AddUsers.Request, MigrationReport> {
    /** @param users each once, by the name here */
    public record Request(String name, List<NewUser> users) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            users = List.copyOf(users);
        }
    }

    /**
     * One user.
     *
     * @param place another host or Maildir than the cluster's, or empty
     * @param wave from 1
     */
    public record NewUser(String oldLogin, String user, String place, String domain, int wave) {}

    @Override
    public String name() {
        return "migrate.add";
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
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        try (MigrationFolder folder = MigrationFolder.open(migrations, request.name())) {
            Instant now = workplace.clock().instant();
            Migration changed = folder.change(migration -> with(migration, request.users(), now));
            folder.log(now, request.users().size() + " users added");
            List<String> names = request.users().stream()
                    .map(one -> one.user().toLowerCase(Locale.ROOT))
                    .toList();
            for (String user : names) {
                if (workplace.live().accounts().find(user).isEmpty()) {
                    progress.note(user + " has no account in this server's store yet");
                }
            }
            return new MigrationReport(Board.of(changed, now, folder.path().toString()), names, 0);
        }
    }

    private static Migration with(Migration migration, List<NewUser> users, Instant now) {
        Map<String, Member> all = new TreeMap<>();
        migration.members().forEach(one -> all.put(one.user(), one));
        for (NewUser one : users) {
            String user = one.user().toLowerCase(Locale.ROOT);
            Member before = all.get(user);
            if (before != null && before.state() != MemberState.WAITING && before.state() != MemberState.ABORTED) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        user + " is a user of migration " + migration.name() + " already, and mail was brought over",
                        "Leave it out, or take it back first: understudy migrate abort " + migration.name() + " --user "
                                + user);
            }
            all.put(user, Member.waiting(user, one.oldLogin(), one.place(), one.domain(), Math.max(1, one.wave())));
        }
        List<Member> ordered = new ArrayList<>(all.values());
        ordered.sort(Comparator.comparingInt(Member::wave).thenComparing(Member::user));
        return migration.with(ordered, migration.measuredAt(), now);
    }
}

package org.understudy.restore.migrate;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Which users of a migration a command is about.
 *
 * @param users names here; empty for all
 * @param wave 0 for all
 */
public record Choice(Set<String> users, int wave) {
    public Choice {
        Set<String> lower = new TreeSet<>();
        Objects.requireNonNullElse(users, Set.<String>of()).forEach(one -> lower.add(one.toLowerCase(Locale.ROOT)));
        users = lower;
    }

    /** Everybody. */
    public static final Choice ALL = new Choice(Set.of(), 0);

    public boolean all() {
        return users.isEmpty() && wave == 0;
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if one who is named is not there, or nobody is */
    List<Member> of(Migration migration) {
        for (String user : users) {
            if (migration.member(user).isEmpty()) {
                throw new OperatorException(
                        Reason.NOT_FOUND,
                        user + " is no user of migration " + migration.name(),
                        "'understudy migrate status " + migration.name() + " --list' shows its users.");
            }
        }
        List<Member> chosen = migration.members().stream()
                .filter(one -> users.isEmpty() || users.contains(one.user()))
                .filter(one -> wave == 0 || one.wave() == wave)
                .toList();
        if (chosen.isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "migration " + migration.name() + " has no user" + (wave == 0 ? "" : " in wave " + wave),
                    "Add users by 'understudy migrate add'.");
        }
        return chosen;
    }
}

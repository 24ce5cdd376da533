package org.understudy.restore.workflow;

import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.understudy.restore.source.BackupSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A source of a kind that is opened anew for each user. */
final class ReopenedSource implements SharedSource {
    private final BackupSource.Description description;
    private final SortedSet<String> users;
    private final Function<Set<String>, BackupSource> opening;

    /** @param opening opens the source for some users, or for all if the set is empty */
    ReopenedSource(Function<Set<String>, BackupSource> opening) {
        this.opening = opening;
        try (BackupSource all = opening.apply(Set.of())) {
            description = all.describe();
            SortedSet<String> found = new TreeSet<>();
            all.mailboxes().forEach(one -> found.add(one.mailbox().user()));
            users = Collections.unmodifiableSortedSet(found);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "the source's users cannot be listed: " + e.getMessage(),
                    "Look into the system log for disk errors, then run it again.",
                    e);
        }
    }

    @Override
    public BackupSource.Description describe() {
        return description;
    }

    @Override
    public SortedSet<String> users() {
        return users;
    }

    @Override
    public BackupSource of(String user) {
        return opening.apply(Set.of(user));
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}
}

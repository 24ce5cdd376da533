package org.understudy.restore.workflow;

import java.io.IOException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.understudy.restore.source.BackupSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A source that stays open, and gives parts of itself. */
final class OpenedOnce implements SharedSource {
    private final BackupSource whole;
    private final Function<String, ? extends BackupSource> part;
    private final SortedSet<String> users;

    /** @param part one user's part; called only for users that there are */
    OpenedOnce(BackupSource whole, Function<String, ? extends BackupSource> part) {
        this.whole = whole;
        this.part = part;
        SortedSet<String> found = new TreeSet<>();
        try {
            whole.mailboxes().forEach(one -> found.add(one.mailbox().user()));
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "the users of " + whole.describe().location() + " cannot be listed: " + e.getMessage(),
                    "Look into the system log for disk errors, then run it again.",
                    e);
        }
        users = Collections.unmodifiableSortedSet(found);
    }

    @Override
    public BackupSource.Description describe() {
        return whole.describe();
    }

    @Override
    public SortedSet<String> users() {
        return users;
    }

    @Override
    public BackupSource of(String user) {
        return part.apply(user);
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}

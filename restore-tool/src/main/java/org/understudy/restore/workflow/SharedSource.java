package org.understudy.restore.workflow;

import java.io.IOException;
import java.util.SortedSet;
import org.understudy.restore.source.BackupSource;

/** A source that is opened once and read user by user. {@link #of} may be called by several threads at once. */
public interface SharedSource extends AutoCloseable {
    BackupSource.Description describe();

    /** All users of the source, by the names that they get. */
    SortedSet<String> users();

    /**
     * One user's part of it. Closing that leaves the rest open.
     *
     * @throws org.understudy.storage.OperatorException if that user's mail cannot be read
     */
    BackupSource of(String user);

    @Override
    void close() throws IOException;
}

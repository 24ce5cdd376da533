package org.understudy.restore.repository.backend;

import java.io.IOException;

/** The right to write into a repository, held until it is closed or lost. */
public interface WriterLock extends AutoCloseable {
    /**
     * To be called before what must not happen twice.
     *
     * @throws org.understudy.storage.OperatorException {@link org.understudy.storage.Reason#BUSY} if the lock was lost,
     *     as happens when a network mount goes away
     */
    void requireHeld();

    @Override
    void close() throws IOException;
}

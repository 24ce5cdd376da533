package org.understudy.restore.repository.backend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

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

    /** What a lock says of who holds it: purpose, process, host and time. */
    static String holder(String purpose, Instant now) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "a host without a name";
        }
        return purpose + ", process " + ProcessHandle.current().pid() + " on " + host + ", since " + now;
    }
}

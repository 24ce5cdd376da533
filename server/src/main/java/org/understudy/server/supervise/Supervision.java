package org.understudy.server.supervise;

import org.understudy.server.admin.ServerStatus;

/** Who wants to know how the server is. */
public interface Supervision {
    /** Nobody. */
    Supervision NONE = status -> () -> {};

    /** The server serves. Closing says that it stops. */
    Serving serving(ServerStatus status);

    /** From the first connection that is accepted to the last one. */
    interface Serving extends AutoCloseable {
        /** Configuration is being read again by {@code work}; returns when that has ended, as does its failure. */
        default void reloading(Runnable work) {
            work.run();
        }

        @Override
        void close();
    }
}

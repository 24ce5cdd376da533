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
        @Override
        void close();
    }
}

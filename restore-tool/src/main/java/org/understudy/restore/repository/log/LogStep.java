package org.understudy.restore.repository.log;

/** The points of carrying the log away at which tests stop the process, in order. */
enum LogStep {
    /** The log is on the store's disk as far as it is going to be read. */
    SYNCED,
    /** A segment is ready in memory. */
    SEGMENT_READY,
    /** It is in the repository. */
    SEGMENT_PUT,
    /** This machine has noted it. */
    PIN_WRITTEN,
    DONE;

    /** Is told when a step has been reached. */
    interface Hook {
        Hook NONE = step -> {};

        void reached(LogStep step);
    }
}

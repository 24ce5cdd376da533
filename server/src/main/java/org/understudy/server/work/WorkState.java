package org.understudy.server.work;

/** How far a piece of work is. */
public enum WorkState {
    RUNNING,
    /** It ended with a result. */
    DONE,
    /** It ended with an error. */
    FAILED,
    /** It was asked to stop, and did. */
    CANCELLED
}

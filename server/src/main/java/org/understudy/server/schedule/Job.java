package org.understudy.server.schedule;

/** Work that the server does at given times. */
public interface Job {
    /** As the configuration names it. */
    String name();

    /**
     * Does it once. Interrupting the thread stops it soon.
     *
     * @throws RuntimeException if it could not be done; {@link org.understudy.storage.OperatorException} with {@link
     *     org.understudy.storage.Reason#BUSY} where somebody else is at work on the same thing
     */
    Ending run() throws InterruptedException;

    /**
     * How a run ended that could be done.
     *
     * @param good whether everything was as it should be
     * @param message one sentence
     */
    record Ending(boolean good, String message) {}
}

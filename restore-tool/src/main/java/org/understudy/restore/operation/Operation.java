package org.understudy.restore.operation;

import org.understudy.restore.progress.Progress;

/**
 * One kind of work. Requests and results are records that Jackson maps to JSON and back without annotations.
 *
 * @param <Q> request
 * @param <R> result
 */
public interface Operation<Q, R> {
    /** Words with dots, for example {@code restore.stage}; part of the admin API, never changes meaning. */
    String name();

    /** Who may have it done over the admin API. One that does not say is for {@link Role#ADMIN} alone. */
    default Role role() {
        return Role.ADMIN;
    }

    Class<Q> requestType();

    Class<R> resultType();

    /**
     * Does the work on the calling thread. Interrupting that thread stops it soon, in a state from which the same
     * request goes on.
     *
     * @throws org.understudy.storage.OperatorException for what an operator can mend
     */
    R run(Q request, Workplace workplace, Progress progress) throws InterruptedException;
}

/**
 * Long work as a thing of its own: it has an id, goes on when whoever began it goes away, is looked at and followed by
 * any number of clients, and can be cancelled.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The same idempotency key of the same person with the same request gives the same work; with another request it is
 *       a conflict.
 *   <li>Ended work is kept for a day, the last 500 and 64 MiB of results at most.
 *   <li>Cancelling interrupts the thread; operations stop soon, in a state from which the same request goes on.
 *   <li>When the server ends, all work is interrupted, and its end is waited for.
 * </ul>
 *
 * <p>Not guaranteed: that work outlives the server. What a restore had begun is in its own journal and is completed when
 * the server starts; such completions are to be seen here as ended work of the person {@code server}. Idempotency keys of
 * before are forgotten then.
 */
@NullMarked
package org.understudy.server.work;

import org.jspecify.annotations.NullMarked;

/**
 * Brings a source into a shadow: every item in one bin, every message with its evidence.
 *
 * <p>Items are read ahead on one thread, examined on as many as there are processors, and written on the caller's, in
 * the source's order. They are written in runs: consecutive items of one mailbox, cut at fixed counts, so that the same
 * source gives the same runs however often replay is cut short. One effect brings a run's messages, their evidence, the
 * outcomes of its other items and the cursor; bodies lie in segment files that were adopted before. After a crash replay
 * goes on at the cursor; bodies that were adopted for a run that was not committed stay behind unreferenced.
 *
 * <p>What is noted of each message for the comparison with others lies in a file beside the shadow's store, and is durable
 * before the run that brings the message is committed; notes of runs that were not committed are dropped when replay goes
 * on.
 *
 * <p>Nothing here reaches the live store, but for the body ids that are taken from it.
 */
@NullMarked
package org.understudy.restore.replay;

import org.jspecify.annotations.NullMarked;

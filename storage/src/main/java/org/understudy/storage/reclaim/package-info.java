/**
 * Gives back the room of expunged mail whose window is over (docs/adr/0033-reclaim.md): the only code that deletes bodies.
 *
 * <pre>
 * ObservedTime     how long the store was really open: the clock by which the window is counted
 * BodyPins         keeps a body from being deleted while a writer is about to name it, and the other way round
 * ReclaimedBodies  a bit for each body that was deleted, in the store
 * Reclaim          a round: what is due, the deletion in batches, and the compaction of what has many deleted rows
 * </pre>
 *
 * <p>Invariants: a body that a live message names is never deleted; a body that the expunge log names is deleted only when
 * the window of each of its expunges is over by the store's own time and by the wall clock; its rows, its index row and the
 * bit that says so go in one effect. Bodies that no row names (left by a restore that was broken off) are never touched.
 *
 * <p>It does not know of incident holds and restores: whoever starts a round names what stands in its way.
 */
@NullMarked
package org.understudy.storage.reclaim;

import org.jspecify.annotations.NullMarked;

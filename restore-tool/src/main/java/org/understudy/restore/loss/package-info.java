/**
 * Who lost what: the live store against its history, without being asked (docs/loss.md).
 *
 * <p>History is what the snapshots' manifests list, what the store's own change log and counters say, and the expunge log
 * with its reasons. A loss is a message that history says existed, that no expunge explains, and that lies nowhere in its
 * user's mailboxes. Manifests are enough to find the mailboxes concerned; a snapshot is opened only to say of what month
 * and size the missing messages are.
 *
 * <p>Invariants: nothing here writes into the live store or the repository. The store is read as of one moment, so a
 * message that is moved meanwhile is never missing. A row that cannot be read counts as a loss, never as an absent one.
 * The rows of a report add up to its totals. Memory grows with the number of mailboxes and with one user's mail, not with
 * the number of messages.
 *
 * <p>Not guaranteed: mail that came and vanished between two snapshots is seen only if the store's own change log still
 * knows it. Bodies are not read; {@code understudy fsck --deep} does that.
 */
@NullMarked
package org.understudy.restore.loss;

import org.jspecify.annotations.NullMarked;

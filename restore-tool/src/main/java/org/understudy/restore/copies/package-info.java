/**
 * Several sources that hold the same mail: which copies are of one message, what they say of each other, and which is
 * best.
 *
 * <p>Copies are of one message, most certain first: equal digest of the canonical form; equal user, mailbox, UIDVALIDITY
 * and UID; equal unique part of a Maildir's file name, same user; equal Message-ID and Date, same user, and the same
 * delivery by the lines that it left. The first alone calls two copies equal; the others say which to compare.
 *
 * <p>Invariants: a copy is never proven by another that may share its damage: one that is the same file, or lies in the
 * same repository. Two copies that agree prove each other only if nothing speaks against either; else what speaks against
 * them may be damage that is older than both. What a source's own manifest proves is never overruled. A copy of another
 * user's mailbox is evidence, and never given in place of this user's.
 *
 * <p>Memory: an index holds at most {@value org.understudy.restore.copies.CopyIndex#HEAP_OCTETS} octets of heap for each
 * message of a source, whatever its size, and the rest (paths, names, digests and findings, never content) in a temporary
 * file that nobody else may read and that goes with the index.
 *
 * <p>Not seen: damage that is older than the moment at which two copies parted and that leaves no trace by itself.
 */
@NullMarked
package org.understudy.restore.copies;

import org.jspecify.annotations.NullMarked;

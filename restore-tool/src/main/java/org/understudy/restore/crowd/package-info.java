/**
 * Findings that need more than one message of a source: blocks that lie in two messages, copies of a body, one Message-ID
 * with two contents, and mail that belongs to another user.
 *
 * <p>While messages are read, a {@link org.understudy.restore.crowd.NoteTaker} notes of each what comparison needs: 64-bit
 * digests of its aligned sectors, what lies around each sector bound, digests, sizes and the addresses that name its
 * owner. Notes go into a {@link org.understudy.restore.crowd.NotesFile} (docs/crowd-notes.md). When all is read, {@link
 * org.understudy.restore.crowd.Crowd} compares them and gives {@link org.understudy.restore.crowd.Clues}: further findings
 * for each message.
 *
 * <p>Invariants: heap does not grow with the source (indexes are sorted in portions and merged from a temporary file); the
 * same notes give the same clues; notes hold digests and addresses, never text of a body. Clues name other users and their
 * mailboxes: they are for administrators, and are never shown to the owner of a mailbox.
 *
 * <p>Not guaranteed: that a foreign block is found whose owner is not in the source, or that is shorter than a sector.
 */
@NullMarked
package org.understudy.restore.crowd;

import org.jspecify.annotations.NullMarked;

/**
 * Dovecot's own mailbox formats as a source: sdbox, a file a message, and mdbox, many messages a file (dbox-file.h,
 * mdbox-map.h and mdbox-storage.h of Dovecot 2.3).
 *
 * <p>Where things are: flags, keywords and UIDVALIDITY are in each mailbox's {@code dovecot.index} with its log, and
 * nowhere else; date of arrival, GUID and sizes are in the metadata after each message. In mdbox, also which messages a
 * mailbox has is only in its index: it names each by a number, and {@code storage/dovecot.map.index} says in which file
 * and where that one lies. Where the map is lost, messages are found by the GUID that the mailbox's index keeps; where
 * the index is lost too, a message comes out in the mailbox into which it was delivered first, without flags or UID, and
 * its path says so: copies, moves and expunges since are then unknown.
 *
 * <p>Invariants: nothing is written or locked; links are never followed; every file comes out as at least one item, each
 * stretch of a file that belongs to no message as an unreadable item with its place. A message that no mailbox has any
 * more and that waits to be purged is given as ignored.
 *
 * <p>Packed messages (gzip, bzip2, zstd, lz4) are unpacked; attachments stored apart are put back where they are found.
 * xz and encrypted messages are told of and not read.
 */
@NullMarked
package org.understudy.restore.source.dbox;

import org.jspecify.annotations.NullMarked;

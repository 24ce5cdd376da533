/**
 * The spool of a Cyrus server: a directory for each mailbox with messages in files {@code 1.}, {@code 2.}... named by UID,
 * and beside them {@code cyrus.header} (the mailbox's name, since 3.6, and the names of its keywords) and
 * {@code cyrus.index} (what is known of each message). Directories are named by the mailbox ({@code user/anna/Sent}, hashed
 * or not, with {@code domain/...} above for virtual domains) or, since 3.6, by an id ({@code uuid/a/b/ab...}); dots of a
 * name are written {@code ^}, other letters in modified UTF-7.
 *
 * <p>{@code cyrus.index}, big-endian, of versions 6 to 20: a header with version (at 8), its own length (12), the length of a
 * record (16), the number of records (20) and UIDVALIDITY (44; since 20 at 92); records with UID (0), date of arrival (4,
 * seconds; since 20 at 8, nanoseconds), size (12; 24), flags (32; 36: answered 1, flagged 2, deleted 4, draft 8, seen 16,
 * archived 2^29, unlinked 2^30, expunged 2^31), bits of keywords (36; 40), GUID, the SHA-1 of the message (60, since 10), and
 * MODSEQ (80). Since version 12 header and records end with a CRC-32.
 *
 * <p>Invariants: nothing is written; each file comes out as exactly one item, and so does each message that the index has and
 * the directory has not; a record whose checksum is wrong is not believed, and costs flags and date of its message only.
 *
 * <p>Not read: who has read what before version 12 (a database outside the spool), what each reader of a shared mailbox has
 * read, subscriptions, access lists, annotations, {@code mailboxes.db}. So a mailbox that was deleted and not yet removed
 * comes out under its old name, where the directory does not tell.
 */
@NullMarked
package org.understudy.restore.source.cyrus;

import org.jspecify.annotations.NullMarked;

/**
 * The mail store: everything a mail server and a restore need of one machine's mail, over one RocksDB database.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>An effect that has returned is on disk: its write-ahead log record was fsynced before.
 *   <li>An effect is atomic: after a crash all of its rows are there, or none.
 *   <li>UIDs are never reused; UIDNEXT and HIGHESTMODSEQ never fall (RFC 9051 section 2.3.1.1, RFC 7162 section 3.1).
 *   <li>A row that cannot be read is an error that names it, never an absent row.
 * </ul>
 *
 * <p>Not guaranteed: rights. Whoever holds a {@link org.understudy.storage.MailStore} may read and write all of it;
 * access control lists are stored here and enforced by the server.
 */
@NullMarked
package org.understudy.storage;

import org.jspecify.annotations.NullMarked;

/**
 * Dovecot's index files (versions 2.0 to 2.3, mail-index.h and mail-transaction-log.h): {@code dovecot.index}, a snapshot
 * of one mailbox's records, and {@code dovecot.index.log} with {@code .log.2} before it, the changes since. mdbox keeps
 * its map of messages ({@code dovecot.map.index}) in the same form.
 *
 * <p>Invariants: nothing is written or locked; nothing throws because of what the files hold; numbers are little-endian,
 * as on every machine that Dovecot commonly runs on, and an index of the other kind counts as none.
 */
@NullMarked
package org.understudy.restore.source.dovecot;

import org.jspecify.annotations.NullMarked;

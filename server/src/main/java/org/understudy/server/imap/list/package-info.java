/**
 * Commands on mailboxes as a whole: LIST with its extensions (RFC 5258, 5819, 6154, 8440, 9590), LSUB, STATUS, CREATE,
 * DELETE and RENAME.
 *
 * <p>Invariants: a name is listed at most once for a command; what a user may not look up is not listed; a listing is of
 * one moment. Not guaranteed: mailboxes of other users are not listed, as no command here can open them.
 */
@NullMarked
package org.understudy.server.imap.list;

import org.jspecify.annotations.NullMarked;

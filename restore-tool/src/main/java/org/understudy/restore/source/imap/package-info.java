/**
 * An IMAP account as a source: fetched into a spool on disk first, then read from there, so that a restore that goes on
 * after an interruption needs neither network nor password, and what the server said is kept.
 *
 * <p>On the server nothing changes: mailboxes are opened by EXAMINE, messages are taken by BODY.PEEK, no flag is set. The
 * certificate is always checked, with its host name. Passwords are in no spool, no log and no message.
 *
 * <p>A spool (docs/imap-accounts.md) only grows. A {@linkplain org.understudy.restore.source.imap.SpoolRun run} that
 * has ended names how much of it was there, and is the source; a later run fetches what is new, by UIDVALIDITY and UID, and
 * notes what changed. Each message, mailbox and level of names that the server ever named is one item.
 *
 * <p>The protocol is spoken by classes of this package: a library's would have to hold each message in memory, and give up
 * on answers that real servers send (literal8 of messages, names with blanks, FETCH without UID).
 *
 * <p>Not guaranteed: one consistent picture of an account that is used meanwhile.
 */
@NullMarked
package org.understudy.restore.source.imap;

import org.jspecify.annotations.NullMarked;

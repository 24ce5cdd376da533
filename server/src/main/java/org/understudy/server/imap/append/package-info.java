/**
 * APPEND (RFC 9051 section 6.3.12) with all that mail programs use of its extensions: several messages at once, all or
 * none of them (MULTIAPPEND, RFC 3502), binary literals (RFC 3516 section 4.4), {@code UTF8 (~{n} ...)} (RFC 6855
 * section 4), UIDs in the reply (UIDPLUS, RFC 4315).
 *
 * <pre>
 * AppendParser - AppendMessages - AppendProcessor - BulkMailbox (server.mailbox)
 *                                                       |
 *                        Arrival: each message is read once, for its digest and its facts
 *                                                       |
 *                        one effect of the store for all of them, one event
 * </pre>
 *
 * <p>Invariants: the tagged OK comes after the fsync. A command stores all of its messages or none.
 *
 * <p>Not guaranteed: that a message is well formed; what is sent is stored octet for octet.
 */
@NullMarked
package org.understudy.server.imap.append;

import org.jspecify.annotations.NullMarked;

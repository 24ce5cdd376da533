/**
 * IMAP on the wire (RFC 3501, RFC 9051): listeners, TLS, framing, command threads, replies, IDLE and compression. Apache
 * James supplies the grammar of single commands, their processing and the encoding of replies.
 *
 * <pre>
 * socket - SniHandler - [Inflation, JdkZlibEncoder] - Connection      event loop: octets, phases, deadlines
 *                                                        |
 *                                                     Framing         one whole command, or an orderly refusal
 *                                                        |
 *                                          Turns on CommandThreads    decode, process, encode: CommandRun
 *                                                        |
 *                                          Replies - ReplyWriter      back to the socket, with back-pressure
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A connection runs one command at a time. The next one is framed only when the reply to the previous one has
 *       reached the socket, and no octet is read meanwhile.
 *   <li>Every command gets exactly one tagged reply, or the connection ends.
 *   <li>An octet announced as literal is never read as a command, whether the command is well formed, refused or too
 *       long. Where that cannot be told, the connection ends.
 *   <li>Commands, file access and password checks never run on an event loop.
 *   <li>A connection holds at most one network read, the pieces of one command up to the limits of {@link
 *       org.understudy.server.imap.ImapSettings.Limits}, and one write buffer; larger literals lie in a file without
 *       name.
 *   <li>No password, no name that is not a user's and no message content reaches a log.
 * </ul>
 *
 * <p>Connections are limited in all, by address and by user, and logins slow down after failures (docs/imap.md). Not
 * guaranteed: fairness between users beyond first come, first served.
 */
@NullMarked
package org.understudy.server.imap;

import org.jspecify.annotations.NullMarked;

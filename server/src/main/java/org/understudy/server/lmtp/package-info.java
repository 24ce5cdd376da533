/**
 * Delivery by LMTP (RFC 2033) from a mail transfer agent, as Postfix and Exim speak it.
 *
 * <pre>
 * LmtpDialogue - commands, replies         Incoming - DotReader or BDAT - Spool
 *       |                                       |
 * AddressBook: who is behind an address    TraceFields: Return-Path, Delivered-To, Received
 *       |                                       |
 *       +------------- Mailroom: one effect a mailbox, its reply after the fsync
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A recipient is answered 250 when the message lies in its mailbox on disk, and not before. What cannot be stored now is
 *       answered 4xx, so that the sender keeps it; never is a part of a message stored.
 *   <li>The octets of a message are stored as they came, without the dots that transport adds, after the trace fields.
 *   <li>Only CRLF ends a line, and only {@code CRLF . CRLF} a message.
 *   <li>A message that is cut off leaves nothing behind.
 * </ul>
 *
 * <p>Not guaranteed: that a message is there only once. A connection that breaks between the fsync and the reply makes the
 * sender deliver it again (RFC 1047).
 */
@NullMarked
package org.understudy.server.lmtp;

import org.jspecify.annotations.NullMarked;

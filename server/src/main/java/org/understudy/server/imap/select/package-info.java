/**
 * The selected mailbox of a session: SELECT, EXAMINE, UNSELECT and CLOSE, resynchronisation (CONDSTORE, QRESYNC; RFC
 * 7162), and what sessions are told of each other's changes.
 *
 * <pre>
 * store commits - MailboxNews - Topic (one a mailbox that is selected)     only "there is something new up to MODSEQ m"
 *                                  |
 *                              SelectedView (one a session)                reads the change log behind what it knows
 *                                  |
 *                               Notices                                    EXISTS, EXPUNGE or VANISHED, FLAGS, FETCH
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A session's sequence numbers are those that its client was told: they change only when EXISTS, EXPUNGE or
 *       VANISHED is written, never in between.
 *   <li>What a session learns comes from the change log, in the order in which it was committed, whoever caused it and in
 *       whatever order commits are announced. So nothing is lost or told twice, and many changes are told at once.
 *   <li>A session that waits costs its view: some hundred bytes, however large the mailbox.
 * </ul>
 *
 * <p>Not guaranteed: that a message is {@code \Recent} in one session only; sessions that have the mailbox selected when
 * it arrives all see it so (RFC 3501 section 2.3.2 leaves that open).
 */
@NullMarked
package org.understudy.server.imap.select;

import org.jspecify.annotations.NullMarked;

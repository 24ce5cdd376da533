/**
 * POP3 (RFC 1939) over the users' INBOXes, with RFC 2449 (CAPA), 2595 (STLS), 5034 (AUTH), 3206 (AUTH-RESP-CODE) and 6856
 * (UTF8).
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A session sees the messages that were there when it logged in, under numbers that do not change.
 *   <li>Nothing is deleted but by QUIT, and then all that was marked in one effect, on disk before the answer.
 *   <li>A user has one session at a time.
 *   <li>A message's unique id depends on its content alone, and on how many equal ones come before it (docs/pop3.md), so that
 *       it is the same after a restore, an undo and a move to another server.
 *   <li>LIST tells the octets that RETR sends, without the dots that transport adds; no body is read for it.
 * </ul>
 *
 * <p>Not guaranteed: that deletions of a session that breaks off take place. They do not.
 */
@NullMarked
package org.understudy.server.pop3;

import org.jspecify.annotations.NullMarked;

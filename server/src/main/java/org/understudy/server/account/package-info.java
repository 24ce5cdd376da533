/**
 * Users: their names, password hashes, and the check at login.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A password is held in arrays that are wiped, never logged. Commands that set one send its hash over the
 *       admin API; only the approval of a plan sends the password itself, over loopback, since the server must check it.
 *   <li>A login of an unknown user takes as long as one with a wrong password.
 *   <li>At most a configured number of passwords is checked at once, so that a storm of logins cannot take all memory.
 * </ul>
 *
 * <p>Not guaranteed: protection from guessing beyond that cost; who slows logins down is the server. James and the admin
 * API hand passwords over as strings, which cannot be wiped.
 */
@NullMarked
package org.understudy.server.account;

import org.jspecify.annotations.NullMarked;

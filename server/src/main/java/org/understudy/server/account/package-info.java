/**
 * Users: their names, password hashes, and the check at login.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A password is held in arrays that are wiped, never logged, never sent over the admin API: commands send hashes.
 *   <li>A login of an unknown user takes as long as one with a wrong password.
 *   <li>At most a configured number of passwords is checked at once, so that a storm of logins cannot take all memory.
 * </ul>
 *
 * <p>Not guaranteed: protection from guessing beyond that cost; there is no lock-out here. James hands passwords over as
 * strings, which cannot be wiped.
 */
@NullMarked
package org.understudy.server.account;

import org.jspecify.annotations.NullMarked;

/**
 * The check of a host, before Understudy is installed and beside it when it runs: each check says what it found, how bad
 * that is, and what to change.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Checks decide from what {@link org.understudy.server.doctor.Machine}, {@link
 *       org.understudy.server.doctor.SyncTrial} and {@link org.understudy.server.doctor.PortTrial} bring, and touch
 *       nothing themselves.
 *   <li>Nothing of the store, the repository or the configuration is changed. Trial files have names of their own, lie in
 *       the folder that is tried, and are deleted.
 *   <li>What cannot be known is said to be unknown; it is never called good.
 * </ul>
 *
 * <p>It does not guarantee that a disk keeps what it acknowledged: only a power cut shows that.
 */
@NullMarked
package org.understudy.server.doctor;

import org.jspecify.annotations.NullMarked;

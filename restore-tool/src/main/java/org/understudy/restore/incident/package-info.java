/**
 * The incident hold: while one is on, nothing that may be the last good copy of somebody's mail is pruned or expired.
 *
 * <p>A hold is set by hand, or by whatever meets the first integrity or I/O error: the store, a snapshot, a verification,
 * a check of the store. It is a file in the data folder and another in the repository, so that a prune which knows only
 * one of the two respects it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Hold files are written once, whole, and are never changed or deleted. A release is a file of its own, so the two
 *       folders are the log of who froze retention, who released it, when and why.
 *   <li>A hold file that cannot be read is a hold.
 *   <li>Only a person ends a hold.
 * </ul>
 *
 * <p>Not guaranteed: that a hold reaches a repository that is out of reach at that moment. It is copied there by the next
 * command that finds it, and until then the data folder's copy counts for whoever works from this machine.
 */
@NullMarked
package org.understudy.restore.incident;

import org.jspecify.annotations.NullMarked;

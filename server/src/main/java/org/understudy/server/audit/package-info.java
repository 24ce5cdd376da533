/**
 * The audit log: who did what with the server, as a chain of records in which each carries the hash of the one before
 * (docs/audit-log-format.md, ADR 28).
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A record that {@link org.understudy.server.audit.AuditLog#record} has returned for is on disk, and the store knows
 *       number and hash of it, so that a log whose end was cut off does not look whole.
 *   <li>Records are only added. A log that was found broken goes on with a gap that verifying always names.
 *   <li>Passwords, their hashes, tokens and message content are in no record.
 * </ul>
 *
 * <p>Not guaranteed: that a person who may write both the store and the log's files cannot make up another past; against
 * that helps what is kept elsewhere: each signed snapshot holds the head that the log had then.
 */
@NullMarked
package org.understudy.server.audit;

import org.jspecify.annotations.NullMarked;

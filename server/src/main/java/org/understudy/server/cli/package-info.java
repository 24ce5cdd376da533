/**
 * The command {@code understudy}: finds verb, configuration and data folder, runs the verb, and turns its end into an
 * exit code.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Exit codes never change meaning: 0, those of {@link org.understudy.storage.Reason}, 70 for a fault of the
 *       program, 130 if interrupted.
 *   <li>A verb that works on the live store gives its work to the server if one answers, and opens the store itself if
 *       not; it is the same {@link org.understudy.restore.operation.Operation} either way.
 *   <li>Ctrl-C and SIGTERM interrupt the verb and wait for it; nothing is cut off.
 * </ul>
 */
@NullMarked
package org.understudy.server.cli;

import org.jspecify.annotations.NullMarked;

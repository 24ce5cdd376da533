/**
 * What every verb of the command line shares: where results, progress and errors go, and how a verb hands its work to
 * an operation.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Standard output carries the result and nothing else; with {@code --json} it is exactly one JSON document.
 *   <li>Progress and errors go to standard error: as a bar on a terminal, as JSON lines elsewhere.
 *   <li>Text that came from mail or file names never reaches a terminal with its control characters.
 * </ul>
 */
@NullMarked
package org.understudy.restore.cli;

import org.jspecify.annotations.NullMarked;

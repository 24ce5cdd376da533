/**
 * Servers being measured: how each is started, stopped and emptied, and what its processes cost, read from /proc.
 *
 * <p>Invariants: whatever is started lies in a temporary folder, listens on loopback only, and ends with {@code close},
 * with all its processes.
 */
@NullMarked
package org.understudy.benchmarks.subject;

import org.jspecify.annotations.NullMarked;

/**
 * What the server looks after unasked: who has lost mail, and whether the canaries are as they were made.
 *
 * <p>Invariants: watching never holds up a start, a client or a stop; it works on one thread of low priority, rests as
 * long as it works, and ends soon after it is told to. What it finds is kept in the data folder and said once in the log.
 */
@NullMarked
package org.understudy.server.watch;

import org.jspecify.annotations.NullMarked;

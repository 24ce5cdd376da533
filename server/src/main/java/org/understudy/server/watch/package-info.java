/**
 * What the server looks after unasked: who has lost mail, whether the canaries are as they were made, and that the log
 * gets into the repository.
 *
 * <p>Invariants: watching never holds up a start, a client or a stop; each works on one thread of low priority, and ends soon after it is told to. What it finds is kept in the data folder and said once in the log.
 */
@NullMarked
package org.understudy.server.watch;

import org.jspecify.annotations.NullMarked;

package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.List;
import org.understudy.benchmarks.wire.Wire;

/** Work done again until it has lasted long enough for its CPU to be told. */
final class Repeat {
    private static final long LONG_ENOUGH = 400_000_000L;

    private Repeat() {}

    interface Turn {
        void run(Wire wire) throws IOException;
    }

    /** Each connection in turn, all of them at least once. */
    static void through(List<Wire> wires, Turn turn) throws IOException {
        long end = System.nanoTime() + LONG_ENOUGH;
        do {
            for (Wire wire : wires) {
                turn.run(wire);
            }
        } while (System.nanoTime() < end);
    }
}

package org.understudy.benchmarks.workload;

import java.io.IOException;

/** Answers that must hold what they should. */
final class Expect {
    private Expect() {}

    static void exactly(long found, long expected, String what) throws IOException {
        if (found != expected) {
            throw new IOException("expected " + expected + " " + what + ", got " + found);
        }
    }

    static void atLeast(long found, long expected, String what) throws IOException {
        if (found < expected) {
            throw new IOException("expected at least " + expected + " " + what + ", got " + found);
        }
    }
}

package org.understudy.storage;

import java.util.Collection;
import java.util.List;

/** Waiting for threads that have been told to end. */
public final class ThreadEnd {
    private ThreadEnd() {}

    /** Returns when {@code thread} has ended. If the caller is interrupted meanwhile, it waits on, and is interrupted then. */
    public static void await(Thread thread) {
        await(List.of(thread));
    }

    /** The same for all of {@code threads}. */
    public static void await(Collection<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

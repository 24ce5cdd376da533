package org.understudy.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does one kind of work on parts of a list at the same time. */
final class ParallelWork {
    private ParallelWork() {}

    /**
     * Cuts {@code all} into as many parts as there are threads, of neighbours and of nearly the same length, and returns
     * when {@code work} has ended for each of them. An interrupt is kept for later: work that has begun is not given up.
     *
     * @throws RuntimeException the first one that a part threw, after the others have ended
     */
    static <T> void inParts(List<T> all, int threads, Consumer<List<T>> work) {
        int parts = Math.clamp(all.size(), 1, Math.max(1, threads));
        if (parts == 1) {
            work.accept(all);
            return;
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(
                parts, Thread.ofPlatform().daemon().name("store-part-", 0).factory())) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
                List<T> part =
                        all.subList((int) ((long) all.size() * i / parts), (int) ((long) all.size() * (i + 1) / parts));
                done.add(executor.submit(() -> work.accept(part)));
            }
            executor.shutdown();
            boolean interrupted = false;
            RuntimeException fault = null;
            for (Future<?> one : done) {
                for (boolean ended = false; !ended; ) {
                    try {
                        one.get();
                        ended = true;
                    } catch (InterruptedException e) {
                        interrupted = true;
                    } catch (ExecutionException e) {
                        ended = true;
                        fault = fault != null
                                ? fault
                                : e.getCause() instanceof RuntimeException own
                                        ? own
                                        : new IllegalStateException("a part of the work failed", e.getCause());
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (fault != null) {
                throw fault;
            }
        }
    }
}

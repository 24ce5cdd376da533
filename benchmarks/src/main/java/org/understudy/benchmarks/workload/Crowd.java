package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several connections at once, each with a virtual thread. */
final class Crowd {
    private Crowd() {}

    /** Work of one member. */
    interface Member {
        void run(int index, Tally tally) throws IOException;
    }

    /** Lets {@code size} members begin at the same moment and waits for all of them. */
    static void run(int size, Tally tally, Member member) throws IOException, InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Tally>> running = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                int index = i;
                Callable<Tally> work = () -> {
                    Tally mine = new Tally();
                    begin.await();
                    member.run(index, mine);
                    return mine;
                };
                running.add(threads.submit(work));
            }
            begin.countDown();
            for (Future<Tally> one : running) {
                tally.addAll(result(one));
            }
        }
    }

    static <T> T result(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}

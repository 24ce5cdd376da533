package org.understudy.server.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.understudy.restore.operation.Failure;

/**
 * Makes Ctrl-C and SIGTERM interrupt the thread that works, wait until it has ended in good order, and leave with its
 * exit code. What takes longer than a minute is cut off; the store survives that, as it does a crash.
 */
final class StopSignal {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Thread worker;
    private final PrintStream err;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger exitCode = new AtomicInteger(Failure.INTERRUPTED_EXIT_CODE);

    private StopSignal(Thread worker, PrintStream err) {
        this.worker = worker;
        this.err = err;
    }

    static StopSignal stopping(Thread worker, PrintStream err) {
        StopSignal signal = new StopSignal(worker, err);
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop-signal"));
        return signal;
    }

    /** The work has ended by itself or after an interruption. */
    void ended(int code) {
        exitCode.set(code);
        ended.countDown();
    }

    private void stop() {
        if (ended.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            if (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                err.println("understudy: the work did not end within " + PATIENCE.toSeconds() + " s and was cut off");
            }
        } catch (InterruptedException e) {
            err.println("understudy: cut off");
        }
        err.flush();
        Runtime.getRuntime().halt(exitCode.get());
    }
}

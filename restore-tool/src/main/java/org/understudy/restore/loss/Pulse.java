package org.understudy.restore.loss;

import java.util.concurrent.TimeUnit;
import org.understudy.restore.progress.Progress;

/**
 * Counts mailboxes, tells {@link Progress} of them, stops work whose thread was interrupted, and lets others have the
 * processor when asked to.
 */
final class Pulse {
    private static final int ROWS_BETWEEN = 1024;
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Progress progress;
    private final boolean gentle;
    private long done;
    private int rows;
    private long workedSince = System.nanoTime();

    /** @param gentle rest as long as one works, so that at most half a processor is taken */
    Pulse(Progress progress, boolean gentle) {
        this.progress = progress;
        this.gentle = gentle;
    }

    /** Ends a scan whose visitor may not throw what is checked. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    void begin(String phase, long total, String unit) throws InterruptedException {
        done = 0;
        progress.begin(phase, total, unit);
        check();
    }

    void done() throws InterruptedException {
        progress.advance(++done, 0);
        check();
        rest();
    }

    void note(String text) {
        progress.note(text);
    }

    /** To be called for each row of a scan. */
    void row() {
        if (++rows % ROWS_BETWEEN == 0 && Thread.currentThread().isInterrupted()) {
            throw new StoppedException();
        }
    }

    private static void check() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped on request");
        }
    }

    private void rest() throws InterruptedException {
        if (!gentle) {
            return;
        }
        long worked = System.nanoTime() - workedSince;
        if (worked >= WORK_NANOS) {
            TimeUnit.NANOSECONDS.sleep(worked);
            workedSince = System.nanoTime();
        }
    }
}

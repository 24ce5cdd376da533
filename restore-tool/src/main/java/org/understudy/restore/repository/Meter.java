package org.understudy.restore.repository;

import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.ByteMeter;

/** Counts work done, tells {@link Progress} of it, and stops the work when the thread was interrupted. */
final class Meter implements ByteMeter {
    private final Progress progress;
    private long done;
    private long bytes;

    Meter(Progress progress) {
        this.progress = progress;
    }

    void begin(String phase, long total, String unit) {
        done = 0;
        bytes = 0;
        progress.begin(phase, total, unit);
    }

    /** Counts bytes of a unit that is not done yet. */
    @Override
    public void bytes(long count) throws InterruptedException {
        bytes += count;
        tell();
    }

    /** Counts whole units. */
    void done(long count) throws InterruptedException {
        done += count;
        tell();
    }

    void note(String text) {
        progress.note(text);
    }

    private void tell() throws InterruptedException {
        progress.advance(done, bytes);
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped on request");
        }
    }
}

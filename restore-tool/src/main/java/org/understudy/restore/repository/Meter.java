package org.understudy.restore.repository;

import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.MailStore;

/**
 * Counts work done, tells {@link Progress} of it, keeps it to a rate while users are at work, and stops it when the thread
 * was interrupted.
 */
final class Meter implements ByteMeter {
    /** Octets a second that are read or written while users are at work; as fast as the machine can while nobody is. */
    static final long BESIDE_USERS = 60_000_000;

    /** What one unit (a row, a file's name) counts for, besides the bytes that are told apart. */
    private static final long BYTES_A_UNIT = 512;

    private final Progress progress;
    private final Pace pace;
    private long done;
    private long bytes;

    /** Work at full speed. */
    Meter(Progress progress) {
        this(progress, new Pace(0));
    }

    private Meter(Progress progress, Pace pace) {
        this.progress = progress;
        this.pace = pace;
    }

    /** Work that makes way for those who use the store. */
    static Meter beside(MailStore live, Progress progress) {
        return new Meter(progress, new Pace(new Courtesy(live::calls, BESIDE_USERS)));
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
        pace.await(count);
    }

    /** Counts whole units. */
    void done(long count) throws InterruptedException {
        done += count;
        tell();
        pace.await(count * BYTES_A_UNIT);
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

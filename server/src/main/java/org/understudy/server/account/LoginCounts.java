package org.understudy.server.account;

import java.util.concurrent.atomic.AtomicLong;

/** What has come of logins since the start. Thread-safe. */
public final class LoginCounts {
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong delayed = new AtomicLong();
    private final AtomicLong mastersNow = new AtomicLong();
    private final AtomicLong masters = new AtomicLong();
    private final AtomicLong mastersRefused = new AtomicLong();

    /**
     * @param succeeded logins, {@code refused} likewise for whatever reason
     * @param delayed attempts and answers that had to wait for earlier failures
     * @param mastersNow sessions of masters in others' mailboxes at present
     * @param masters such sessions since the start
     * @param mastersRefused attempts at one by a master who proved to be one, and by others
     */
    public record Seen(long succeeded, long refused, long delayed, long mastersNow, long masters, long mastersRefused) {
        public static final Seen NONE = new Seen(0, 0, 0, 0, 0, 0);
    }

    public Seen seen() {
        return new Seen(
                succeeded.get(), refused.get(), delayed.get(), mastersNow.get(), masters.get(), mastersRefused.get());
    }

    public void succeeded() {
        succeeded.incrementAndGet();
    }

    public void refused() {
        refused.incrementAndGet();
    }

    public void delayed() {
        delayed.incrementAndGet();
    }

    public void masterOpened() {
        mastersNow.incrementAndGet();
        masters.incrementAndGet();
    }

    public void masterClosed() {
        mastersNow.decrementAndGet();
    }

    public void masterRefused() {
        mastersRefused.incrementAndGet();
    }
}

package org.understudy.restore.shadow;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The rate at which a restore works where nobody says otherwise: as fast as the machine can while nobody uses the live
 * store, and at a modest rate while somebody does. Users are at work when the live store is called more than {@link
 * #CALLS} times within {@link #LOOK}; they count as gone after {@link #PATIENCE} without. Until the first look they count
 * as there. Thread-safe.
 */
public final class Courtesy implements LongSupplier {
    private static final long CALLS = 10;
    private static final long LOOK = Duration.ofMillis(500).toNanos();
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

    private final LongSupplier calls;
    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private long lookedAt;
    private long callsThen;
    /** Own calls since the last look, and how many pieces of own work are under way whose calls are not counted yet. */
    private long own;

    private int underWay;
    private long busyUntil;

    /**
     * @param calls how often the live store was called, as {@link org.understudy.storage.MailStore#calls}
     * @param bytesPerSecond while users are at work
     */
    public Courtesy(LongSupplier calls, long bytesPerSecond) {
        this(calls, bytesPerSecond, System::nanoTime);
    }

    Courtesy(LongSupplier calls, long bytesPerSecond, LongSupplier nanoTime) {
        this.calls = calls;
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        lookedAt = nanoTime.getAsLong();
        callsThen = calls.getAsLong();
        busyUntil = lookedAt + LOOK;
    }

    /** Another rate while users are at work, by the same look at them. */
    public LongSupplier beside(long otherBytesPerSecond) {
        return () -> areUsersAtWork() ? otherBytesPerSecond : 0;
    }

    /** Bytes a second for now; 0 for no limit. */
    @Override
    public long getAsLong() {
        return areUsersAtWork() ? bytesPerSecond : 0;
    }

    private synchronized boolean areUsersAtWork() {
        long now = nanoTime.getAsLong();
        if (underWay == 0 && now - lookedAt >= LOOK) {
            long present = calls.getAsLong();
            double looks = (double) (now - lookedAt) / LOOK;
            if (present - callsThen - own > CALLS * looks) {
                busyUntil = now + PATIENCE;
            }
            lookedAt = now;
            callsThen = present;
            own = 0;
        }
        return now < busyUntil;
    }

    /** Tells that so many calls of the live store were the restore's own, and no sign of users. */
    public synchronized void did(long ownCalls) {
        own += ownCalls;
    }

    /**
     * Does work on the live store that is the restore's own, and no sign of users; nor is what others ask of it meanwhile.
     * Nobody is looked for until it has ended.
     */
    public <T, E extends Exception> T own(OneAtATime.Work<T, E> work) throws E {
        long before;
        long told;
        synchronized (this) {
            underWay++;
            before = calls.getAsLong();
            told = own;
        }
        try {
            return work.run();
        } finally {
            synchronized (this) {
                // What other threads of the restore told meanwhile is not counted twice.
                own = Math.max(own, told + calls.getAsLong() - before);
                underWay--;
            }
        }
    }
}

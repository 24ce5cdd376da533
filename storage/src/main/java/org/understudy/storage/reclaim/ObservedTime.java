package org.understudy.storage.reclaim;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * How many milliseconds the store was open for writing since it was made, or since it became a store of version 3: what was
 * kept at the last {@link #keep}, and what the machine's monotonic clock counted since. No wall clock has a part in it, so
 * none that is set can make it leap. After a crash it lacks what passed since it was last kept, and time in which the store
 * was closed does not count at all: it may say too little, never too much. Thread-safe.
 */
public final class ObservedTime {
    /** Of an expunge of which the time cannot be told: its window never ends. */
    public static final long NEVER = Long.MAX_VALUE;

    static final byte[] KEY = Keys.row("storage", "observed-time");
    private static final Author AUTHOR = new Author.Housekeeping("reclaim");

    private final Engine engine;
    private final LongSupplier nanos;
    private final long opened;
    private @Nullable Long kept;

    /** @param nanos a clock that never goes back and is never set, like {@link System#nanoTime} */
    public ObservedTime(Engine engine, LongSupplier nanos) {
        this.engine = engine;
        this.nanos = nanos;
        opened = nanos.getAsLong();
    }

    /**
     * Now, for an expunge; {@link #NEVER} where what was kept cannot be read.
     */
    public long ofExpunge() {
        try {
            return now();
        } catch (CorruptionException e) {
            return NEVER;
        }
    }

    /** @throws CorruptionException if what was kept cannot be read */
    synchronized long now() {
        Long before = kept;
        if (before == null) {
            before = engine.latest()
                    .get(Family.SETTING, KEY)
                    .map(value -> Codec.id(Family.SETTING, KEY, Codec.blob(Family.SETTING, KEY, value)))
                    .orElse(0L);
            kept = before;
        }
        return before + Math.max(0, nanos.getAsLong() - opened) / 1_000_000;
    }

    /** Writes it down, durably. */
    public void keep() {
        engine.commit(new Effect(AUTHOR).put(Family.SETTING, KEY, Codec.encodeBlob(Codec.encodeId(now()))));
    }
}

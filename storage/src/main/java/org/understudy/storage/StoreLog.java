package org.understudy.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** The write-ahead log of a store as something that is carried away, with what does not pass through it. Thread-safe. */
public final class StoreLog {
    /** Sequence numbers above {@code from}, up to {@code to}. */
    private record Range(long from, long to) {}

    private final Engine engine;
    private final Path folder;
    private volatile String line;
    private final ReentrantLock turn = new ReentrantLock();
    private final List<Range> adoptions = new ArrayList<>();

    /** @param folder of the store */
    StoreLog(Engine engine, Path folder, boolean readOnly) {
        this.engine = engine;
        this.folder = folder;
        line = readOnly ? LineFile.read(folder) : LineFile.readOrMake(folder);
    }

    /**
     * How far the log goes.
     *
     * @param sequence of the newest row that is on disk: numbers up to it are never given out again, whatever happens to
     *     the machine
     * @param before milliseconds since 1970 UTC; every effect whose time is before that has a number up to {@code
     *     sequence}, unless the clock goes back
     */
    public record End(long sequence, long before) {}

    /** Fsyncs the log, rows written ahead included, and says how far it goes. */
    public End sync() {
        long before = engine.writtenBefore();
        return new End(engine.syncLog(), before);
    }

    /** Bytes of keys and values that were handed to the log since the store was opened. */
    public long bytes() {
        return engine.loggedBytes();
    }

    /**
     * Name of the past to which the sequence numbers belong, or empty for a store that was opened for reading and has none.
     * A store that was made from a snapshot has another one than the store of which the snapshot is, so that their logs
     * cannot be taken for one.
     */
    public String line() {
        return line;
    }

    /** Gives the store another line, since its numbers turned out to be those of another past. */
    public void renewLine() {
        line = LineFile.make(folder);
    }

    /** The right to carry the log away, for one thread at a time. */
    public ReentrantLock turn() {
        return turn;
    }

    /**
     * Whether a number of which the log has no record may have been taken up by segments that were taken in since the
     * store was opened, or are just being taken in.
     */
    public boolean takenUpByAdoption(long sequence) {
        synchronized (adoptions) {
            return adoptions.stream().anyMatch(range -> range.from() < sequence && sequence <= range.to());
        }
    }

    void adopting(Runnable work) {
        Range open = new Range(engine.latestSequence(), Long.MAX_VALUE);
        synchronized (adoptions) {
            adoptions.add(open);
        }
        try {
            work.run();
        } finally {
            long after = engine.latestSequence();
            synchronized (adoptions) {
                adoptions.remove(open);
                if (after > open.from()) {
                    adoptions.add(new Range(open.from(), after));
                }
            }
        }
    }

    /**
     * All rows of a body by chunk, as the database has them, with 0 as sequence number; empty if there is no such body.
     * Read past the cache, so that what others need stays in it.
     */
    public List<LoggedEffect.Row> body(BodyId id) {
        List<LoggedEffect.Row> rows = new ArrayList<>();
        byte[] key = Keys.body(id, 0);
        engine.uncached().get(Family.BODY, key).ifPresent(first -> {
            rows.add(row(key, first));
            for (int chunk = 1; chunk < BodyCodec.head(key, first).chunks(); chunk++) {
                rows.add(row(Keys.body(id, chunk), BodyTable.chunk(engine.uncached(), id, chunk)));
            }
        });
        return rows;
    }

    private static LoggedEffect.Row row(byte[] key, byte[] value) {
        return new LoggedEffect.Row(0, LoggedEffect.Kind.PUT, Family.BODY, key, value);
    }
}

package org.understudy.storage.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** The rows of a store as of one moment. Thread-safe while open. */
public final class View implements AutoCloseable {
    /** Takes rows in key order. */
    public interface Visitor {
        /** @return whether to go on */
        boolean row(byte[] key, byte[] value);
    }

    /** Takes rows that can be read, and is told of places that cannot. */
    public interface TolerantVisitor extends Visitor {
        /** Rows after {@code lastKey} (empty: from the beginning) cannot be read; the scan goes on behind them. */
        void unreadable(byte[] lastKey, String why);
    }

    /** Octets of a key by which a value is read into a direct buffer. */
    private static final int LONGEST_KEY = 64;

    private final Gate gate;
    /** These two change under the closed gate only, in views of the present. */
    private volatile RocksDB db;

    private volatile Map<Family, ColumnFamilyHandle> handles;
    private final @Nullable Snapshot snapshot;
    private final ReadOptions options;
    private final boolean cached;
    private final ThreadLocal<ByteBuffer> keys = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LONGEST_KEY));

    private final Consumer<RuntimeException> faults;

    /** @param faults is told of each fault that a method throws */
    View(
            Gate gate,
            RocksDB db,
            Map<Family, ColumnFamilyHandle> handles,
            boolean fixed,
            Consumer<RuntimeException> faults) {
        this(gate, db, handles, fixed, true, faults);
    }

    /**
     * @param cached whether what is read stays in the block cache
     * @param faults is told of each fault that a method throws
     */
    View(
            Gate gate,
            RocksDB db,
            Map<Family, ColumnFamilyHandle> handles,
            boolean fixed,
            boolean cached,
            Consumer<RuntimeException> faults) {
        this.faults = faults;
        this.gate = gate;
        this.db = db;
        this.handles = handles;
        this.cached = cached;
        snapshot = fixed ? db.getSnapshot() : null;
        options = new ReadOptions().setVerifyChecksums(true).setFillCache(cached);
        if (snapshot != null) {
            options.setSnapshot(snapshot);
        }
    }

    /** From now on looks at another database; the gate is closed meanwhile. */
    void use(RocksDB other, Map<Family, ColumnFamilyHandle> itsHandles) {
        db = other;
        handles = itsHandles;
    }

    public Optional<byte[]> get(Family family, byte[] key) {
        if (isMissing(family)) {
            return Optional.empty();
        }
        gate.enter();
        try {
            try {
                return Optional.ofNullable(db.get(handle(family), options, key));
            } catch (RocksDBException e) {
                throw told(RocksFaults.reading(family, key, e));
            }
        } finally {
            gate.leave();
        }
    }

    /**
     * Reads a value into an array, past the cache, so that what others need stays in it.
     *
     * @return the value's length, of which {@code into} holds as much as it can; or -1 if there is no such row
     */
    public int read(Family family, byte[] key, byte[] into) {
        gate.enter();
        try {
            try (ReadOptions once = scanOptions(null).setFillCache(false)) {
                return db.get(handle(family), once, key, into);
            } catch (RocksDBException e) {
                throw RocksFaults.reading(family, key, e);
            }
        } finally {
            gate.leave();
        }
    }

    /**
     * Reads a value between position and limit of a direct buffer, without an array in between.
     *
     * @return the value's length, of which {@code into} holds as much as it can, its limit set behind that; or -1 if there
     *     is no such row
     */
    public int read(Family family, byte[] key, ByteBuffer into) {
        gate.enter();
        try {
            return db.get(handle(family), options, keys.get().clear().put(key).flip(), into);
        } catch (RocksDBException e) {
            throw told(RocksFaults.reading(family, key, e));
        } finally {
            gate.leave();
        }
    }

    /** Takes rows in key order, whose values share one array. */
    public interface SharedVisitor {
        /**
         * @param value holds the row's value in its first {@code length} octets, until this returns
         * @return whether to go on
         */
        boolean row(byte[] key, byte[] value, int length);
    }

    /**
     * Visits the rows from {@code from} to before {@code to}, past the cache.
     *
     * @param room octets of the array that values are put into at first; it grows with them
     */
    public void scanShared(Family family, byte[] from, byte[] to, int room, SharedVisitor visitor) {
        gate.enter();
        try {
            byte[] value = new byte[room];
            try (Slice end = new Slice(to);
                    ReadOptions scanOptions = scanOptions(end).setFillCache(false);
                    RocksIterator rows = db.newIterator(handle(family), scanOptions)) {
                for (rows.seek(from); rows.isValid(); rows.next()) {
                    int length = rows.value(value);
                    if (length > value.length) {
                        value = new byte[length];
                        length = rows.value(value);
                    }
                    if (!visitor.row(rows.key(), value, length)) {
                        return;
                    }
                }
                rows.status();
            } catch (RocksDBException e) {
                throw RocksFaults.reading(family, from, e);
            }
        } finally {
            gate.leave();
        }
    }

    /** Visits the rows whose keys begin with {@code prefix}. */
    public void scanPrefix(Family family, byte[] prefix, Visitor visitor) {
        scan(family, prefix, Keys.after(prefix), visitor);
    }

    /**
     * Visits the rows from {@code from} to before {@code to}.
     *
     * @param to null for the end of the family
     */
    public void scan(Family family, byte[] from, byte @Nullable [] to, Visitor visitor) {
        if (isMissing(family)) {
            return;
        }
        gate.enter();
        try {
            try (Slice end = to == null ? null : new Slice(to);
                    ReadOptions scanOptions = scanOptions(end);
                    RocksIterator rows = db.newIterator(handle(family), scanOptions)) {
                for (rows.seek(from); rows.isValid(); rows.next()) {
                    if (!visitor.row(rows.key(), rows.value())) {
                        return;
                    }
                }
                rows.status();
            } catch (RocksDBException e) {
                throw told(RocksFaults.reading(family, from, e));
            }
        } finally {
            gate.leave();
        }
    }

    /** The last row whose key is before {@code to} and begins with {@code prefix}, or empty. */
    public Optional<byte[]> lastKey(Family family, byte[] prefix) {
        if (isMissing(family)) {
            return Optional.empty();
        }
        gate.enter();
        try {
            byte[] to = Keys.after(prefix);
            try (Slice end = to == null ? null : new Slice(to);
                    ReadOptions scanOptions = scanOptions(end);
                    RocksIterator rows = db.newIterator(handle(family), scanOptions)) {
                rows.seekToLast();
                rows.status();
                if (!rows.isValid()) {
                    return Optional.empty();
                }
                byte[] key = rows.key();
                return Arrays.equals(Arrays.copyOf(key, Math.min(prefix.length, key.length)), prefix)
                        ? Optional.of(key)
                        : Optional.empty();
            } catch (RocksDBException e) {
                throw told(RocksFaults.reading(family, prefix, e));
            }
        } finally {
            gate.leave();
        }
    }

    /**
     * Visits all rows of a family, past blocks that cannot be read: it seeks behind the last readable key until it finds
     * one again. {@code step} makes the key to try next from the last one that was tried.
     */
    public void scanTolerantly(
            Family family, byte[] from, byte @Nullable [] to, KeyStep step, TolerantVisitor visitor) {
        if (isMissing(family)) {
            return;
        }
        gate.enter();
        try {
            byte[] at = from;
            byte[] lastRead = new byte[0];
            boolean failing = false;
            for (int failures = 0; failures < MAX_FAILURES; ) {
                try (Slice end = to == null ? null : new Slice(to);
                        ReadOptions scanOptions = scanOptions(end);
                        RocksIterator rows = db.newIterator(handle(family), scanOptions)) {
                    for (rows.seek(at); rows.isValid(); rows.next()) {
                        failing = false;
                        lastRead = rows.key();
                        at = Arrays.copyOf(lastRead, lastRead.length + 1);
                        if (!visitor.row(lastRead, rows.value())) {
                            return;
                        }
                    }
                    rows.status();
                    return;
                } catch (RocksDBException e) {
                    RuntimeException fault = told(RocksFaults.reading(family, at, e));
                    if (!(fault instanceof CorruptionException)) {
                        throw fault;
                    }
                    if (!failing) {
                        visitor.unreadable(lastRead, String.valueOf(e.getMessage()));
                        failing = true;
                    }
                    failures++;
                    byte[] next = step.after(at);
                    if (next == null || to != null && Arrays.compareUnsigned(next, to) >= 0) {
                        return;
                    }
                    at = next;
                }
            }
            throw new CorruptionException(
                    family.columnFamily(), HexFormat.of().formatHex(at), "too many unreadable places", null);
        } finally {
            gate.leave();
        }
    }

    /** Gives the key at which a tolerant scan tries again. */
    public interface KeyStep {
        /** A greater key, or null to give up. */
        byte @Nullable [] after(byte[] key);
    }

    private static final int MAX_FAILURES = 1_000_000;

    private ReadOptions scanOptions(@Nullable Slice end) {
        ReadOptions scan = new ReadOptions().setVerifyChecksums(true).setFillCache(cached);
        if (snapshot != null) {
            scan.setSnapshot(snapshot);
        }
        if (end != null) {
            scan.setIterateUpperBound(end);
        }
        return scan;
    }

    private RuntimeException told(RuntimeException fault) {
        faults.accept(fault);
        return fault;
    }

    /** Whether the store has such a family; one that is read only may be of a version that had not. */
    public boolean has(Family family) {
        return !isMissing(family);
    }

    /** Whether a store that was opened for reading is of a version that did not have the family: it has no rows. */
    private boolean isMissing(Family family) {
        return !handles.containsKey(family);
    }

    private ColumnFamilyHandle handle(Family family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new IllegalStateException("no column family " + family.columnFamily());
        }
        return handle;
    }

    @Override
    public void close() {
        options.close();
        if (snapshot != null && gate.tryEnter()) {
            try {
                db.releaseSnapshot(snapshot);
                snapshot.close();
            } finally {
                gate.leave();
            }
        }
    }
}

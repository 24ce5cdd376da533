package org.understudy.storage.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.TransactionLogIterator;
import org.rocksdb.WriteBatch;
import org.understudy.storage.LogVisitor;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.keyspace.Family;

/**
 * Reads effects with their authors back from the write-ahead log, archived files included.
 *
 * <p>RocksDB's iterator ends with an error where sequence numbers are not in a row; reading then begins again behind the
 * gap, which is reported.
 */
final class LogReading {
    private static final Pattern TIME = Pattern.compile(Pattern.quote(Effect.TIME_PREFIX) + "[0-9]{1,18}");

    private final RocksDB db;
    private final Map<Integer, Family> families = new HashMap<>();

    LogReading(RocksDB db, Map<Family, ColumnFamilyHandle> handles) {
        this.db = db;
        handles.forEach((family, handle) -> families.put(handle.getID(), family));
    }

    /** Gives the effects with rows from sequence number {@code from} to {@code to}, both inclusive. */
    void read(long from, long to, LogVisitor visitor) {
        long next = from;
        while (next <= to) {
            long reached = readOn(next, to, visitor);
            if (reached == next) {
                visitor.gap(next, to);
                return;
            }
            next = reached;
        }
    }

    /** Reads until the end or a fault, and returns the first number that was not read; reports a gap before the first. */
    private long readOn(long from, long to, LogVisitor visitor) {
        long next = from;
        try (TransactionLogIterator log = db.getUpdatesSince(from)) {
            for (; log.isValid() && next <= to; log.next()) {
                TransactionLogIterator.BatchResult result = log.getBatch();
                try (WriteBatch batch = result.writeBatch()) {
                    long first = result.sequenceNumber();
                    long after = first + batch.count();
                    if (after <= next) {
                        continue;
                    }
                    if (first > to) {
                        visitor.gap(next, to);
                        return to + 1;
                    }
                    if (first > next) {
                        visitor.gap(next, first - 1);
                    }
                    List<LoggedEffect> effects = new ArrayList<>();
                    try (Rows rows = new Rows(first, from, to, effects)) {
                        batch.iterate(rows);
                        rows.endEffect();
                    }
                    // Not from within the iteration: what a visitor throws would be lost in native code.
                    effects.forEach(visitor::effect);
                    next = after;
                }
            }
        } catch (RocksDBException e) {
            Status status = e.getStatus();
            if (status == null
                    || (status.getCode() != Status.Code.NotFound
                            && status.getCode() != Status.Code.Corruption
                            && status.getCode() != Status.Code.TryAgain
                            && status.getCode() != Status.Code.IOError)) {
                throw RocksFaults.of("reading the write-ahead log", e);
            }
        }
        return next;
    }

    /** Cuts a batch, which may hold several effects, into those. */
    private final class Rows extends WriteBatch.Handler {
        private final long from;
        private final long to;
        private final List<LoggedEffect> effects;
        private final List<LoggedEffect.Row> rows = new ArrayList<>();
        private long sequence;
        private long at;
        private String author = "";

        Rows(long first, long from, long to, List<LoggedEffect> effects) {
            this.sequence = first;
            this.from = from;
            this.to = to;
            this.effects = effects;
        }

        private void row(LoggedEffect.Kind kind, @Nullable Family family, byte[] key, byte[] value) {
            if (sequence >= from && sequence <= to) {
                rows.add(new LoggedEffect.Row(sequence, kind, family, key, value));
            }
            sequence++;
        }

        void endEffect() {
            if (!rows.isEmpty()) {
                effects.add(new LoggedEffect(rows.getFirst().sequence(), at, author, rows));
                rows.clear();
            }
            author = "";
        }

        @Override
        public void logData(byte[] blob) {
            endEffect();
            String text = new String(blob, StandardCharsets.UTF_8);
            if (TIME.matcher(text).matches()) {
                at = Long.parseLong(text, Effect.TIME_PREFIX.length(), text.length(), 10);
                return;
            }
            author = text.startsWith(Effect.TAG_PREFIX) ? text.substring(Effect.TAG_PREFIX.length()) : "";
        }

        @Override
        public void put(int family, byte[] key, byte[] value) {
            row(LoggedEffect.Kind.PUT, families.get(family), key, value);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            row(LoggedEffect.Kind.PUT, null, key, value);
        }

        @Override
        public void delete(int family, byte[] key) {
            row(LoggedEffect.Kind.DELETED, families.get(family), key, new byte[0]);
        }

        @Override
        public void delete(byte[] key) {
            row(LoggedEffect.Kind.DELETED, null, key, new byte[0]);
        }

        @Override
        public void deleteRange(int family, byte[] begin, byte[] end) {
            row(LoggedEffect.Kind.RANGE_DELETED, families.get(family), begin, end);
        }

        @Override
        public void deleteRange(byte[] begin, byte[] end) {
            row(LoggedEffect.Kind.RANGE_DELETED, null, begin, end);
        }

        @Override
        public void merge(int family, byte[] key, byte[] value) {
            row(LoggedEffect.Kind.FOREIGN, families.get(family), key, value);
        }

        @Override
        public void merge(byte[] key, byte[] value) {
            row(LoggedEffect.Kind.FOREIGN, null, key, value);
        }

        @Override
        public void singleDelete(int family, byte[] key) {
            row(LoggedEffect.Kind.FOREIGN, families.get(family), key, new byte[0]);
        }

        @Override
        public void singleDelete(byte[] key) {
            row(LoggedEffect.Kind.FOREIGN, null, key, new byte[0]);
        }

        @Override
        public void putBlobIndex(int family, byte[] key, byte[] value) {
            row(LoggedEffect.Kind.FOREIGN, families.get(family), key, value);
        }

        @Override
        public void markBeginPrepare() {}

        @Override
        public void markEndPrepare(byte[] xid) {}

        @Override
        public void markNoop(boolean emptyBatch) {}

        @Override
        public void markRollback(byte[] xid) {}

        @Override
        public void markCommit(byte[] xid) {}

        @Override
        public void markCommitWithTimestamp(byte[] xid, byte[] timestamp) {}
    }
}

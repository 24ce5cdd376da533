package org.understudy.storage;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.FlagCodec.Packed;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageRow;

/**
 * Reads messages of a mailbox in UID order, a window of at most {@link FlagCodec#CHUNK_UIDS} UIDs at a time, each as of
 * one moment. A window holds rows as they lie, so that a pass over 100,000 messages makes few objects; between two windows
 * nothing is held in the store, so readers may be as slow as they like. Not thread-safe.
 */
public final class Sweep {
    /** Which rows a window has besides flags. */
    public enum Rows {
        FLAGS,
        /** {@link Family#MESSAGE}. */
        MESSAGES,
        /** {@link Family#MESSAGE} and {@link Family#STRUCTURE}. */
        BOTH;
    }

    /** As many keys in a row are read in one go; fewer, one by one. */
    private static final int RUN = 4;

    /**
     * UIDs from one structure to the next that are read in one go: expunged messages may have left theirs between them, and
     * to pass over so many costs less than to look anew.
     */
    private static final int GAP = 16;

    private final Engine engine;
    private final Handles handles;
    private final long[] chunkUids = new long[FlagCodec.CHUNK_UIDS];
    private final long[] chunkModSeqs = new long[FlagCodec.CHUNK_UIDS];
    private final long[] chunkBits = new long[FlagCodec.CHUNK_UIDS];

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of generic lists, filled by FlagCodec only
    private final List<Integer>[] chunkMore = new List[FlagCodec.CHUNK_UIDS];

    Sweep(Engine engine, Handles handles) {
        this.engine = engine;
        this.handles = handles;
    }

    /** Messages that a window has; index from 0 on, by UID. */
    public static final class Window {
        private final MailboxId mailbox;
        private final FlagCodec.Keywords keywords;
        private final long next;
        private long[] uids = new long[64];
        private long[] modSeqs = new long[64];
        private long[] bits = new long[64];
        private int size;
        private byte[] @Nullable [] messages = new byte[0][];
        private byte[] @Nullable [] structures = new byte[0][];
        private final java.util.Map<Integer, List<Integer>> more = new java.util.HashMap<>();
        private @Nullable CorruptionException fault;

        private Window(MailboxId mailbox, FlagCodec.Keywords keywords, long next) {
            this.mailbox = mailbox;
            this.keywords = keywords;
            this.next = next;
        }

        public int size() {
            return size;
        }

        /** The UID from which on the next window is to be read; greater than the last one asked for if this is the last. */
        public long next() {
            return next;
        }

        public long uid(int index) {
            return uids[index];
        }

        public long modSeq(int index) {
            return modSeqs[index];
        }

        /** Flags as 64 bits ({@link FlagCodec}); equal bits are equal flags unless {@link #hasMoreFlags}. */
        public long bits(int index) {
            return bits[index];
        }

        /** Whether there are keywords that {@link #bits} does not show. */
        public boolean hasMoreFlags(int index) {
            return !more.isEmpty() && more.containsKey(index);
        }

        /** @throws CorruptionException if the flags name a keyword that the mailbox does not have */
        public Flags flags(int index) {
            try {
                return FlagCodec.unpack(
                        new Packed(false, modSeqs[index], bits[index], more.getOrDefault(index, List.of())), keywords);
            } catch (IllegalArgumentException e) {
                throw new CorruptionException(
                        Family.FLAG_CHUNK.columnFamily(),
                        java.util.HexFormat.of().formatHex(Keys.message(mailbox, uids[index])),
                        String.valueOf(e.getMessage()),
                        e);
            }
        }

        /** The message's row, or null where it was not asked for or cannot be read. */
        public byte @Nullable [] message(int index) {
            return index < messages.length ? messages[index] : null;
        }

        /** The structure's row, or null where it was not asked for, is not there, or cannot be read. */
        public byte @Nullable [] structure(int index) {
            return index < structures.length ? structures[index] : null;
        }

        /** What keeps messages of this window from being read, if anything does. */
        public @Nullable CorruptionException fault() {
            return fault;
        }

        private void add(long uid, long modSeq, long flagBits, @Nullable List<Integer> further) {
            if (size == uids.length) {
                uids = java.util.Arrays.copyOf(uids, size * 2);
                modSeqs = java.util.Arrays.copyOf(modSeqs, size * 2);
                bits = java.util.Arrays.copyOf(bits, size * 2);
            }
            if (further != null && !further.isEmpty()) {
                more.put(size, further);
            }
            uids[size] = uid;
            modSeqs[size] = modSeq;
            bits[size++] = flagBits;
        }
    }

    /**
     * The messages from {@code fromUid} on of one chunk of UIDs, the first that has any.
     *
     * @param toUid inclusive
     * @throws CorruptionException if flags cannot be read; a reader can then go on behind the next multiple of {@link
     *     FlagCodec#CHUNK_UIDS}
     */
    public Window next(MailboxId mailbox, long fromUid, long toUid, Rows rows) {
        try (View view = engine.view()) {
            FlagCodec.Keywords keywords = handles.keywords(mailbox);
            long chunk = firstChunk(view, mailbox, fromUid, toUid);
            if (chunk < 0) {
                return new Window(mailbox, keywords, toUid + 1);
            }
            long chunkFrom = chunk * FlagCodec.CHUNK_UIDS;
            long chunkTo = chunkFrom + FlagCodec.CHUNK_UIDS - 1;
            long from = Math.max(fromUid, chunkFrom);
            long to = Math.min(toUid, chunkTo);
            Window window = new Window(mailbox, keywords, chunkTo + 1);
            flags(view, mailbox, chunk, from, to, window);
            if (window.size > 0) {
                byte[][] keys = keys(mailbox, window);
                if (rows != Rows.FLAGS) {
                    window.messages = rows(view, Family.MESSAGE, keys, Long.MAX_VALUE, window, true);
                }
                if (rows == Rows.BOTH) {
                    window.structures = rows(view, Family.STRUCTURE, structureKeys(keys, window), GAP, window, false);
                }
            }
            return window;
        }
    }

    private static byte[][] keys(MailboxId mailbox, Window window) {
        byte[][] keys = new byte[window.size][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = Keys.message(mailbox, window.uids[i]);
        }
        return keys;
    }

    /** Where the structures of a window's messages lie; a copy's lies with that of its original. */
    private static byte[][] structureKeys(byte[][] keys, Window window) {
        byte[][] at = keys.clone();
        for (int i = 0; i < at.length; i++) {
            byte[] row = window.messages[i];
            if (MessageRow.isWhole(row) && MessageRow.isCopy(row)) {
                at[i] = MessageRow.structureKey(keys[i], row);
            }
        }
        return at;
    }

    private static long firstChunk(View view, MailboxId mailbox, long fromUid, long toUid) {
        long first = fromUid / FlagCodec.CHUNK_UIDS;
        long last = toUid / FlagCodec.CHUNK_UIDS;
        if (first == last) {
            return first;
        }
        long[] found = {-1};
        view.scan(
                Family.FLAG_CHUNK, Keys.flagChunk(mailbox, first), Keys.flagChunk(mailbox, last + 1), (key, value) -> {
                    found[0] = Keys.uidOf(Family.FLAG_CHUNK, key);
                    return false;
                });
        if (found[0] == first) {
            return first;
        }
        view.scan(
                Family.FLAG_OVERRIDE,
                Keys.message(mailbox, fromUid),
                Keys.message(mailbox, toUid + 1),
                (key, value) -> {
                    long chunk = Keys.uidOf(Family.FLAG_OVERRIDE, key) / FlagCodec.CHUNK_UIDS;
                    found[0] = found[0] < 0 ? chunk : Math.min(found[0], chunk);
                    return false;
                });
        return found[0];
    }

    private void flags(View view, MailboxId mailbox, long chunk, long from, long to, Window out) {
        SortedMap<Long, Packed> overrides = new TreeMap<>();
        view.scan(Family.FLAG_OVERRIDE, Keys.message(mailbox, from), Keys.message(mailbox, to + 1), (key, value) -> {
            overrides.put(Keys.uidOf(Family.FLAG_OVERRIDE, key), FlagCodec.override(key, value));
            return true;
        });
        byte[] key = Keys.flagChunk(mailbox, chunk);
        byte[] packed = view.get(Family.FLAG_CHUNK, key).orElse(null);
        java.util.Arrays.fill(chunkMore, null);
        int count = packed == null ? 0 : FlagCodec.chunk(key, packed, chunkUids, chunkModSeqs, chunkBits, chunkMore);
        var rest = overrides.entrySet().iterator();
        var override = rest.hasNext() ? rest.next() : null;
        for (int i = 0; i < count; i++) {
            long uid = chunkUids[i];
            if (uid < from || uid > to) {
                continue;
            }
            while (override != null && override.getKey() < uid) {
                add(out, override.getKey(), override.getValue());
                override = rest.hasNext() ? rest.next() : null;
            }
            if (override != null && override.getKey() == uid) {
                add(out, uid, override.getValue());
                override = rest.hasNext() ? rest.next() : null;
            } else {
                out.add(uid, chunkModSeqs[i], chunkBits[i], chunkMore[i]);
            }
        }
        while (override != null) {
            add(out, override.getKey(), override.getValue());
            override = rest.hasNext() ? rest.next() : null;
        }
    }

    private static void add(Window out, long uid, Packed packed) {
        if (!packed.removed()) {
            out.add(uid, packed.modSeq(), packed.bits(), packed.more());
        }
    }

    /**
     * The rows at keys of message form; where a block cannot be read, those that can be are read one by one.
     *
     * @param gap keys of one mailbox in ascending order are read in one go where their UIDs differ by no more
     */
    private static byte[] @Nullable [] rows(
            View view, Family family, byte[][] keys, long gap, Window window, boolean needed) {
        byte[][] rows = new byte[keys.length][];
        for (int from = 0; from < keys.length; ) {
            int to = from + 1;
            while (to < keys.length && follows(keys[to - 1], keys[to], gap)) {
                to++;
            }
            if (to - from < RUN) {
                for (int i = from; i < to; i++) {
                    one(view, family, keys, i, rows, window, needed);
                }
            } else {
                run(view, family, keys, from, to, rows, window, needed);
            }
            from = to;
        }
        return rows;
    }

    /** Whether a key is of the same mailbox as the one before it, and of a greater UID, but by {@code gap} at most. */
    private static boolean follows(byte[] before, byte[] key, long gap) {
        if (Arrays.compareUnsigned(before, 0, Long.BYTES, key, 0, Long.BYTES) != 0) {
            return false;
        }
        long step = Keys.uidOf(Family.MESSAGE, key) - Keys.uidOf(Family.MESSAGE, before);
        return step > 0 && step <= gap;
    }

    private static void run(
            View view, Family family, byte[][] keys, int from, int to, byte[][] rows, Window window, boolean needed) {
        int[] next = {from};
        try {
            // The last one's key and a zero behind it is the least key that is greater.
            view.scan(family, keys[from], Arrays.copyOf(keys[to - 1], keys[to - 1].length + 1), (key, value) -> {
                int compared = 1;
                while (next[0] < to && (compared = Arrays.compareUnsigned(keys[next[0]], key)) < 0) {
                    next[0]++;
                }
                if (compared == 0) {
                    rows[next[0]++] = value;
                }
                return next[0] < to;
            });
        } catch (CorruptionException e) {
            for (int i = from; i < to; i++) {
                if (rows[i] == null) {
                    one(view, family, keys, i, rows, window, needed);
                }
            }
        }
    }

    private static void one(
            View view, Family family, byte[][] keys, int index, byte[][] rows, Window window, boolean needed) {
        try {
            rows[index] = view.get(family, keys[index]).orElse(null);
        } catch (CorruptionException e) {
            if (needed) {
                window.fault = e;
            }
        }
    }
}

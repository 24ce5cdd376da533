package org.understudy.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.FlagCodec.Packed;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Flags by mailbox and UID: packed chunks with overrides on top.
 *
 * <p>Design. A change of a few messages writes an override of 18 bytes each; a change of many in one chunk writes the
 * chunk, and when a mailbox has gathered {@link #MAX_OVERRIDES} overrides all are folded into their chunks. So one flag
 * never costs a chunk of 20 KB in the log, and reading a mailbox never costs a row a message.
 */
final class FlagTable {
    /** Changes in one chunk from which on the chunk is written. */
    static final int CHUNK_CHANGES = 64;

    private static final int MAX_OVERRIDES = 2048;

    /** As many UIDs are fewer than a chunk's changes that have it written, so that parts of chunks never are. */
    private static final int FEW = 32;

    private final Engine engine;
    private final Handles handles;

    FlagTable(Engine engine, Handles handles) {
        this.engine = engine;
        this.handles = handles;
    }

    Optional<MessageFlags> get(View view, MailboxId mailbox, long uid) {
        List<MessageFlags> found = get(view, mailbox, uid, uid);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /** By UID. */
    List<MessageFlags> get(View view, MailboxId mailbox, long fromUid, long toUid) {
        if (fromUid > toUid) {
            return List.of();
        }
        FlagCodec.Keywords keywords = handles.keywords(mailbox);
        SortedMap<Long, Packed> overrides = overrides(view, mailbox, fromUid, toUid);
        Merge merge = new Merge(mailbox, keywords, overrides);
        view.scan(
                Family.FLAG_CHUNK,
                Keys.flagChunk(mailbox, fromUid / FlagCodec.CHUNK_UIDS),
                Keys.flagChunk(mailbox, toUid / FlagCodec.CHUNK_UIDS + 1),
                (key, value) -> {
                    FlagCodec.chunk(key, value, (uid, packed) -> {
                        if (uid >= fromUid && uid <= toUid) {
                            merge.fromChunk(uid, packed);
                        }
                    });
                    return true;
                });
        return merge.done();
    }

    /** Gives {@code out} the messages of a UID range in UID order, without an object for each. */
    void pass(View view, MailboxId mailbox, long fromUid, long toUid, FlagCodec.RunVisitor out) {
        RunMerge merge = new RunMerge(overrides(view, mailbox, fromUid, toUid), out);
        view.scan(
                Family.FLAG_CHUNK,
                Keys.flagChunk(mailbox, fromUid / FlagCodec.CHUNK_UIDS),
                Keys.flagChunk(mailbox, toUid / FlagCodec.CHUNK_UIDS + 1),
                (key, value) -> {
                    FlagCodec.runs(key, value, fromUid, toUid, merge);
                    return true;
                });
        merge.before(0x1_0000_0000L);
    }

    /** Lays overrides over runs of chunks, both in UID order. */
    private static final class RunMerge implements FlagCodec.RunVisitor {
        private final java.util.Iterator<java.util.Map.Entry<Long, Packed>> overrides;
        private final FlagCodec.RunVisitor out;
        private Packed next = Packed.GONE;
        private long nextUid;

        RunMerge(SortedMap<Long, Packed> overrides, FlagCodec.RunVisitor out) {
            this.overrides = overrides.entrySet().iterator();
            this.out = out;
            advance();
        }

        private void advance() {
            if (overrides.hasNext()) {
                java.util.Map.Entry<Long, Packed> entry = overrides.next();
                nextUid = entry.getKey();
                next = entry.getValue();
            } else {
                nextUid = Long.MAX_VALUE;
            }
        }

        /** Passes on the overrides of messages before {@code uid}. */
        void before(long uid) {
            while (nextUid < uid) {
                if (!next.removed()) {
                    out.run(nextUid, nextUid, next.bits());
                }
                advance();
            }
        }

        @Override
        public void run(long first, long last, long bits) {
            before(first);
            long from = first;
            while (nextUid <= last) {
                if (from < nextUid) {
                    out.run(from, nextUid - 1, bits);
                }
                from = nextUid + 1;
                before(from);
            }
            if (from <= last) {
                out.run(from, last, bits);
            }
        }
    }

    /** All flags of a mailbox without an object a message. */
    FlagColumns columns(View view, MailboxId mailbox) {
        SortedMap<Long, Packed> overrides = overrides(view, mailbox, 1, 0xFFFF_FFFFL);
        long[] overridden =
                overrides.keySet().stream().mapToLong(Long::longValue).toArray();
        Packed[] instead = overrides.values().toArray(Packed[]::new);
        int[] next = new int[1];
        FlagColumns columns = new FlagColumns(handles.keywordNames(mailbox));
        view.scan(
                Family.FLAG_CHUNK,
                Keys.flagChunk(mailbox, 0),
                Keys.flagChunk(mailbox, 0xFFFF_FFFFL / FlagCodec.CHUNK_UIDS + 1),
                (key, value) -> {
                    FlagCodec.chunk(key, value, (uid, packed) -> {
                        while (next[0] < overridden.length && overridden[next[0]] < uid) {
                            columns.add(overridden[next[0]], instead[next[0]++]);
                        }
                        if (next[0] < overridden.length && overridden[next[0]] == uid) {
                            columns.add(uid, instead[next[0]++]);
                        } else {
                            columns.add(uid, packed);
                        }
                    });
                    return true;
                });
        while (next[0] < overridden.length) {
            columns.add(overridden[next[0]], instead[next[0]++]);
        }
        return columns;
    }

    /** Lays overrides over the messages of chunks, both in UID order. */
    private static final class Merge {
        private final MailboxId mailbox;
        private final FlagCodec.Keywords keywords;
        private final java.util.Iterator<java.util.Map.Entry<Long, Packed>> overrides;
        private java.util.Map.@org.jspecify.annotations.Nullable Entry<Long, Packed> next;
        private final List<MessageFlags> merged = new ArrayList<>();
        private long lastBits;
        private Flags last = Flags.NONE;

        Merge(MailboxId mailbox, FlagCodec.Keywords keywords, SortedMap<Long, Packed> overrides) {
            this.mailbox = mailbox;
            this.keywords = keywords;
            this.overrides = overrides.entrySet().iterator();
            advance();
        }

        void fromChunk(long uid, Packed packed) {
            java.util.Map.Entry<Long, Packed> override = next;
            while (override != null && override.getKey() < uid) {
                add(override.getKey(), override.getValue());
                override = advance();
            }
            if (override != null && override.getKey() == uid) {
                add(uid, override.getValue());
                advance();
            } else {
                add(uid, packed);
            }
        }

        List<MessageFlags> done() {
            for (java.util.Map.Entry<Long, Packed> rest = next; rest != null; rest = advance()) {
                add(rest.getKey(), rest.getValue());
            }
            return merged;
        }

        private java.util.Map.@org.jspecify.annotations.Nullable Entry<Long, Packed> advance() {
            next = overrides.hasNext() ? overrides.next() : null;
            return next;
        }

        private void add(long uid, Packed packed) {
            if (packed.removed()) {
                return;
            }
            try {
                merged.add(new MessageFlags(uid, packed.modSeq(), unpacked(packed)));
            } catch (IllegalArgumentException e) {
                throw new CorruptionException(
                        Family.FLAG_CHUNK.columnFamily(),
                        java.util.HexFormat.of().formatHex(Keys.message(mailbox, uid)),
                        String.valueOf(e.getMessage()),
                        e);
            }
        }

        /** Many messages in a row have the same. */
        private Flags unpacked(Packed packed) {
            if (!packed.more().isEmpty()) {
                return FlagCodec.unpack(packed, keywords);
            }
            if (packed.bits() != lastBits) {
                last = FlagCodec.unpack(packed, keywords);
                lastBits = packed.bits();
            }
            return last;
        }
    }

    /**
     * Adds the rows of changed flags to an effect. The mailbox is locked; where more than a few change, its rows are
     * read, for which it is settled first.
     *
     * @param changes by UID, {@link Packed#GONE} for messages that go
     * @param written numbers of the chunks that the effect has already, complete, so that no override of them is left
     */
    void write(Effect effect, Handles.Handle handle, FlagChanges changes, Set<Long> written) {
        boolean foldAll = handle.overrides + changes.size() > MAX_OVERRIDES;
        SortedSet<Long> rest = new TreeSet<>();
        if (foldAll || changes.size() >= CHUNK_CHANGES) {
            handle.settle();
        }
        if (foldAll) {
            overrides(engine.latest(), handle.id(), 1, UidSet.MAX_UID)
                    .keySet()
                    .forEach(uid -> rest.add(uid / FlagCodec.CHUNK_UIDS));
            rest.removeAll(written);
        }
        for (int from = 0; from < changes.size(); ) {
            long chunk = changes.uid(from) / FlagCodec.CHUNK_UIDS;
            int to = changes.from((chunk + 1) * FlagCodec.CHUNK_UIDS);
            rest.remove(chunk);
            if (foldAll || to - from >= CHUNK_CHANGES) {
                writeChunk(effect, handle, chunk, changes, from, to);
            } else {
                for (int i = from; i < to; i++) {
                    effect.put(
                            Family.FLAG_OVERRIDE,
                            Keys.message(handle.id(), changes.uid(i)),
                            FlagCodec.encodeOverride(changes.packed(i)));
                }
                handle.overrides += to - from;
            }
            from = to;
        }
        rest.forEach(chunk -> writeChunk(effect, handle, chunk, changes, 0, 0));
        if (foldAll) {
            handle.overrides = 0;
        }
    }

    /**
     * The messages of one chunk with their flags now, by UID.
     *
     * @param overridden UIDs of those whose flags are not in the chunk's row
     */
    record Chunk(long number, List<Long> uids, List<Packed> packed, List<Long> overridden) {}

    /**
     * Gives {@code out} the chunks that hold any of {@code uids}; of few UIDs in a row, only their part of a chunk. The
     * mailbox is locked and settled.
     */
    void chunks(Handles.Handle handle, UidSet uids, Consumer<Chunk> out) {
        if (uids.isEmpty()) {
            return;
        }
        if (uids.last() - uids.first() < FEW) {
            few(handle, uids.first(), uids.last(), out);
            return;
        }
        long first = uids.first() / FlagCodec.CHUNK_UIDS;
        long last = uids.last() / FlagCodec.CHUNK_UIDS;
        SortedMap<Long, SortedMap<Long, Packed>> rest = new TreeMap<>();
        overrides(
                        engine.latest(),
                        handle.id(),
                        Math.max(1, first * FlagCodec.CHUNK_UIDS),
                        Math.min(UidSet.MAX_UID, (last + 1) * FlagCodec.CHUNK_UIDS - 1))
                .forEach((uid, packed) -> rest.computeIfAbsent(uid / FlagCodec.CHUNK_UIDS, c -> new TreeMap<>())
                        .put(uid, packed));
        engine.latest()
                .scan(
                        Family.FLAG_CHUNK,
                        Keys.flagChunk(handle.id(), first),
                        Keys.flagChunk(handle.id(), last + 1),
                        (key, value) -> {
                            long number = Keys.uidOf(Family.FLAG_CHUNK, key);
                            for (long before = rest.isEmpty() ? number : rest.firstKey();
                                    before < number;
                                    before = rest.isEmpty() ? number : rest.firstKey()) {
                                out.accept(chunk(before, List.of(), List.of(), rest.remove(before)));
                            }
                            List<Long> present = new ArrayList<>(FlagCodec.CHUNK_UIDS);
                            List<Packed> packed = new ArrayList<>(FlagCodec.CHUNK_UIDS);
                            FlagCodec.chunk(key, value, (uid, flags) -> {
                                present.add(uid);
                                packed.add(flags);
                            });
                            out.accept(chunk(number, present, packed, rest.remove(number)));
                            return true;
                        });
        rest.forEach((number, overrides) -> out.accept(chunk(number, List.of(), List.of(), overrides)));
    }

    /** Those of a short range, without taking whole chunks apart. */
    private void few(Handles.Handle handle, long fromUid, long toUid, Consumer<Chunk> out) {
        SortedMap<Long, Packed> overrides = overrides(engine.latest(), handle.id(), fromUid, toUid);
        for (long number = fromUid / FlagCodec.CHUNK_UIDS; number <= toUid / FlagCodec.CHUNK_UIDS; number++) {
            byte[] key = Keys.flagChunk(handle.id(), number);
            SortedMap<Long, Packed> found = new TreeMap<>();
            engine.latest()
                    .get(Family.FLAG_CHUNK, key)
                    .ifPresent(value -> FlagCodec.chunk(key, value, fromUid, toUid, found::put));
            SortedMap<Long, Packed> instead =
                    overrides.subMap(number * FlagCodec.CHUNK_UIDS, (number + 1) * FlagCodec.CHUNK_UIDS);
            out.accept(chunk(
                    number,
                    new ArrayList<>(found.keySet()),
                    new ArrayList<>(found.values()),
                    instead.isEmpty() ? null : instead));
        }
    }

    private static Chunk chunk(
            long number,
            List<Long> uids,
            List<Packed> packed,
            @org.jspecify.annotations.Nullable SortedMap<Long, Packed> overrides) {
        if (overrides == null) {
            return new Chunk(number, uids, packed, List.of());
        }
        SortedMap<Long, Packed> all = new TreeMap<>();
        for (int i = 0; i < uids.size(); i++) {
            all.put(uids.get(i), packed.get(i));
        }
        all.putAll(overrides);
        all.values().removeIf(Packed::removed);
        return new Chunk(
                number, new ArrayList<>(all.keySet()), new ArrayList<>(all.values()), List.copyOf(overrides.keySet()));
    }

    /** Adds a chunk's row to an effect, complete, and takes its overrides away. */
    void write(Effect effect, Handles.Handle handle, Chunk chunk) {
        effect.put(
                Family.FLAG_CHUNK,
                Keys.flagChunk(handle.id(), chunk.number()),
                FlagCodec.encodeChunk(chunk.uids(), chunk.packed()));
        overriddenNoMore(effect, handle, chunk);
    }

    private static void overriddenNoMore(Effect effect, Handles.Handle handle, Chunk chunk) {
        chunk.overridden().forEach(uid -> effect.delete(Family.FLAG_OVERRIDE, Keys.message(handle.id(), uid)));
        handle.overrides = Math.max(0, handle.overrides - chunk.overridden().size());
    }

    /** Writes a chunk with the changes from index {@code from} to before {@code to}, all of that chunk. */
    private void writeChunk(Effect effect, Handles.Handle handle, long number, FlagChanges changes, int from, int to) {
        byte[] key = Keys.flagChunk(handle.id(), number);
        Chunk present = chunk(handle, number, key);
        List<Long> uids = new ArrayList<>(FlagCodec.CHUNK_UIDS);
        List<Packed> packed = new ArrayList<>(FlagCodec.CHUNK_UIDS);
        int next = from;
        for (int i = 0; i <= present.uids().size(); i++) {
            long uid = i < present.uids().size() ? present.uids().get(i) : Long.MAX_VALUE;
            boolean changed = false;
            for (; next < to && changes.uid(next) <= uid; next++) {
                changed = changes.uid(next) == uid;
                if (!changes.packed(next).removed()) {
                    uids.add(changes.uid(next));
                    packed.add(changes.packed(next));
                }
            }
            if (!changed && uid != Long.MAX_VALUE) {
                uids.add(uid);
                packed.add(present.packed().get(i));
            }
        }
        if (uids.isEmpty()) {
            effect.delete(Family.FLAG_CHUNK, key);
        } else {
            effect.put(Family.FLAG_CHUNK, key, FlagCodec.encodeChunk(uids, packed));
        }
        overriddenNoMore(effect, handle, present);
    }

    /** A chunk as it is now; the mailbox is locked and settled. */
    private Chunk chunk(Handles.Handle handle, long number, byte[] key) {
        List<Long> uids = new ArrayList<>(FlagCodec.CHUNK_UIDS);
        List<Packed> packed = new ArrayList<>(FlagCodec.CHUNK_UIDS);
        engine.latest()
                .get(Family.FLAG_CHUNK, key)
                .ifPresent(value -> FlagCodec.chunk(key, value, (uid, flags) -> {
                    uids.add(uid);
                    packed.add(flags);
                }));
        long first = number * FlagCodec.CHUNK_UIDS;
        SortedMap<Long, Packed> overrides =
                overrides(engine.latest(), handle.id(), first, first + FlagCodec.CHUNK_UIDS - 1);
        return chunk(number, uids, packed, overrides.isEmpty() ? null : overrides);
    }

    private static SortedMap<Long, Packed> overrides(View view, MailboxId mailbox, long fromUid, long toUid) {
        SortedMap<Long, Packed> overrides = new TreeMap<>();
        view.scan(
                Family.FLAG_OVERRIDE,
                Keys.message(mailbox, fromUid),
                Keys.message(mailbox, toUid + 1),
                (key, value) -> {
                    overrides.put(Keys.uidOf(Family.FLAG_OVERRIDE, key), FlagCodec.override(key, value));
                    return true;
                });
        return overrides;
    }
}

package org.understudy.storage.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Byte forms of flags. A chunk packs up to 1,024 messages with 20 bytes each, so that the flags of a whole mailbox are
 * read in one short scan; an override holds one message that changed since its chunk was written.
 *
 * <p>Flags are 64 bits: bits 0 to 5 are the system flags of {@link Flags}, bit 6 + i is the mailbox's keyword of index
 * i. Keywords of index 58 and above are listed apart.
 */
public final class FlagCodec {
    /** How many UIDs one chunk covers. */
    public static final int CHUNK_UIDS = 1024;

    /** How many keywords one mailbox can have. */
    public static final int MAX_KEYWORDS = 0xFFFF;

    private static final int VERSION = 1;
    /** Octets of one message in a chunk: UID 4, MODSEQ 8, flags 8. */
    private static final int ENTRY = 20;

    private static final int WORDS = ENTRY / Integer.BYTES;

    private static final int SYSTEM_BITS = 6;
    private static final int PACKED_KEYWORDS = 64 - SYSTEM_BITS;
    private static final int PRESENT = 1;
    private static final int REMOVED = 2;

    private static final VarHandle UID_AT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle NUMBER_AT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FlagCodec() {}

    /** Gives keywords their index in a mailbox. */
    public interface Keywords {
        /** The index of a keyword, which is given one if it has none; compared without regard to case. */
        int indexOf(String keyword);

        /** The keyword of an index, or null if none has it. */
        @org.jspecify.annotations.Nullable
        String keyword(int index);
    }

    /**
     * One message's flags as they lie on disk.
     *
     * @param removed whether the message is gone; then the rest means nothing
     * @param more indexes of keywords from 58 on
     */
    public record Packed(boolean removed, long modSeq, long bits, List<Integer> more) {
        /** Marks a message as gone until its chunk is written anew. */
        public static final Packed GONE = new Packed(true, 0, 0, List.of());
    }

    public static Packed pack(Flags flags, long modSeq, Keywords keywords) {
        long bits = flags.system();
        List<Integer> more = List.of();
        for (String keyword : flags.keywords()) {
            int index = keywords.indexOf(keyword);
            if (index < PACKED_KEYWORDS) {
                bits |= 1L << (SYSTEM_BITS + index);
            } else {
                more = more.isEmpty() ? new ArrayList<>() : more;
                more.add(index);
            }
        }
        return new Packed(false, modSeq, bits, more);
    }

    /** @throws IllegalArgumentException if a keyword index is unknown */
    public static Flags unpack(Packed packed, Keywords keywords) {
        int system = (int) (packed.bits() & 63);
        long keywordBits = packed.bits() >>> SYSTEM_BITS;
        if (keywordBits == 0 && packed.more().isEmpty()) {
            return new Flags(system, java.util.Set.of());
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; keywordBits != 0; i++, keywordBits >>>= 1) {
            if ((keywordBits & 1) != 0) {
                names.add(known(keywords, i));
            }
        }
        for (int index : packed.more()) {
            names.add(known(keywords, index));
        }
        return Flags.of(system, names);
    }

    private static String known(Keywords keywords, int index) {
        String keyword = keywords.keyword(index);
        if (keyword == null) {
            throw new IllegalArgumentException("flags name keyword " + index + ", which the mailbox does not have");
        }
        return keyword;
    }

    /** {@code version:1 | kind:1 | modSeq:8 | bits:8 | index:2 ...}, kind 1 present, 2 removed. */
    public static byte[] encodeOverride(Packed packed) {
        RowWriter out = new RowWriter(18)
                .u8(VERSION)
                .u8(packed.removed() ? REMOVED : PRESENT)
                .i64(packed.modSeq())
                .i64(packed.bits());
        packed.more().forEach(out::u16);
        return out.done();
    }

    public static Packed override(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.FLAG_OVERRIDE, key, value).version(VERSION);
        int kind = in.u8();
        if (kind != PRESENT && kind != REMOVED) {
            throw in.corrupt("kind 1 or 2 expected, found " + kind);
        }
        long modSeq = in.i64();
        long bits = in.i64();
        return new Packed(kind == REMOVED, modSeq, bits, indexes(in, in.left() / 2));
    }

    /**
     * {@code version:1 | count:2 | count times (uid:4 | modSeq:8 | bits:8) | then, for each message with further
     * keywords, (entry:2 | n:2 | index:2 ...)}, by UID.
     */
    public static byte[] encodeChunk(SortedMap<Long, Packed> messages) {
        return encodeChunk(List.copyOf(messages.keySet()), List.copyOf(messages.values()));
    }

    /** The same; {@code messages.get(i)} is that of {@code uids.get(i)}, by UID. */
    public static byte[] encodeChunk(List<Long> uids, List<Packed> messages) {
        RowWriter out = new RowWriter(3 + ENTRY * messages.size()).u8(VERSION).u16(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            Packed packed = messages.get(i);
            out.u32(uids.get(i)).i64(packed.modSeq()).i64(packed.bits());
        }
        for (int entry = 0; entry < messages.size(); entry++) {
            List<Integer> more = messages.get(entry).more();
            if (!more.isEmpty()) {
                out.u16(entry).u16(more.size());
                more.forEach(out::u16);
            }
        }
        return out.done();
    }

    /** Takes the messages of a chunk, in UID order. */
    public interface ChunkVisitor {
        void message(long uid, Packed packed);
    }

    public static void chunk(byte[] key, byte[] value, ChunkVisitor visitor) {
        RowReader in = new RowReader(Family.FLAG_CHUNK, key, value).version(VERSION);
        int count = in.u16();
        if (count > CHUNK_UIDS) {
            throw in.corrupt("a chunk has at most " + CHUNK_UIDS + " messages, found " + count);
        }
        long[] uids = new long[count];
        long[] modSeqs = new long[count];
        long[] bits = new long[count];
        for (int i = 0; i < count; i++) {
            uids[i] = in.u32();
            modSeqs[i] = in.i64();
            bits[i] = in.i64();
        }
        SortedMap<Integer, List<Integer>> more = new TreeMap<>();
        while (in.left() > 0) {
            int entry = in.u16();
            more.put(entry, indexes(in, in.u16()));
        }
        for (int i = 0; i < count; i++) {
            visitor.message(
                    uids[i],
                    new Packed(
                            false, modSeqs[i], bits[i], more.isEmpty() ? List.of() : more.getOrDefault(i, List.of())));
        }
    }

    /** Gives {@code visitor} the messages of a UID range only. */
    public static void chunk(byte[] key, byte[] value, long fromUid, long toUid, ChunkVisitor visitor) {
        RowReader in = new RowReader(Family.FLAG_CHUNK, key, value).version(VERSION);
        int count = count(in, value);
        int at = in.position();
        if (at + ENTRY * count < value.length) {
            chunk(key, value, (uid, packed) -> {
                if (uid >= fromUid && uid <= toUid) {
                    visitor.message(uid, packed);
                }
            });
            return;
        }
        int low = 0;
        for (int high = count; low < high; ) {
            int middle = (low + high) >>> 1;
            if (uid(value, at + ENTRY * middle) < fromUid) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = at + ENTRY * low; i < at + ENTRY * count && uid(value, i) <= toUid; i += ENTRY) {
            visitor.message(
                    uid(value, i),
                    new Packed(
                            false, (long) NUMBER_AT.get(value, i + 4), (long) NUMBER_AT.get(value, i + 12), List.of()));
        }
    }

    /** Takes messages in UID order, without keywords from index 58 on. */
    public interface RunVisitor {
        /**
         * UIDs that follow each other and have the same flags; the next ones may have them too.
         *
         * @param bits bits 0 to 5 as in {@link Flags}, then keywords by index
         */
        void run(long first, long last, long bits);
    }

    /** The messages of a chunk with UIDs from {@code fromUid} to {@code toUid}. */
    public static void runs(byte[] key, byte[] value, long fromUid, long toUid, RunVisitor visitor) {
        RowReader in = new RowReader(Family.FLAG_CHUNK, key, value).version(VERSION);
        int[] words = new int[count(in, value) * WORDS];
        // Copied at once: this is quick too where nothing has been compiled yet, as when a mailbox is first opened.
        ByteBuffer.wrap(value, in.position(), words.length * Integer.BYTES)
                .asIntBuffer()
                .get(words);
        int at = 0;
        while (at < words.length && Integer.toUnsignedLong(words[at]) < fromUid) {
            at += WORDS;
        }
        while (at < words.length && Integer.toUnsignedLong(words[at]) <= toUid) {
            int first = words[at];
            int last = first;
            int high = words[at + 3];
            int low = words[at + 4];
            at += WORDS;
            while (at < words.length && words[at] == last + 1 && words[at + 4] == low && words[at + 3] == high) {
                last++;
                at += WORDS;
            }
            visitor.run(
                    Integer.toUnsignedLong(first),
                    Math.min(toUid, Integer.toUnsignedLong(last)),
                    (long) high << 32 | Integer.toUnsignedLong(low));
        }
    }

    private static int count(RowReader in, byte[] value) {
        int count = in.u16();
        if (count > CHUNK_UIDS || in.left() < ENTRY * count) {
            throw in.corrupt("a chunk of " + value.length + " bytes cannot have " + count + " messages");
        }
        return count;
    }

    private static long uid(byte[] value, int at) {
        return (int) UID_AT.get(value, at) & 0xFFFF_FFFFL;
    }

    /**
     * Takes a chunk apart into arrays of at least {@value #CHUNK_UIDS} elements, in UID order.
     *
     * @param more gets the indexes of further keywords where there are any, and is else left as it is
     * @return how many messages the chunk has
     */
    public static int chunk(byte[] key, byte[] value, long[] uids, long[] modSeqs, long[] bits, List<Integer>[] more) {
        RowReader in = new RowReader(Family.FLAG_CHUNK, key, value).version(VERSION);
        int count = count(in, value);
        int at = in.position();
        for (int i = 0; i < count; i++, at += ENTRY) {
            uids[i] = uid(value, at);
            modSeqs[i] = (long) NUMBER_AT.get(value, at + 4);
            bits[i] = (long) NUMBER_AT.get(value, at + 12);
        }
        if (at < value.length) {
            in.raw(ENTRY * count);
            while (in.left() > 0) {
                int entry = in.u16();
                List<Integer> indexes = indexes(in, in.u16());
                if (entry >= count) {
                    throw in.corrupt("further keywords of entry " + entry + " of " + count);
                }
                more[entry] = indexes;
            }
        }
        return count;
    }

    private static List<Integer> indexes(RowReader in, int count) {
        if (count == 0) {
            return List.of();
        }
        List<Integer> indexes = new ArrayList<>(Math.min(count, CHUNK_UIDS));
        for (int i = 0; i < count; i++) {
            indexes.add(in.u16());
        }
        return indexes;
    }
}

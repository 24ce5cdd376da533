package org.understudy.restore.source.dovecot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of an index while it is read: flags, keywords and the extensions' data of each message. Of extensions, only
 * those that the reader wants are kept.
 */
final class IndexRows {
    /** The base header's size since Dovecot 2.0; fields of later versions are not needed. */
    static final int HEADER = 120;

    static final int UID_VALIDITY = 24;
    static final int NEXT_UID = 28;

    private static final String KEYWORDS = "keywords";
    private static final int MOST_HEADER = 16 << 20;
    private static final long MOST_CHANGES = 20_000_000;

    /** What an extension is; its number is its place in the list. */
    private static final class Extension {
        private final String name;
        private final boolean wanted;
        private long resetId;
        private int recordSize;
        private byte[] header;

        Extension(String name, boolean wanted, long resetId, int recordSize, int headerSize) {
            this.name = name;
            this.wanted = wanted;
            this.resetId = resetId;
            this.recordSize = recordSize;
            this.header = new byte[wanted ? headerSize : 0];
        }
    }

    /** One message. */
    static final class Row {
        private int flags;
        private @Nullable BitSet keywords;
        private byte @Nullable [] @Nullable [] data;

        Row(int flags) {
            this.flags = flags;
        }

        /** In Dovecot's bits. */
        int flags() {
            return flags;
        }
    }

    private final Set<String> wanted;
    private final byte[] header = new byte[HEADER];
    private final NavigableMap<Long, Row> rows = new TreeMap<>();
    private final List<Extension> extensions = new ArrayList<>();
    private final List<String> keywordNames = new ArrayList<>();
    private int current = -1;
    private boolean passOver = true;
    private int currentSize;
    private long highest;
    private long changes;

    /** @param wanted names of extensions whose data are kept */
    IndexRows(Set<String> wanted) {
        this.wanted = wanted;
    }

    NavigableMap<Long, Row> rows() {
        return rows;
    }

    /** The highest UID that the index knows to have been given. */
    long highest() {
        return highest;
    }

    long uidValidity() {
        return Integer.toUnsignedLong(numbers(header).getInt(UID_VALIDITY));
    }

    /** Data of an extension for a message; empty if there are none. */
    byte[] data(Row row, String extension) {
        int id = id(extension);
        byte @Nullable [] @Nullable [] all = row.data;
        byte[] data = id < 0 || all == null || id >= all.length ? null : all[id];
        return data == null ? new byte[0] : data;
    }

    byte[] header(String extension) {
        int id = id(extension);
        return id < 0 ? new byte[0] : extensions.get(id).header.clone();
    }

    List<String> keywords(Row row) {
        BitSet bits = row.keywords;
        if (bits == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        bits.stream().filter(bit -> bit < keywordNames.size()).forEach(bit -> names.add(keywordNames.get(bit)));
        return names;
    }

    private int id(String name) {
        for (int i = 0; i < extensions.size(); i++) {
            if (extensions.get(i).name.equals(name)) {
                return i;
            }
        }
        return -1;
    }

    static ByteBuffer numbers(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    // Whole indexes.

    /** Takes in a {@code dovecot.index}. */
    void load(ByteBuffer main) {
        int base = Short.toUnsignedInt(main.getShort(2));
        int headerSize = main.getInt(4);
        int size = main.getInt(8);
        int count = main.getInt(32);
        if (size < 5 || count < 0 || headerSize < base) {
            throw new IllegalArgumentException("no index");
        }
        main.get(0, header, 0, Math.min(HEADER, Math.min(base, main.limit())));
        highest = Integer.toUnsignedLong(main.getInt(NEXT_UID)) - 1;
        List<Integer> offsets = extensions(main, align(base), headerSize);
        int keywords = id(KEYWORDS);
        int at = headerSize;
        for (int i = 0; i < count; i++, at = Math.addExact(at, size)) {
            Row row = new Row(main.get(at + 4) & 0xff);
            for (int id = 0; id < extensions.size(); id++) {
                Extension extension = extensions.get(id);
                if (id == keywords) {
                    row.keywords = bits(main, at + offsets.get(id), extension.recordSize);
                } else if (extension.wanted && offsets.get(id) + extension.recordSize <= size) {
                    byte[] data = new byte[extension.recordSize];
                    main.get(at + offsets.get(id), data);
                    put(row, id, data);
                }
            }
            rows.put(Integer.toUnsignedLong(main.getInt(at)), row);
        }
    }

    /** Offsets within a record, by extension. */
    private List<Integer> extensions(ByteBuffer main, int from, int to) {
        List<Integer> offsets = new ArrayList<>();
        int at = from;
        while (at + 16 <= to) {
            int headerSize = main.getInt(at);
            int nameSize = Short.toUnsignedInt(main.getShort(at + 14));
            if (headerSize < 0 || headerSize > MOST_HEADER || nameSize == 0) {
                throw new IllegalArgumentException("an extension's header is damaged");
            }
            Extension extension = extension(
                    text(main, at + 16, nameSize),
                    Integer.toUnsignedLong(main.getInt(at + 4)),
                    Short.toUnsignedInt(main.getShort(at + 10)),
                    headerSize);
            offsets.add(Short.toUnsignedInt(main.getShort(at + 8)));
            int data = at + align(16 + nameSize);
            if (extension.wanted) {
                main.get(data, extension.header);
            }
            if (extension.name.equals(KEYWORDS) && headerSize >= 4) {
                names(main, data, headerSize);
            }
            extensions.add(extension);
            at = data + align(headerSize);
        }
        return offsets;
    }

    private Extension extension(String name, long resetId, int recordSize, int headerSize) {
        return new Extension(name, wanted.contains(name), resetId, recordSize, headerSize);
    }

    private void names(ByteBuffer main, int from, int size) {
        int count = main.getInt(from);
        if (count < 0 || count > (size - 4) / 8) {
            throw new IllegalArgumentException("the list of keywords is damaged");
        }
        int root = from + 4 + 8 * count;
        for (int i = 0; i < count; i++) {
            int at = root + main.getInt(from + 8 + 8 * i);
            int end = at;
            while (end < from + size && main.get(end) != 0) {
                end++;
            }
            keywordNames.add(text(main, at, end - at));
        }
    }

    private static @Nullable BitSet bits(ByteBuffer main, int from, int size) {
        byte[] bytes = new byte[size];
        main.get(from, bytes);
        BitSet bits = BitSet.valueOf(bytes);
        return bits.isEmpty() ? null : bits;
    }

    static int align(int offset) {
        return (offset + 7) & ~7;
    }

    static String text(ByteBuffer from, int at, int length) {
        byte[] bytes = new byte[length];
        from.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void put(Row row, int id, byte[] data) {
        byte @Nullable [] @Nullable [] all = row.data;
        if (all == null || all.length <= id) {
            all = all == null ? new byte[id + 1] @Nullable [] : Arrays.copyOf(all, id + 1);
            row.data = all;
        }
        all[id] = data;
    }

    // Changes, as the log has them.

    void append(long uid, int flags) {
        rows.put(uid, new Row(flags));
        highest = Math.max(highest, uid);
    }

    void expunge(long first, long last) {
        if (first <= last) {
            rows.subMap(first, true, last, true).clear();
        }
    }

    void expunged(long uid) {
        rows.remove(uid);
        highest = Math.max(highest, uid);
    }

    void flags(long first, long last, int add, int remove) {
        for (Row row : range(first, last)) {
            row.flags = (row.flags & ~remove) | (add & 0xff);
        }
    }

    void keyword(String name, boolean add, long first, long last) {
        int bit = keyword(name);
        for (Row row : range(first, last)) {
            BitSet bits = row.keywords == null ? new BitSet() : row.keywords;
            bits.set(bit, add);
            row.keywords = bits;
        }
    }

    /** Numbers a keyword; the first one makes Dovecot number the extension that holds them, too. */
    int keyword(String name) {
        if (id(KEYWORDS) < 0) {
            extensions.add(extension(KEYWORDS, 0, 1, 0));
        }
        int bit = keywordNames.indexOf(name);
        if (bit < 0) {
            bit = keywordNames.size();
            keywordNames.add(name);
        }
        return bit;
    }

    void noKeywords(long first, long last) {
        for (Row row : range(first, last)) {
            row.keywords = null;
        }
    }

    void header(int offset, ByteBuffer from, int at, int size) {
        for (int i = 0; i < size && offset + i < HEADER; i++) {
            header[offset + i] = from.get(at + i);
        }
        highest = Math.max(highest, Integer.toUnsignedLong(numbers(header).getInt(NEXT_UID)) - 1);
    }

    /** What follows in the log is about this extension. */
    void introduce(long number, String name, long resetId, int recordSize, int headerSize) {
        passOver = true;
        int id = number == 0xffff_ffffL ? id(name) : (int) Math.min(number, Integer.MAX_VALUE);
        if (number != 0xffff_ffffL && id >= extensions.size()) {
            throw new IllegalArgumentException("the log names an extension that the index does not have");
        }
        if (headerSize < 0 || headerSize > MOST_HEADER) {
            throw new IllegalArgumentException("an extension's header is damaged");
        }
        if (id < 0) {
            id = extensions.size();
            extensions.add(extension(name, resetId, recordSize, headerSize));
        }
        Extension extension = extensions.get(id);
        current = id;
        currentSize = recordSize;
        passOver = extension.resetId != resetId;
        if (!passOver && extension.wanted && headerSize > extension.header.length) {
            extension.header = Arrays.copyOf(extension.header, headerSize);
        }
        if (!passOver) {
            extension.recordSize = Math.max(extension.recordSize, recordSize);
        }
    }

    void reset(long resetId, boolean keep) {
        if (current < 0) {
            return;
        }
        Extension extension = extensions.get(current);
        extension.resetId = resetId;
        passOver = false;
        if (!keep && extension.wanted) {
            Arrays.fill(extension.header, (byte) 0);
            int id = current;
            rows.values().forEach(row -> put(row, id, new byte[0]));
        }
    }

    void extensionHeader(int offset, ByteBuffer from, int at, int size) {
        if (passOver || current < 0 || !extensions.get(current).wanted) {
            return;
        }
        byte[] target = extensions.get(current).header;
        if (offset < 0 || size < 0 || size > target.length - offset) {
            throw new IllegalArgumentException("a change reaches beyond an extension's header");
        }
        from.get(at, target, offset, size);
    }

    /** Octets of a record of the extension that was introduced last. */
    int recordSize() {
        return currentSize;
    }

    void record(long uid, ByteBuffer from, int at) {
        Row row = rows.get(uid);
        if (row == null || passOver || current < 0 || !extensions.get(current).wanted) {
            return;
        }
        byte[] data = new byte[currentSize];
        from.get(at, data);
        put(row, current, data);
    }

    /** Adds to a number that an extension keeps for a message. */
    void increase(long uid, int by) {
        Row row = rows.get(uid);
        if (row == null || passOver || current < 0 || !extensions.get(current).wanted) {
            return;
        }
        byte[] data = Arrays.copyOf(data(row, extensions.get(current).name), currentSize);
        long value = by;
        for (int i = 0; i < data.length; i++) {
            value += (data[i] & 0xffL) << (8 * i);
        }
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (value >> (8 * i));
        }
        put(row, current, data);
    }

    private Iterable<Row> range(long first, long last) {
        if (first > last) {
            return List.of();
        }
        Map<Long, Row> within = rows.subMap(first, true, last, true);
        changes += within.size();
        if (changes > MOST_CHANGES) {
            throw new IllegalArgumentException("more changes of flags than any mailbox sees between two snapshots");
        }
        return within.values();
    }
}

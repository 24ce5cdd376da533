package org.understudy.restore.source.cyrus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.understudy.restore.source.ReadFailure;

/** What {@code cyrus.index} says of a mailbox's messages. Holds the file, some 100 octets a message. */
final class CyrusIndex {
    static final String NAME = "cyrus.index";

    static final int ANSWERED = 1;
    static final int FLAGGED = 1 << 1;
    static final int DELETED = 1 << 2;
    static final int DRAFT = 1 << 3;
    static final int SEEN = 1 << 4;
    static final int ARCHIVED = 1 << 29;
    static final int UNLINKED = 1 << 30;
    static final int EXPUNGED = 1 << 31;

    /** First version whose index holds who has read what. */
    static final int SEEN_SINCE = 12;

    private static final int WITH_GUID_SINCE = 10;
    private static final int WITH_SUMS_SINCE = 12;
    private static final int WIDE_SINCE = 20;
    private static final int OLDEST = 6;
    private static final int NEWEST = 20;
    private static final int LEAST_HEADER = 76;
    private static final int LEAST_RECORD = 60;
    private static final long LARGEST = 1L << 29;
    private static final int NAMED_AT_MOST = 5;
    private static final int GUID = 20;

    /**
     * One message.
     *
     * @param flags bits as above
     * @param keywords numbers of the names that the header has
     * @param guid SHA-1 in hexadecimal digits; empty if the index has none
     */
    record Entry(long uid, Instant arrived, long size, int flags, BitSet keywords, String guid) {
        boolean has(int bit) {
            return (flags & bit) != 0;
        }
    }

    private final TreeMap<Long, Integer> places = new TreeMap<>();
    private final byte[] bytes;
    private final int version;
    private final long uidValidity;
    private final List<String> conditions = new ArrayList<>();

    private CyrusIndex(byte[] bytes, int version, long uidValidity) {
        this.bytes = bytes;
        this.version = version;
        this.uidValidity = uidValidity;
    }

    /** The index of a mailbox; one without entries, and the reason, if it is not there or cannot be used. */
    static CyrusIndex read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return without("there is none: flags, keywords and dates of arrival are lost; dates are the files'");
        }
        try {
            if (Files.size(file) > LARGEST) {
                return without("it has %,d octets, more than are read".formatted(Files.size(file)));
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return parse(in.readAllBytes());
            }
        } catch (IOException e) {
            return without("it cannot be read: " + ReadFailure.words(e));
        }
    }

    private static CyrusIndex without(String why) {
        CyrusIndex index = new CyrusIndex(new byte[0], 0, 0);
        index.conditions.add(why);
        return index;
    }

    private static CyrusIndex parse(byte[] bytes) {
        if (bytes.length < LEAST_HEADER) {
            return without("it has %,d octets, too few for a header".formatted(bytes.length));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.getInt(8);
        int header = in.getInt(12);
        int record = in.getInt(16);
        long records = in.getInt(20) & 0xffff_ffffL;
        boolean fits = header >= LEAST_HEADER && header <= bytes.length && record >= least(version) && record < 4096;
        if (version < OLDEST || version > NEWEST || !fits) {
            return without(
                    "its header states version %d, %d octets of header and %d for each record, which is not known"
                            .formatted(version, header, record));
        }
        CyrusIndex index = new CyrusIndex(bytes, version, in.getInt(version < WIDE_SINCE ? 44 : 92) & 0xffff_ffffL);
        if (version >= WITH_SUMS_SINCE && !sums(bytes, 0, header)) {
            index.conditions.add("its header has a wrong checksum");
        }
        index.collect(header, record, records);
        return index;
    }

    private static int least(int version) {
        return version >= WIDE_SINCE ? 144 : version >= WITH_SUMS_SINCE ? 96 : version >= 10 ? 88 : LEAST_RECORD;
    }

    private void collect(int header, int record, long records) {
        int there = (bytes.length - header) / record;
        if (there < records) {
            conditions.add("it states %,d records and holds %,d: it was cut off".formatted(records, there));
        }
        long wrong = 0;
        List<String> some = new ArrayList<>();
        for (long i = 0; i < Math.min(records, there); i++) {
            int at = (int) (header + i * record);
            long uid = ByteBuffer.wrap(bytes).getInt(at) & 0xffff_ffffL;
            if (version >= WITH_SUMS_SINCE && !sums(bytes, at, record)) {
                wrong++;
                if (some.size() < NAMED_AT_MOST) {
                    some.add(Long.toString(i + 1));
                }
            } else if (uid != 0) {
                places.putIfAbsent(uid, at);
            }
        }
        if (wrong > 0) {
            conditions.add("%,d of %,d records have a wrong checksum and were not believed (number %s%s)"
                    .formatted(wrong, records, String.join(", ", some), wrong > some.size() ? "..." : ""));
        }
    }

    /** Whether the last four octets are the CRC-32 of those before them. */
    private static boolean sums(byte[] bytes, int at, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, at, length - 4);
        return (int) sum.getValue() == ByteBuffer.wrap(bytes).getInt(at + length - 4);
    }

    /** What is wrong with it; empty if nothing. */
    String condition() {
        return String.join("; ", conditions);
    }

    long uidValidity() {
        return uidValidity;
    }

    /** 0 if there is no index. */
    int version() {
        return version;
    }

    Iterable<Long> uids() {
        return places.keySet();
    }

    Optional<Entry> find(long uid) {
        Integer at = places.get(uid);
        return at == null ? Optional.empty() : Optional.of(entry(at));
    }

    private Entry entry(int at) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean wide = version >= WIDE_SINCE;
        long[] words = new long[2];
        for (int i = 0; i < 4; i++) {
            long word = in.getInt(at + (wide ? 40 : 36) + 4 * i) & 0xffff_ffffL;
            words[i / 2] |= word << 32 * (i % 2);
        }
        Instant arrived;
        if (wide) {
            long nanos = in.getLong(at + 8);
            arrived = Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
        } else {
            arrived = Instant.ofEpochSecond(in.getInt(at + 4) & 0xffff_ffffL);
        }
        String guid = "";
        if (version >= WITH_GUID_SINCE) {
            String hex = HexFormat.of().formatHex(bytes, at + 60, at + 60 + GUID);
            guid = hex.chars().allMatch(c -> c == '0') ? "" : hex;
        }
        return new Entry(
                in.getInt(at) & 0xffff_ffffL,
                arrived,
                wide ? in.getLong(at + 24) : in.getInt(at + 12) & 0xffff_ffffL,
                in.getInt(at + (wide ? 36 : 32)),
                BitSet.valueOf(words),
                guid);
    }
}

package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Flags;

/**
 * Which messages Dovecot's index says a mailbox has: {@code dovecot.index}, a snapshot, and {@code dovecot.index.log}
 * (before it {@code .log.2}), the changes since (Dovecot 2.x, mail-index.h and mail-transaction-log.h). It tells a message
 * that was expunged from one whose file is missing from a backup. An expunge that was asked for and not yet carried out
 * counts as done. Dovecot itself records as expunged what it found missing when it last looked, so only what went missing
 * later is told.
 *
 * <p>Numbers are little-endian, as on every machine that Dovecot commonly runs on; an index of the other kind counts as
 * none. Nothing here throws because of what the files hold.
 */
final class DovecotIndex {
    /** What the index says of a UID. */
    enum Says {
        /** The mailbox has it. */
        PRESENT,
        /** The mailbox once had it, or never did, and it is gone by Dovecot's own account. */
        EXPUNGED,
        /** There is no index, it cannot be read, or it ends before this UID. */
        NOTHING
    }

    private static final long LARGEST = 256L << 20;
    private static final int INDEX_MAJOR = 7;
    private static final int INDEX_HEADER = 76;
    private static final int LOG_MAJOR = 1;
    private static final int LOG_HEADER = 24;
    private static final int COMPAT_BYTE = 32;
    private static final int LITTLE_ENDIAN = 1;

    private static final int TYPE = 0x0fff_ffff;
    private static final int APPEND = 0x2;
    /** Each with the protecting bits that Dovecot demands of an expunge. */
    private static final int EXPUNGE = 0x1 | 0xcd90;

    private static final int EXPUNGE_GUID = 0x2000 | 0xcd90;
    private static final int EXPUNGE_GUID_OCTETS = 20;
    private static final int FLAG_UPDATE = 0x4;
    private static final int FLAG_UPDATE_OCTETS = 12;
    private static final long MOST_CHANGES = 20_000_000;
    private static final int RECORD = 8;

    /** By Dovecot's bit, from the lowest. */
    private static final int[] SYSTEM = {Flags.ANSWERED, Flags.FLAGGED, Flags.DELETED, Flags.SEEN, Flags.DRAFT};

    /** Flags by UID of what is present, in Dovecot's bits. */
    private final NavigableMap<Long, Integer> present = new TreeMap<>();

    private long highest;
    private long changes;
    private boolean sound;

    private DovecotIndex() {}

    /** The index of the mailbox in {@code directory}; one that says nothing where there is none that can be read. */
    static DovecotIndex read(Path directory) {
        DovecotIndex index = new DovecotIndex();
        try {
            index.load(directory);
        } catch (IOException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | java.nio.BufferUnderflowException unreadable) {
            index.sound = false;
        }
        return index;
    }

    Says of(long uid) {
        if (!sound || uid > highest) {
            return Says.NOTHING;
        }
        return present.containsKey(uid) ? Says.PRESENT : Says.EXPUNGED;
    }

    /** System flags of a message that is present, without keywords; null where nothing is said of it. */
    @Nullable
    Flags flags(long uid) {
        Integer bits = sound ? present.get(uid) : null;
        if (bits == null) {
            return null;
        }
        int system = 0;
        for (int i = 0; i < SYSTEM.length; i++) {
            system |= (bits & 1 << i) != 0 ? SYSTEM[i] : 0;
        }
        return system == 0 ? Flags.NONE : Flags.of(system, Set.of());
    }

    private void load(Path directory) throws IOException {
        ByteBuffer log = bytes(directory.resolve("dovecot.index.log"));
        if (log == null || log.limit() < LOG_HEADER || log.get(0) != LOG_MAJOR || !littleEndian(log)) {
            return;
        }
        ByteBuffer main = bytes(directory.resolve("dovecot.index"));
        long indexId = unsigned(log, 4);
        long sequence = unsigned(log, 8);
        if (main == null) {
            boolean first = log.getInt(12) == 0;
            sound = indexId != 0 && first && replay(log, Short.toUnsignedInt(log.getShort(2)));
            return;
        }
        if (main.limit() < INDEX_HEADER
                || main.get(0) != INDEX_MAJOR
                || (main.get(12) & LITTLE_ENDIAN) == 0
                || unsigned(main, 16) != indexId) {
            return;
        }
        snapshot(main);
        long upTo = unsigned(main, 60);
        int offset = main.getInt(68);
        if (upTo == sequence) {
            sound = replay(log, offset);
            return;
        }
        ByteBuffer older = bytes(directory.resolve("dovecot.index.log.2"));
        sound = older != null
                && older.limit() >= LOG_HEADER
                && unsigned(older, 4) == indexId
                && unsigned(older, 8) == upTo
                && unsigned(log, 12) == upTo
                && replay(older, offset)
                && replay(log, Short.toUnsignedInt(log.getShort(2)));
    }

    /** Versions before 1.2 do not say; they were written in the machine's own order as well. */
    private static boolean littleEndian(ByteBuffer log) {
        boolean states = log.get(1) >= 2 && log.limit() > COMPAT_BYTE && log.getShort(2) > COMPAT_BYTE;
        return !states || (log.get(COMPAT_BYTE) & LITTLE_ENDIAN) != 0;
    }

    private void snapshot(ByteBuffer main) {
        int at = main.getInt(4);
        int size = main.getInt(8);
        int count = main.getInt(32);
        if (size < RECORD - 3 || count < 0) {
            throw new IllegalArgumentException("no index");
        }
        highest = unsigned(main, 28) - 1;
        for (int i = 0; i < count; i++, at = Math.addExact(at, size)) {
            present.put(unsigned(main, at), main.get(at + 4) & 0xff);
        }
    }

    /** Applies the records from {@code from} on; false if one is not as Dovecot writes them. A cut last one is left out. */
    private boolean replay(ByteBuffer log, int from) {
        int at = from;
        if (at < LOG_HEADER || at > log.limit()) {
            return false;
        }
        while (at + RECORD <= log.limit()) {
            int size = size(log, at);
            if (size < RECORD) {
                return size == 0 && log.getInt(at) == 0;
            }
            if (size > log.limit() - at) {
                return true;
            }
            apply(log, log.getInt(at + 4) & TYPE, at + RECORD, at + size);
            at += size;
        }
        return true;
    }

    private void apply(ByteBuffer log, int type, int from, int to) {
        switch (type) {
            case APPEND -> {
                for (int at = from; at + RECORD <= to; at += RECORD) {
                    present.put(unsigned(log, at), log.get(at + 4) & 0xff);
                    highest = Math.max(highest, unsigned(log, at));
                }
            }
            case EXPUNGE -> {
                for (int at = from; at + RECORD <= to; at += RECORD) {
                    long first = unsigned(log, at);
                    long last = unsigned(log, at + 4);
                    if (first <= last) {
                        present.subMap(first, true, last, true).clear();
                    }
                }
            }
            case EXPUNGE_GUID -> {
                for (int at = from; at + EXPUNGE_GUID_OCTETS <= to; at += EXPUNGE_GUID_OCTETS) {
                    present.remove(unsigned(log, at));
                    highest = Math.max(highest, unsigned(log, at));
                }
            }
            case FLAG_UPDATE -> {
                for (int at = from; at + FLAG_UPDATE_OCTETS <= to; at += FLAG_UPDATE_OCTETS) {
                    flags(unsigned(log, at), unsigned(log, at + 4), log.get(at + 8), log.get(at + 9));
                }
            }
            default -> {
                // keywords, caches, header fields: not what this is for
            }
        }
    }

    private void flags(long first, long last, int add, int remove) {
        if (first > last) {
            return;
        }
        for (Map.Entry<Long, Integer> entry :
                present.subMap(first, true, last, true).entrySet()) {
            if (changes++ > MOST_CHANGES) {
                throw new IllegalArgumentException("more changes of flags than any mailbox sees between two snapshots");
            }
            entry.setValue((entry.getValue() & ~remove) | (add & 0xff));
        }
    }

    /** Size of a record with its header: big-endian, seven bits an octet, in units of four; 0 if it was never finished. */
    private static int size(ByteBuffer log, int at) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int octet = log.get(at + i) & 0xff;
            if (octet < 0x80) {
                return 0;
            }
            value = value << 7 | (octet & 0x7f);
        }
        return value << 2;
    }

    private static long unsigned(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    private static @Nullable ByteBuffer bytes(Path file) throws IOException {
        if (!ControlFile.isPlain(file) || Files.size(file) > LARGEST) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}

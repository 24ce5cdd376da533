package org.understudy.restore.source.dovecot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ReadFailure;
import org.understudy.storage.keyspace.Flags;

/**
 * Which messages Dovecot's index says a mailbox has, with their flags and keywords and what a mailbox format keeps for
 * each. It tells a message that was expunged from one whose file is missing from a backup. An expunge that was asked for
 * and not yet carried out counts as done. Dovecot itself records as expunged what it found missing when it last looked,
 * so only what went missing later is told.
 */
public final class DovecotIndex {
    /** What the index says of a UID. */
    public enum Says {
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
    private static final int COMPAT_BYTE = 32;
    private static final int LITTLE_ENDIAN = 1;

    /** By Dovecot's bit, from the lowest. */
    private static final int[] SYSTEM = {Flags.ANSWERED, Flags.FLAGGED, Flags.DELETED, Flags.SEEN, Flags.DRAFT};

    private final IndexRows rows;
    private boolean found;
    private boolean sound;
    private String condition = "";

    private DovecotIndex(Set<String> extensions) {
        this.rows = new IndexRows(extensions);
    }

    /** The index of the mailbox in {@code directory}; one that says nothing where there is none that can be read. */
    public static DovecotIndex read(Path directory) {
        return read(directory, "dovecot.index", Set.of());
    }

    /**
     * As {@link #read(Path)}, of files named otherwise.
     *
     * @param name of the snapshot; its logs are {@code <name>.log} and {@code <name>.log.2}
     * @param extensions whose data are wanted
     */
    public static DovecotIndex read(Path directory, String name, Set<String> extensions) {
        DovecotIndex index = new DovecotIndex(extensions);
        try {
            index.load(directory, name);
        } catch (IOException e) {
            index.unsound(name + " cannot be read: " + ReadFailure.words(e));
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException
                | NegativeArraySizeException
                | BufferUnderflowException damaged) {
            index.unsound(name + " or its log is damaged");
        }
        return index;
    }

    public Says of(long uid) {
        if (!sound || uid > rows.highest()) {
            return Says.NOTHING;
        }
        return rows.rows().containsKey(uid) ? Says.PRESENT : Says.EXPUNGED;
    }

    /** System flags of a message that is present, without keywords; null where nothing is said of it. */
    @Nullable
    public Flags flags(long uid) {
        IndexRows.Row row = sound ? rows.rows().get(uid) : null;
        return row == null ? null : flags(row, Set.of());
    }

    /** Flags and keywords of a message, as far as they could be read; none if there is no such message. */
    public Flags allFlags(long uid) {
        IndexRows.Row row = rows.rows().get(uid);
        if (row == null) {
            return Flags.NONE;
        }
        Set<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String keyword : rows.keywords(row)) {
            if (isKeyword(keyword)) {
                words.add(keyword);
            }
        }
        return flags(row, words);
    }

    private static Flags flags(IndexRows.Row row, Set<String> keywords) {
        int system = 0;
        for (int i = 0; i < SYSTEM.length; i++) {
            system |= (row.flags() & 1 << i) != 0 ? SYSTEM[i] : 0;
        }
        return system == 0 && keywords.isEmpty() ? Flags.NONE : Flags.of(system, keywords);
    }

    /** An atom (RFC 9051 section 9). */
    private static boolean isKeyword(String word) {
        return !word.isEmpty() && word.chars().allMatch(c -> c > 0x20 && c < 0x7f && "(){%*\"\\]".indexOf(c) < 0);
    }

    /** Whether the mailbox format has set its own bit for this message: in dbox, that it lies in alternate storage. */
    public boolean isMarked(long uid) {
        IndexRows.Row row = rows.rows().get(uid);
        return row != null && (row.flags() & 0x40) != 0;
    }

    /** UIDs of the messages that are present, as far as they could be read. */
    public NavigableSet<Long> uids() {
        return rows.rows().navigableKeySet();
    }

    /** UIDVALIDITY, or 0 if it is not known. */
    public long uidValidity() {
        return rows.uidValidity();
    }

    /** What an extension keeps for a message, little-endian; empty if nothing. */
    public byte[] data(long uid, String extension) {
        IndexRows.Row row = rows.rows().get(uid);
        return row == null ? new byte[0] : rows.data(row, extension);
    }

    /** What an extension keeps for the whole index; empty if nothing. */
    public byte[] header(String extension) {
        return rows.header(extension);
    }

    /** Whether there is any file of an index. */
    public boolean isFound() {
        return found;
    }

    /** Whether all of it could be read, with every change in the log. */
    public boolean isSound() {
        return sound;
    }

    /** Why it is not sound, as a clause; empty if it is. */
    public String condition() {
        return condition;
    }

    private void unsound(String why) {
        sound = false;
        if (condition.isEmpty()) {
            condition = why;
        }
    }

    private void load(Path directory, String name) throws IOException {
        ByteBuffer log = bytes(directory.resolve(name + ".log"));
        ByteBuffer main = bytes(directory.resolve(name));
        found = log != null || main != null;
        boolean logIsOne = log != null && log.limit() >= LogReplay.HEADER && log.get(0) == LOG_MAJOR;
        if (main == null) {
            fromTheLogAlone(name, logIsOne ? log : null);
            return;
        }
        if (main.limit() < INDEX_HEADER || main.get(0) != INDEX_MAJOR || (main.get(12) & LITTLE_ENDIAN) == 0) {
            unsound(name + " is no index of a version that can be read");
            return;
        }
        rows.load(main);
        if (log == null || !logIsOne || !littleEndian(log) || unsigned(log, 4) != unsigned(main, 16)) {
            unsound(name + ".log, which holds the latest changes, is missing or belongs to another index");
            return;
        }
        changes(directory, name, main, log);
    }

    private void fromTheLogAlone(String name, @Nullable ByteBuffer log) {
        if (log == null || !littleEndian(log) || unsigned(log, 4) == 0) {
            unsound(found ? name + ".log is no log of a version that can be read" : "there is no " + name);
            return;
        }
        if (log.getInt(12) != 0) {
            unsound(name + " is missing, and its log begins after it");
            return;
        }
        replay(name, log, Short.toUnsignedInt(log.getShort(2)));
    }

    private void changes(Path directory, String name, ByteBuffer main, ByteBuffer log) throws IOException {
        long upTo = unsigned(main, 60);
        int offset = main.getInt(68);
        if (upTo == unsigned(log, 8)) {
            replay(name, log, offset);
            return;
        }
        ByteBuffer older = bytes(directory.resolve(name + ".log.2"));
        if (older == null
                || older.limit() < LogReplay.HEADER
                || unsigned(older, 4) != unsigned(main, 16)
                || unsigned(older, 8) != upTo
                || unsigned(log, 12) != upTo) {
            unsound(name + ".log.2, which holds changes before the latest, is missing");
            return;
        }
        replay(name, older, offset);
        if (sound) {
            replay(name, log, Short.toUnsignedInt(log.getShort(2)));
        }
    }

    private void replay(String name, ByteBuffer log, int from) {
        sound = new LogReplay(log, rows).from(from);
        if (!sound) {
            unsound(name + ".log is damaged");
        }
    }

    /** Versions before 1.2 do not say; they were written in the machine's own order as well. */
    private static boolean littleEndian(ByteBuffer log) {
        boolean states = log.get(1) >= 2 && log.limit() > COMPAT_BYTE && log.getShort(2) > COMPAT_BYTE;
        return !states || (log.get(COMPAT_BYTE) & LITTLE_ENDIAN) != 0;
    }

    private static long unsigned(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    private static @Nullable ByteBuffer bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}

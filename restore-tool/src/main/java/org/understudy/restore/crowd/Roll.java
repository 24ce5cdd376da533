package org.understudy.restore.crowd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.understudy.restore.source.SourceMailbox;

/**
 * All messages of a notes file by number, 0, 1, 2... in the order of the file, and their sectors, which are numbered
 * through. A row is {@code notesAt:8 | notesLength:8 | frameAt:8 | firstSector:8} and lies in a file that is deleted at the
 * end; notes are read where they lie.
 */
final class Roll implements Closeable {
    private static final int ROW = 32;
    private static final int FIRST_SECTOR = 24;
    private static final int CACHED = 64;
    private static final int CACHED_SECTORS = 1 << 16;

    /** One message with its place. */
    record Entry(long number, SourceMailbox mailbox, MessageNotes notes, long firstSector) {}

    private final FileChannel notes;
    private final FileChannel rows;
    private final ByteBuffer waiting = ByteBuffer.allocate(ROW * 2048);
    private final Map<Long, Entry> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cachedSectors;
    private long written;
    private long messages;
    private long sectors;

    Roll(FileChannel notes, Path file) throws IOException {
        this.notes = notes;
        this.rows = FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Adds the next message; returns its number. */
    long add(long notesAt, long length, long frameAt, int sectorCount) throws IOException {
        waiting.putLong(notesAt).putLong(length).putLong(frameAt).putLong(sectors);
        sectors += sectorCount;
        if (!waiting.hasRemaining()) {
            flush();
        }
        return messages++;
    }

    /** Called when all are added, before any is asked for. */
    void flush() throws IOException {
        waiting.flip();
        while (waiting.hasRemaining()) {
            written += rows.write(waiting, written);
        }
        waiting.clear();
    }

    long messages() {
        return messages;
    }

    long sectors() {
        return sectors;
    }

    /** The number of the message that a sector belongs to. */
    long ofSector(long sector) throws IOException {
        long low = 0;
        long high = messages - 1;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (Reads.number(rows, middle * ROW + FIRST_SECTOR) <= sector) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    Entry entry(long number) throws IOException {
        Entry known = cache.get(number);
        if (known != null) {
            return known;
        }
        ByteBuffer row = ByteBuffer.allocate(ROW);
        Reads.fully(rows, row, number * ROW);
        row.flip();
        long at = row.getLong();
        ByteBuffer bytes = ByteBuffer.allocate((int) row.getLong());
        Reads.fully(notes, bytes, at);
        bytes.flip();
        Entry entry = new Entry(number, mailbox(row.getLong()), NotesCodec.read(bytes), row.getLong());
        cache.put(number, entry);
        cachedSectors += entry.notes().sectors().length;
        while (cache.size() > CACHED || (cachedSectors > CACHED_SECTORS && cache.size() > 2)) {
            Map.Entry<Long, Entry> eldest = cache.entrySet().iterator().next();
            cachedSectors -= eldest.getValue().notes().sectors().length;
            cache.remove(eldest.getKey());
        }
        return entry;
    }

    private SourceMailbox mailbox(long frameAt) throws IOException {
        long from = frameAt + NotesCodec.FRAME_HEAD + Long.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(2 * (2 + 0xFFFF), notes.size() - from));
        Reads.fully(notes, bytes.limit(Math.min(bytes.capacity(), 1024)), from);
        bytes.flip();
        int user = bytes.getShort(0) & 0xFFFF;
        boolean fits = bytes.limit() >= user + 4 && bytes.limit() >= user + 4 + (bytes.getShort(user + 2) & 0xFFFF);
        if (!fits) {
            bytes.clear();
            Reads.fully(notes, bytes, from);
            bytes.flip();
        }
        return NotesCodec.mailbox(bytes);
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}

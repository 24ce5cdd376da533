package org.understudy.server.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.engine.SideTable;

/**
 * The folded text of messages by owner and body, and by which runs of octets they can be found: rows of a table beside the
 * store (docs/search.md). Bodies come one by one and wait; {@link Postings#SEGMENT} of one owner that wait are made a
 * segment, with postings and with columns of what is asked most. Thread-safe for readers beside one writer.
 */
final class SearchIndex implements AutoCloseable {
    /** Raised with every change of rows or of what {@link MailReader} and {@link FoldedText} make of a message. */
    static final int VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);

    /** What a directory costs besides its bodies, in bodies. */
    private static final int EACH = 16;

    /** So many bodies in the directories that are kept; each costs twelve octets, and all a sixteenth of the heap. */
    private static final long MOST_KEPT = Runtime.getRuntime().maxMemory() / 16 / 12;

    /** What the index knows of a mailbox: all messages below the UID were looked at, for that owner. */
    record Mark(int owner, long nextUid) {}

    /** The header of a body. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record HeaderRow(MailHeader header, byte[] fields) {}

    private final SideTable table;
    private final Map<Integer, OwnerDirectory> directories = new LinkedHashMap<>(16, 0.75f, true);
    private final long mostKept;

    private long kept;
    private long changes;

    private SearchIndex(SideTable table, long mostKept) {
        this.table = table;
        this.mostKept = mostKept;
    }

    /**
     * Opens the index in {@code folder}. One that is damaged, of another version or of another store is deleted first.
     *
     * @param store id and line of the store whose mail is indexed
     */
    static SearchIndex open(Path folder, long memoryBytes, String store) {
        return open(folder, memoryBytes, store, MOST_KEPT);
    }

    /** @param mostKept how many bodies the directories in memory may have */
    static SearchIndex open(Path folder, long memoryBytes, String store, long mostKept) {
        byte[] about = (VERSION + "\n" + store).getBytes(StandardCharsets.UTF_8);
        boolean isNew = !Files.exists(folder);
        SideTable before = null;
        try {
            before = SideTable.open(folder, memoryBytes);
            Optional<byte[]> found = before.get(IndexKeys.ABOUT);
            if (found.isPresent() && Arrays.equals(found.get(), about)) {
                return new SearchIndex(before, mostKept);
            }
            if (!isNew) {
                LOG.info("The search index in {} is of another version or another store: it is built anew", folder);
            }
        } catch (RuntimeException e) {
            LOG.warn("The search index in {} cannot be used and is built anew: {}", folder, e.getMessage());
        }
        if (before != null) {
            before.close();
        }
        delete(folder);
        SideTable table = SideTable.open(folder, memoryBytes);
        try (SideTable.Batch batch = new SideTable.Batch()) {
            table.write(batch.put(IndexKeys.ABOUT, about));
        }
        return new SearchIndex(table, mostKept);
    }

    /** Deletes an index that nobody has open. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    SideTable table() {
        return table;
    }

    /** Number of an owner, or -1 if none of its mail was ever indexed. */
    int owner(String namespace, String owner) {
        return table.get(IndexKeys.owner(namespace, owner))
                .map(value -> ByteBuffer.wrap(value).getInt())
                .orElse(-1);
    }

    Optional<Mark> mark(long mailbox) {
        return table.get(IndexKeys.mark(mailbox)).map(value -> {
            ByteBuffer in = ByteBuffer.wrap(value);
            return new Mark(in.getInt(), in.getLong());
        });
    }

    static byte[] encode(Mark mark) {
        return ByteBuffer.allocate(12)
                .putInt(mark.owner())
                .putLong(mark.nextUid())
                .array();
    }

    OwnerDirectory directory(int owner) {
        if (owner < 0) {
            return OwnerDirectory.NOTHING;
        }
        long before;
        synchronized (directories) {
            OwnerDirectory known = directories.get(owner);
            if (known != null) {
                return known;
            }
            before = changes;
        }
        OwnerDirectory read = read(owner);
        synchronized (directories) {
            if (changes != before) {
                return read;
            }
            keep(read);
        }
        return read;
    }

    /** The rows of an owner have changed, and its directory is now this one. */
    void changed(OwnerDirectory directory) {
        synchronized (directories) {
            keep(directory);
            changes++;
        }
    }

    /** Keeps {@code directory}, and lets go of those that were asked for longest ago. */
    private void keep(OwnerDirectory directory) {
        OwnerDirectory before = directories.put(directory.owner(), directory);
        kept += weight(directory) - (before == null ? 0 : weight(before));
        Iterator<OwnerDirectory> oldest = directories.values().iterator();
        while (kept > mostKept && directories.size() > 1) {
            kept -= weight(oldest.next());
            oldest.remove();
        }
    }

    private static long weight(OwnerDirectory directory) {
        return EACH + (long) directory.size();
    }

    /** Of how many owners the directory is in memory. */
    int directoriesKept() {
        synchronized (directories) {
            return directories.size();
        }
    }

    private OwnerDirectory read(int owner) {
        List<long[]> segments = new ArrayList<>();
        byte[] first = IndexKeys.segment(owner, 0);
        table.scan(first, IndexKeys.after(Arrays.copyOf(first, 5)), (key, value) -> {
            segments.add(bodies(value));
            return true;
        });
        List<Long> waiting = new ArrayList<>();
        byte[] firstWaiting = IndexKeys.waiting(owner, 0);
        table.scan(firstWaiting, IndexKeys.after(Arrays.copyOf(firstWaiting, 5)), (key, value) -> {
            waiting.add(IndexKeys.body(key));
            return true;
        });
        int size = waiting.size() + segments.stream().mapToInt(s -> s.length).sum();
        long[] bodies = new long[size];
        int[] places = new int[size];
        int at = 0;
        for (int s = 0; s < segments.size(); s++) {
            for (int i = 0; i < segments.get(s).length; i++) {
                bodies[at] = segments.get(s)[i];
                places[at++] = s * Postings.SEGMENT + i;
            }
        }
        for (long body : waiting) {
            bodies[at] = body;
            places[at++] = OwnerDirectory.WAITING;
        }
        return OwnerDirectory.of(owner, bodies, places, segments.size(), waiting.size());
    }

    static byte[] encode(long[] bodies) {
        ByteBuffer out = ByteBuffer.allocate(bodies.length * 8);
        out.asLongBuffer().put(bodies);
        return out.array();
    }

    private static long[] bodies(byte[] value) {
        long[] bodies = new long[value.length / 8];
        ByteBuffer.wrap(value).asLongBuffer().get(bodies);
        return bodies;
    }

    /** Null where the row is gone, as while the index is built anew. */
    @Nullable
    HeaderRow header(int owner, long body) {
        byte[] row = table.get(IndexKeys.header(owner, body)).orElse(null);
        if (row == null) {
            return null;
        }
        try {
            int length = ByteBuffer.wrap(row).getInt();
            return new HeaderRow(MailHeader.decode(row, 4, length), Arrays.copyOfRange(row, 4 + length, row.length));
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("a row of the search index is not understood", e);
        }
    }

    static byte[] encodeHeader(MailText text) {
        byte[] header = text.header().encode();
        return ByteBuffer.allocate(4 + header.length + text.fields().length)
                .putInt(header.length)
                .put(header)
                .put(text.fields())
                .array();
    }

    byte @Nullable [] text(int owner, long body) {
        return table.get(IndexKeys.text(owner, body)).orElse(null);
    }

    byte @Nullable [] column(int owner, int segment, IndexKeys.Column column) {
        return table.get(IndexKeys.column(owner, segment, column)).orElse(null);
    }

    /** Those messages of a segment that may hold the needle in their header or body; all for a very short one. */
    BitSet candidates(int owner, int segment, byte[] needle) {
        BitSet left = new BitSet(Postings.SEGMENT);
        left.set(0, Postings.SEGMENT);
        for (int run : Postings.runs(needle)) {
            Optional<byte[]> group = table.get(IndexKeys.postings(owner, segment, Postings.group(run)));
            if (group.isEmpty()) {
                left.clear();
            } else {
                Postings.retain(group.get(), run, left);
            }
            if (left.isEmpty()) {
                break;
            }
        }
        return left;
    }

    long octetsOnDisk() throws IOException {
        return table.octetsOnDisk();
    }

    @Override
    public void close() {
        table.close();
    }
}

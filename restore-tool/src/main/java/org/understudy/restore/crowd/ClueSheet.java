package org.understudy.restore.crowd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Clues as they are found, then those of one item by its ordinal. Lies in files that are deleted at the end. */
final class ClueSheet implements Closeable {
    private static final int PAIR = 16;
    private static final int PORTION = 1 << 18;

    private final FileChannel clues;
    private final FileChannel index;
    private final PairSorter sorter;
    private final ByteBuffer buffer = ByteBuffer.allocate(Clue.BYTES);
    private long count;

    ClueSheet(Path folder) throws IOException {
        clues = temporary(folder.resolve("clues"));
        index = temporary(folder.resolve("clues-index"));
        sorter = new PairSorter(folder.resolve("clues-sorted"), PORTION);
    }

    private static FileChannel temporary(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    void add(long ordinal, Clue clue) throws IOException {
        clue.write(buffer.clear());
        buffer.flip();
        long at = count * Clue.BYTES;
        while (buffer.hasRemaining()) {
            at += clues.write(buffer, at);
        }
        sorter.add(ordinal, count++);
    }

    /** Called when all are added, before any is asked for. */
    void sort() throws IOException {
        ByteBuffer pairs = ByteBuffer.allocate(PAIR * 4096);
        long[] at = new long[1];
        sorter.drain((ordinal, number) -> {
            pairs.putLong(ordinal).putLong(number);
            if (!pairs.hasRemaining()) {
                at[0] = flush(pairs, at[0]);
            }
        });
        flush(pairs, at[0]);
    }

    private long flush(ByteBuffer pairs, long position) throws IOException {
        long at = position;
        pairs.flip();
        while (pairs.hasRemaining()) {
            at += index.write(pairs, at);
        }
        pairs.clear();
        return at;
    }

    /** Of one item, in the order in which they were found, each once. */
    List<Clue> of(long ordinal) throws IOException {
        long low = 0;
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (Reads.number(index, middle * PAIR) < ordinal) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        List<Clue> found = new ArrayList<>();
        while (low < count && Reads.number(index, low * PAIR) == ordinal) {
            Reads.fully(clues, buffer.clear(), Reads.number(index, low * PAIR + Long.BYTES) * Clue.BYTES);
            Clue clue = Clue.read(buffer.flip());
            if (!found.contains(clue)) {
                found.add(clue);
            }
            low++;
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        try (clues;
                index) {
            sorter.close();
        }
    }
}

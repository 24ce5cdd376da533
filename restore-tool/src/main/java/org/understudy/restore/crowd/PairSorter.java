package org.understudy.restore.crowd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Sorts pairs of 64-bit numbers by the first, unsigned; equal ones stay in the order in which they came. Holds one portion
 * in heap, 32 octets a pair while it is being sorted; sorted portions lie in a file that is deleted at the end.
 */
final class PairSorter implements Closeable {
    private static final int PAIR = 16;
    private static final int READ_PAIRS = 1024;
    private static final int FIRST = 1024;

    /** Takes pairs in order. */
    interface Sink {
        void accept(long key, long value) throws IOException;
    }

    private final Path file;
    private final int portion;
    private final List<long[]> runs = new ArrayList<>();
    private @org.jspecify.annotations.Nullable FileChannel channel;
    private long[] keys = new long[FIRST];
    private long[] values = new long[FIRST];
    private int size;
    private long written;

    /**
     * @param file does not exist; made when a portion is full
     * @param portion pairs held in heap
     */
    PairSorter(Path file, int portion) {
        this.file = file;
        this.portion = portion;
    }

    void add(long key, long value) throws IOException {
        if (size == keys.length) {
            if (size >= portion) {
                spill();
            } else {
                int more = Math.min(portion, size * 2);
                keys = Arrays.copyOf(keys, more);
                values = Arrays.copyOf(values, more);
            }
        }
        keys[size] = key;
        values[size++] = value;
    }

    /** Gives all pairs; none may be added afterwards. */
    void drain(Sink sink) throws IOException {
        if (runs.isEmpty()) {
            sort();
            for (int i = 0; i < size; i++) {
                sink.accept(keys[i], values[i]);
            }
            return;
        }
        spill();
        keys = new long[0];
        values = new long[0];
        PriorityQueue<Run> queue = new PriorityQueue<>(runs.size(), Run.ORDER);
        for (int i = 0; i < runs.size(); i++) {
            Run run = new Run(i, runs.get(i)[0], runs.get(i)[1]);
            if (run.next()) {
                queue.add(run);
            }
        }
        while (!queue.isEmpty()) {
            Run run = queue.remove();
            sink.accept(run.key, run.value);
            if (run.next()) {
                queue.add(run);
            }
        }
    }

    private void sort() {
        long[] fromKeys = keys;
        long[] fromValues = values;
        long[] toKeys = new long[size];
        long[] toValues = new long[size];
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            int[] starts = new int[257];
            for (int i = 0; i < size; i++) {
                starts[(int) (fromKeys[i] >>> shift & 0xFF) + 1]++;
            }
            if (size > 0 && starts[(int) (fromKeys[0] >>> shift & 0xFF) + 1] == size) {
                continue;
            }
            for (int i = 0; i < 256; i++) {
                starts[i + 1] += starts[i];
            }
            for (int i = 0; i < size; i++) {
                int at = starts[(int) (fromKeys[i] >>> shift & 0xFF)]++;
                toKeys[at] = fromKeys[i];
                toValues[at] = fromValues[i];
            }
            long[] otherKeys = fromKeys;
            long[] otherValues = fromValues;
            fromKeys = toKeys;
            fromValues = toValues;
            toKeys = otherKeys;
            toValues = otherValues;
        }
        keys = fromKeys;
        values = fromValues;
    }

    private void spill() throws IOException {
        sort();
        FileChannel out = channel();
        ByteBuffer buffer = ByteBuffer.allocate(READ_PAIRS * 8 * PAIR);
        long start = written;
        for (int i = 0; i < size; i++) {
            buffer.putLong(keys[i]).putLong(values[i]);
            if (!buffer.hasRemaining() || i == size - 1) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    written += out.write(buffer, written);
                }
                buffer.clear();
            }
        }
        runs.add(new long[] {start, written});
        keys = new long[portion];
        values = new long[portion];
        size = 0;
    }

    private FileChannel channel() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            channel = open;
        }
        return open;
    }

    /** A sorted portion while it is read back. */
    private final class Run {
        private static final Comparator<Run> ORDER =
                ((Comparator<Run>) (a, b) -> Long.compareUnsigned(a.key, b.key)).thenComparingInt(run -> run.number);

        private final int number;
        private final long end;
        private final ByteBuffer buffer = ByteBuffer.allocate(READ_PAIRS * PAIR).limit(0);
        private long at;
        private long key;
        private long value;

        Run(int number, long start, long end) {
            this.number = number;
            this.at = start;
            this.end = end;
        }

        boolean next() throws IOException {
            if (!buffer.hasRemaining()) {
                if (at == end) {
                    return false;
                }
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
                Reads.fully(channel(), buffer, at);
                at += buffer.position();
                buffer.flip();
            }
            key = buffer.getLong();
            value = buffer.getLong();
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.close();
        }
    }
}

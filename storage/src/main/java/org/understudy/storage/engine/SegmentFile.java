package org.understudy.storage.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/** A sorted table that is written aside. Not thread-safe. */
public final class SegmentFile implements AutoCloseable {
    private static final int KEY_BYTES = 64;
    private static final int VALUE_BYTES = (1 << 20) + (8 << 10);

    private final Path file;
    private final Options options;
    private final EnvOptions environment = new EnvOptions();
    private final SstFileWriter writer;
    private final Queue<ByteBuffer> spares;
    private final ByteBuffer rows;
    private final ByteBuffer keys;
    private final ByteBuffer values;
    private boolean closed;

    /** @param spares direct buffers that no file uses */
    SegmentFile(Path file, Options options, Queue<ByteBuffer> spares) {
        this.file = file;
        this.options = options;
        this.spares = spares;
        ByteBuffer spare = spares.poll();
        ByteBuffer rows = spare == null ? ByteBuffer.allocateDirect(KEY_BYTES + VALUE_BYTES) : spare;
        keys = rows.slice(0, KEY_BYTES);
        values = rows.slice(KEY_BYTES, VALUE_BYTES);
        this.rows = rows;
        // Hands the file to the disk as it grows, so that the fsync at its end holds nobody's commits up.
        environment.setBytesPerSync(1 << 20);
        writer = new SstFileWriter(environment, options);
        try {
            writer.open(file.toString());
        } catch (RocksDBException e) {
            close();
            throw RocksFaults.of("writing " + file, e);
        }
    }

    /**
     * Adds a row whose value is {@code head} and then {@code length} bytes of {@code data}.
     *
     * @param key greater than every key before
     */
    public void put(byte[] key, byte[] head, byte[] data, int offset, int length) {
        try {
            if (key.length > KEY_BYTES || head.length + length > VALUE_BYTES) {
                byte[] value = Arrays.copyOf(head, head.length + length);
                System.arraycopy(data, offset, value, head.length, length);
                writer.put(key, value);
            } else {
                writer.put(
                        keys.clear().put(key).flip(),
                        values.clear().put(head).put(data, offset, length).flip());
            }
        } catch (RocksDBException e) {
            throw RocksFaults.of("writing " + file, e);
        }
    }

    /** Ends the file and fsyncs it. */
    public void finish() {
        try {
            writer.finish();
        } catch (RocksDBException e) {
            throw RocksFaults.of("writing " + file, e);
        }
    }

    @Override
    public void close() {
        writer.close();
        environment.close();
        options.close();
        if (!closed) {
            closed = true;
            spares.add(rows);
        }
    }
}

package org.understudy.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Bytes that can be read more than once. */
public interface Content {
    /** Length in octets. */
    long size();

    /** A new stream from the first byte on; the caller closes it. */
    InputStream open() throws IOException;

    /**
     * All bytes between position and limit of a buffer with an accessible array, or null where they do not lie in memory.
     * Whoever asks may move the buffer's position, and never changes its bytes.
     */
    default @Nullable ByteBuffer inMemory() {
        return null;
    }

    static Content of(byte[] bytes) {
        return of(bytes, bytes.length);
    }

    /** The first {@code length} bytes of an array that nobody changes any more. */
    static Content of(byte[] bytes, int length) {
        return new Content() {
            @Override
            public long size() {
                return length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes, 0, length);
            }

            @Override
            public ByteBuffer inMemory() {
                return ByteBuffer.wrap(bytes, 0, length);
            }
        };
    }

    /** The bytes of a file that does not change while this is in use. */
    static Content of(Path file) throws IOException {
        long size = Files.size(file);
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
    }
}

package org.understudy.server.line;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Content;

/**
 * A message while it comes in: in memory up to a size, then in a file that has no name, so that nothing is left of it after
 * {@link #close()} or a crash. For one thread at a time.
 */
public final class Spool implements Closeable {
    private final Path folder;
    private final int heapOctets;
    private final Growing heap = new Growing();
    private @Nullable FileChannel file;
    private long size;

    private static final class Growing extends ByteArrayOutputStream {
        Growing() {
            super(8 << 10);
        }

        byte[] array() {
            return buf;
        }
    }

    /** @param folder exists, and is nobody else's to read */
    public Spool(Path folder, int heapOctets) {
        this.folder = folder;
        this.heapOctets = heapOctets;
    }

    public long size() {
        return size;
    }

    public void write(byte[] octets) throws IOException {
        makeRoom(octets.length);
        FileChannel to = file;
        if (to == null) {
            heap.write(octets, 0, octets.length);
        } else {
            writeAll(to, ByteBuffer.wrap(octets));
        }
        size += octets.length;
    }

    /** {@code length} octets of a buffer from {@code index} on; its positions stay. */
    public void write(ByteBuf from, int index, int length) throws IOException {
        makeRoom(length);
        FileChannel to = file;
        if (to == null) {
            from.getBytes(index, heap, length);
        } else {
            writeAll(to, from.nioBuffer(index, length));
        }
        size += length;
    }

    private void makeRoom(int length) throws IOException {
        if (file == null && size + length > heapOctets) {
            FileChannel made = FileChannel.open(
                    folder.resolve("message-" + UUID.randomUUID() + ".tmp"),
                    Set.of(
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            file = made;
            writeAll(made, ByteBuffer.wrap(heap.array(), 0, heap.size()));
            heap.reset();
        }
    }

    private static void writeAll(FileChannel to, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            to.write(octets);
        }
    }

    /** What has been written; to be read before {@link #close()}, and nothing is to be written any more. */
    public Content content() {
        FileChannel from = file;
        if (from == null) {
            return Content.of(heap.array(), heap.size());
        }
        long octets = size;
        return new Content() {
            @Override
            public long size() {
                return octets;
            }

            @Override
            public InputStream open() {
                return new Positional(from);
            }
        };
    }

    @Override
    public void close() throws IOException {
        FileChannel open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    private static final class Positional extends InputStream {
        private final FileChannel file;
        private long position;

        Positional(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            int count = file.read(ByteBuffer.wrap(target, offset, length), position);
            if (count > 0) {
                position += count;
            }
            return count;
        }
    }
}

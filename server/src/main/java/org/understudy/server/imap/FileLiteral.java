package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
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
import org.apache.james.imap.message.Literal;
import org.jspecify.annotations.Nullable;

/**
 * A literal that lies in a file. The file loses its name as soon as it is open, so that nothing is left of it after
 * {@link #close()} or a crash. Written by one thread, then read by any.
 */
final class FileLiteral implements Literal, Closeable {
    private final Path folder;
    private final long size;
    private @Nullable FileChannel channel;

    /** @param size octets announced by the client */
    FileLiteral(Path folder, long size) {
        this.folder = folder;
        this.size = size;
    }

    /** Writes all readable octets; the first call makes the file. */
    void append(ByteBuf octets) throws IOException {
        FileChannel file = channel;
        if (file == null) {
            file = FileChannel.open(
                    folder.resolve("literal-" + UUID.randomUUID() + ".tmp"),
                    Set.of(
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            channel = file;
        }
        while (octets.isReadable()) {
            octets.readBytes(file, octets.readableBytes());
        }
    }

    @Override
    public long size() {
        return size;
    }

    /** The octets from the first on; independent of other streams, and dead after {@link #close()}. */
    @Override
    public InputStream getInputStream() throws IOException {
        FileChannel file = channel;
        if (file == null) {
            throw new IOException("the literal is not there any more");
        }
        return new Positional(file);
    }

    @Override
    public void close() throws IOException {
        FileChannel file = channel;
        channel = null;
        if (file != null) {
            file.close();
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

package org.understudy.storage.birth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.keyspace.Digest;

/**
 * Sums of one file, read past the page cache where the file system can do that: what counts is what lies on the disk, and
 * what users need stays in memory.
 *
 * @param crc32c in eight hexadecimal digits
 */
record TableReading(long size, Digest sha256, String crc32c) {
    private static final Logger LOG = LoggerFactory.getLogger(TableReading.class);
    private static final int PIECE = 1 << 20;
    private static final @Nullable OpenOption DIRECT = direct();

    /** @param watch is given the octets of each piece that was read; may wait, or throw to end it */
    static TableReading of(Path file, LongConsumer watch) throws IOException {
        int block = Math.toIntExact(Files.getFileStore(file).getBlockSize());
        try (FileChannel in = open(file)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE + block).alignedSlice(block);
            piece.limit(PIECE - PIECE % block);
            ByteBuffer room = piece.slice();
            MessageDigest sha = Digest.sha256();
            CRC32C crc = new CRC32C();
            long size = 0;
            long end = in.size();
            while (size < end) {
                int count = in.read(room.clear());
                if (count <= 0 || count < room.capacity() && size + count < end) {
                    throw new IOException(
                            "reading ended after " + (size + Math.max(0, count)) + " of " + end + " octets");
                }
                sha.update(room.flip());
                crc.update(room.rewind());
                size += count;
                watch.accept(count);
            }
            return new TableReading(
                    size, Digest.of(sha.digest()), HexFormat.of().toHexDigits((int) crc.getValue()));
        }
    }

    private static FileChannel open(Path file) throws IOException {
        if (DIRECT != null) {
            try {
                return FileChannel.open(file, StandardOpenOption.READ, DIRECT);
            } catch (NoSuchFileException e) {
                throw e;
            } catch (IOException | UnsupportedOperationException e) {
                LOG.debug("{} is read through the page cache: {}", file, e.getMessage());
            }
        }
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Java has it in the module jdk.unsupported, to name which in source is a warning that cannot be allowed. */
    private static @Nullable OpenOption direct() {
        try {
            for (Object option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (option instanceof OpenOption open && option.toString().equals("DIRECT")) {
                    return open;
                }
            }
            return null;
        } catch (ClassNotFoundException e) {
            LOG.debug("This Java cannot read past the page cache", e);
            return null;
        }
    }
}

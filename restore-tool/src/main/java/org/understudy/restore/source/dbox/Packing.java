package org.understudy.restore.source.dbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/** How Dovecot's zlib plugin has packed a message, told by its first octets. */
enum Packing {
    NONE("not packed"),
    GZIP("gzip"),
    BZIP2("bzip2"),
    ZSTD("zstd"),
    LZ4("lz4"),
    XZ("xz"),
    ENCRYPTED("mail_crypt");

    /** Octets that tell. */
    static final int HEAD = 16;

    private static final int BUFFER = 1 << 16;
    private static final int LZ4_HEADER = 15 + 4;
    private static final int LARGEST_CHUNK = 16 << 20;

    private final String words;

    Packing(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** @param head the first octets of a message; a mail's header never begins so */
    static Packing of(byte[] head) {
        if (starts(head, 0x1f, 0x8b, 8)) {
            return GZIP;
        }
        if (starts(head, 'B', 'Z', 'h') && head.length > 9 && head[4] == '1' && head[5] == 'A') {
            return BZIP2;
        }
        if (starts(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            return ZSTD;
        }
        if (starts(head, 'D', 'o', 'v', 'e', 'c', 'o', 't', '-', 'L', 'Z', '4', 0x0d, 0x2a, 0x9b, 0xc5)) {
            return LZ4;
        }
        if (starts(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return XZ;
        }
        return starts(head, 'C', 'R', 'Y', 'P', 'T', 'E', 'D', 3, 7) ? ENCRYPTED : NONE;
    }

    private static boolean starts(byte[] head, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= head.length || (head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** The message's own octets. */
    InputStream unpack(InputStream packed) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GZIPInputStream(packed, BUFFER);
            case BZIP2 -> new BZip2CompressorInputStream(new BufferedInputStream(packed, BUFFER), true);
            case ZSTD -> new ZstdCompressorInputStream(new BufferedInputStream(packed, BUFFER));
            case LZ4 -> new Lz4(new DataInputStream(new BufferedInputStream(packed, BUFFER)));
            case XZ, ENCRYPTED -> throw new IOException(words + " cannot be read");
        };
    }

    /** Dovecot's own framing: after the head, chunks of a length (4 octets, big-endian) and an LZ4 block. */
    private static final class Lz4 extends InputStream {
        private final DataInputStream in;
        private InputStream chunk = InputStream.nullInputStream();

        Lz4(DataInputStream in) throws IOException {
            this.in = in;
            in.readFully(new byte[LZ4_HEADER]);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            while (true) {
                int n = chunk.read(to, offset, length);
                if (n >= 0) {
                    return n;
                }
                int first = in.read();
                if (first < 0) {
                    return -1;
                }
                int size = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
                if (size <= 0 || size > LARGEST_CHUNK) {
                    throw new IOException("an LZ4 block states a length of " + size + " octets");
                }
                byte[] block = in.readNBytes(size);
                if (block.length < size) {
                    throw new EOFException("an LZ4 block is cut");
                }
                chunk = new BlockLZ4CompressorInputStream(new ByteArrayInputStream(block));
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

package org.understudy.restore.source.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * How an archive is made.
 *
 * @param packing of the whole
 * @param form what is found in it
 */
record ArchiveKind(Packing packing, Form form) {
    private static final int HEAD = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int BUFFER = 1 << 16;

    enum Packing {
        NONE(""),
        GZIP(".gz"),
        BZIP2(".bz2"),
        ZSTD(".zst");

        private final String ending;

        Packing(String ending) {
            this.ending = ending;
        }

        String ending() {
            return ending;
        }
    }

    enum Form {
        TAR,
        ZIP,
        /** One packed file. */
        SINGLE
    }

    /** By the file's own octets, not by its name; nothing if this is none. */
    static Optional<ArchiveKind> of(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
            return Optional.of(new ArchiveKind(Packing.NONE, Form.ZIP));
        }
        if (isTar(head)) {
            return Optional.of(new ArchiveKind(Packing.NONE, Form.TAR));
        }
        Packing packing = starts(head, 0x1f, 0x8b)
                ? Packing.GZIP
                : starts(head, 'B', 'Z', 'h')
                        ? Packing.BZIP2
                        : starts(head, 0x28, 0xb5, 0x2f, 0xfd) ? Packing.ZSTD : Packing.NONE;
        if (packing == Packing.NONE) {
            return Optional.empty();
        }
        byte[] within;
        try (InputStream in = unpacking(packing, new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
            within = in.readNBytes(HEAD);
        } catch (EOFException | ZipException e) {
            within = new byte[0]; // unpacking it tells of the same fault with its place
        }
        return Optional.of(new ArchiveKind(packing, isTar(within) ? Form.TAR : Form.SINGLE));
    }

    /** The octets that were packed. */
    static InputStream unpacking(Packing packing, InputStream in) throws IOException {
        return switch (packing) {
            case NONE -> in;
            case GZIP ->
                GzipCompressorInputStream.builder()
                        .setInputStream(in)
                        .setDecompressConcatenated(true)
                        .get();
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case ZSTD -> new ZstdCompressorInputStream(in);
        };
    }

    /** As people call it. */
    String words() {
        return switch (form) {
            case ZIP -> "zip";
            case TAR -> "tar" + packing.ending();
            case SINGLE -> packing.ending().substring(1);
        };
    }

    /** Whether a header of 512 octets has the right checksum (POSIX ustar). */
    private static boolean isTar(byte[] header) {
        if (header.length < HEAD) {
            return false;
        }
        long sum = 0;
        long stated = 0;
        boolean digits = false;
        for (int i = 0; i < HEAD; i++) {
            boolean within = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            sum += within ? ' ' : header[i] & 0xff;
            if (within && header[i] >= '0' && header[i] <= '7') {
                stated = stated * 8 + header[i] - '0';
                digits = true;
            }
        }
        return digits && sum == stated;
    }

    private static boolean starts(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}

package org.understudy.restore.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Whether a tar archive is whole (POSIX ustar: headers of 512 octets, contents padded to 512, two blocks of zeros at the
 * end).
 *
 * @param entries headers seen
 * @param fault what is wrong, as words that go on after "that", or the empty text
 */
record TarShape(long entries, String fault) {
    private static final int BLOCK = 512;
    private static final int SIZE_AT = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int NAME_LENGTH = 100;

    /** Whether the first block is a header whose checksum is right. */
    static boolean looksLikeTar(byte[] head) {
        return head.length >= BLOCK && checksumFits(head);
    }

    static TarShape read(InputStream in) throws IOException {
        long entries = 0;
        long offset = 0;
        String last = "";
        while (true) {
            byte[] header = in.readNBytes(BLOCK);
            if (header.length == 0) {
                return new TarShape(entries, "is cut off after entry %,d, '%s'".formatted(entries, last));
            }
            if (header.length < BLOCK) {
                return new TarShape(entries, "is cut off within the header of entry %,d".formatted(entries + 1));
            }
            if (isZero(header)) {
                return new TarShape(entries, "");
            }
            if (!checksumFits(header)) {
                return new TarShape(
                        entries, "is damaged at octet %,d, after '%s': no header is there".formatted(offset, last));
            }
            entries++;
            last = name(header);
            long size = number(header);
            long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
            long skipped = skip(in, padded);
            if (skipped < padded) {
                return new TarShape(
                        entries,
                        "is cut off within entry %,d, '%s', after %,d of its %,d octets"
                                .formatted(entries, last, skipped, size));
            }
            offset += BLOCK + padded;
        }
    }

    private static long skip(InputStream in, long wanted) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long done = 0;
        while (done < wanted) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, wanted - done));
            if (n < 0) {
                break;
            }
            done += n;
        }
        return done;
    }

    private static boolean checksumFits(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean inSum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            sum += inSum ? ' ' : header[i] & 0xff;
        }
        return sum == octal(header, CHECKSUM_AT, CHECKSUM_LENGTH) && !isZero(header);
    }

    private static long number(byte[] header) {
        if ((header[SIZE_AT] & 0x80) == 0) {
            return octal(header, SIZE_AT, SIZE_LENGTH);
        }
        long value = 0;
        for (int i = SIZE_AT + SIZE_LENGTH - 8; i < SIZE_AT + SIZE_LENGTH; i++) {
            value = (value << 8) | (header[i] & 0xff);
        }
        return Math.max(0, value);
    }

    private static long octal(byte[] header, int at, int length) {
        long value = 0;
        for (int i = at; i < at + length; i++) {
            if (header[i] >= '0' && header[i] <= '7') {
                value = (value << 3) | (header[i] - '0');
            } else if (header[i] != ' ') {
                break;
            }
        }
        return value;
    }

    private static boolean isZero(byte[] block) {
        for (int i = 0; i < BLOCK; i++) {
            if (block[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String name(byte[] header) {
        int length = 0;
        while (length < NAME_LENGTH && header[length] != 0) {
            length++;
        }
        return new String(header, 0, length, StandardCharsets.UTF_8);
    }
}

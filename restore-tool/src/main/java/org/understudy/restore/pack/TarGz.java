package org.understudy.restore.pack;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Writes a tar archive in ustar form (POSIX.1-1988), compressed; same files, same bytes: no times and no owners. */
final class TarGz implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int NAME = 100;

    private final OutputStream out;

    TarGz(OutputStream to) throws IOException {
        out = new BufferedOutputStream(new GZIPOutputStream(to, 1 << 16), 1 << 16);
    }

    /** @param name of up to 100 bytes in ASCII */
    void add(String name, Path file, boolean executable) throws IOException {
        long size = Files.size(file);
        out.write(header(name, size, executable));
        long copied = Files.copy(file, out);
        if (copied != size) {
            throw new IOException(file + " changed while it was packed: " + size + " octets, then " + copied);
        }
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    /** {@code name:100 mode:8 uid:8 gid:8 size:12 mtime:12 sum:8 type:1 link:100 magic:6 version:2 ...}, numbers octal. */
    private static byte[] header(String name, long size, boolean executable) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > NAME) {
            throw new IllegalArgumentException("a name may have " + NAME + " bytes: " + name);
        }
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, executable ? "0000755" : "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format(Locale.ROOT, "%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xFF;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o", sum));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** Ends the archive. */
    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}

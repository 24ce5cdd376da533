package org.understudy.restore.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * What a file is that was named as a source where a directory is needed.
 *
 * @param found a noun phrase, with what is wrong with it
 * @param hint what to do with it
 */
record FileKind(String found, String hint) {
    private static final int HEAD = 1024;
    private static final int TAR_BLOCK = 512;
    private static final String NOT_YET =
            " cannot be read as a source itself yet. Unpack it into an empty directory and" + " name that.";

    /** Reads as much as is needed; a gzipped file is unpacked to its end, in memory of fixed size. */
    static FileKind of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return new FileKind("neither a file nor a directory", "Name a directory that holds Maildirs.");
        }
        byte[] head = head(file);
        if (head.length == 0) {
            return new FileKind("an empty file", "Name a directory that holds Maildirs.");
        }
        if (starts(head, 0x1f, 0x8b)) {
            return gzip(file);
        }
        if (TarShape.looksLikeTar(head)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                return tar("a tar archive", TarShape.read(in), "tar -xf");
            }
        }
        if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
            return new FileKind("a zip archive", "A zip archive" + NOT_YET);
        }
        if (starts(head, 'B', 'Z', 'h')
                || starts(head, 0xfd, '7', 'z', 'X', 'Z')
                || starts(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            return new FileKind("a compressed file (bzip2, xz or zstd)", "A compressed archive" + NOT_YET);
        }
        if (starts(head, '!', 'B', 'D', 'N')) {
            return new FileKind("an Outlook data file (PST or OST)", "PST files cannot be read as a source yet.");
        }
        return new FileKind(
                isText(head) ? "a text file" : "a file of a kind that is not known here",
                "Name a directory that holds the users' Maildirs, or one Maildir itself.");
    }

    OperatorException refusal(Path file) {
        return new OperatorException(
                Reason.SOURCE, file + " is " + found + ", neither an mbox file nor a directory of mail", hint);
    }

    private static FileKind gzip(Path file) throws IOException {
        long[] unpacked = new long[1];
        try (InputStream in = counting(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), 1 << 16), unpacked)) {
            in.mark(HEAD);
            byte[] head = in.readNBytes(HEAD);
            if (!TarShape.looksLikeTar(head)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
                return new FileKind(
                        "a gzipped file, and no tar archive", "Unpack it with gunzip and look at what it is.");
            }
            in.reset();
            TarShape shape = TarShape.read(in);
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return tar("a gzipped tar archive", shape, "tar -xzf");
        } catch (EOFException e) {
            return cut("a gzipped archive that is cut off after %,d unpacked octets".formatted(unpacked[0]));
        } catch (ZipException e) {
            return cut("a damaged gzip file: after %,d unpacked octets, %s".formatted(unpacked[0], e.getMessage()));
        }
    }

    private static FileKind tar(String what, TarShape shape, String command) {
        return shape.fault().isEmpty()
                ? new FileKind(
                        what + " of %,d entries".formatted(shape.entries()),
                        "Archives cannot be read as a source themselves yet. Unpack it into an empty directory ('"
                                + command + " ARCHIVE -C DIRECTORY') and name that.")
                : cut(what + " that " + shape.fault());
    }

    private static FileKind cut(String found) {
        return new FileKind(
                found,
                "Fetch or copy the archive again and compare its size with the original's. If this is all there is,"
                        + " unpack what is left into an empty directory and name that: what was cut off is then missing.");
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEAD);
        }
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

    private static boolean isText(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.chars().noneMatch(c -> c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f');
    }

    /** Counts the octets read, with mark and reset for the first {@link #HEAD} of them. */
    private static InputStream counting(InputStream in, long[] count) {
        return new BufferedInputStream(
                new java.io.FilterInputStream(in) {
                    @Override
                    public int read(byte[] to, int offset, int length) throws IOException {
                        int n = super.read(to, offset, length);
                        count[0] += Math.max(n, 0);
                        return n;
                    }
                },
                TAR_BLOCK * 16);
    }
}

package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.understudy.storage.Content;

/**
 * Puts attachments back that Dovecot keeps in files of their own ({@code mail_attachment_dir}). The metadata's {@code X}
 * names each as {@code <begin> <size> <options> <path>}, begin and size in octets of the whole message; options {@code -},
 * or {@code C} for lines that end in CRLF and {@code B<n>} for base64 in lines of n characters, which lies decoded.
 */
final class Attachments {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LF = {'\n'};

    private record Part(long begin, long size, int line, boolean crlf, Path file) {}

    private Attachments() {}

    /**
     * A message with its attachments.
     *
     * @param folders where attachments may lie, each tried
     * @param suffix what the names of the files end with beside the path
     * @throws IOException if one is missing, saying which
     */
    static Content joined(Region stored, String references, List<Path> folders, String suffix) throws IOException {
        List<Part> parts = parts(references, folders, suffix);
        long size = stored.size();
        for (Part part : parts) {
            size += part.size();
        }
        long whole = size;
        return new Content() {
            @Override
            public long size() {
                return whole;
            }

            @Override
            public InputStream open() throws IOException {
                return Attachments.open(stored, parts);
            }
        };
    }

    private static InputStream open(Region stored, List<Part> parts) throws IOException {
        List<InputStream> streams = new ArrayList<>();
        long at = 0;
        long whole = 0;
        try {
            for (Part part : parts) {
                long before = part.begin() - whole;
                streams.add(new Region(stored.file(), stored.from() + at, before).open());
                at += before;
                streams.add(new Exact(encoded(part), part));
                whole = part.begin() + part.size();
            }
            streams.add(new Region(stored.file(), stored.from() + at, stored.size() - at).open());
        } catch (IOException e) {
            for (InputStream stream : streams) {
                try {
                    stream.close();
                } catch (IOException closing) {
                    e.addSuppressed(closing);
                }
            }
            throw e;
        }
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    private static List<Part> parts(String references, List<Path> folders, String suffix) throws IOException {
        String[] words = references.strip().split(" ");
        if (words.length % 4 != 0) {
            throw new IOException("the list of its attachments cannot be read: " + references);
        }
        List<Part> parts = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < words.length; i += 4) {
            if (!words[i].matches("\\d{1,15}")
                    || !words[i + 1].matches("\\d{1,15}")
                    || !words[i + 2].matches("-|C?(B\\d{1,4})?")) {
                throw new IOException("the list of its attachments cannot be read: " + references);
            }
            String options = words[i + 2];
            int base64 = options.indexOf('B');
            int line = base64 < 0 ? 0 : Integer.parseInt(options.substring(base64 + 1));
            Part part = new Part(
                    Long.parseLong(words[i]),
                    Long.parseLong(words[i + 1]),
                    line,
                    options.startsWith("C"),
                    file(words[i + 3] + suffix, folders));
            if (part.begin() < last || line % 4 != 0) {
                throw new IOException("the list of its attachments cannot be read: " + references);
            }
            last = part.begin() + part.size();
            parts.add(part);
        }
        return parts;
    }

    private static Path file(String path, List<Path> folders) throws IOException {
        try {
            for (Path folder : folders) {
                Path file = folder.resolve(path).normalize();
                if (file.startsWith(folder) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    return file;
                }
            }
        } catch (InvalidPathException e) {
            throw new IOException("an attachment's path is none: " + path, e);
        }
        throw new IOException("its attachment " + path + " lies apart and is not in this source; put the folder that"
                + " mail_attachment_dir names beside it, as 'attachments'");
    }

    private static InputStream encoded(Part part) throws IOException {
        InputStream file = Files.newInputStream(part.file(), LinkOption.NOFOLLOW_LINKS);
        if (part.line() == 0) {
            return file;
        }
        return new Encoding(file, part.line(), part.crlf() ? CRLF : LF);
    }

    /** Base64 in lines, without a line end after the last. */
    private static final class Encoding extends InputStream {
        private final InputStream in;
        private final int octetsInLine;
        private final byte[] lineEnd;
        private byte[] line = new byte[0];
        private int at;
        private boolean first = true;

        Encoding(InputStream in, int line, byte[] lineEnd) {
            this.in = in;
            this.octetsInLine = line / 4 * 3;
            this.lineEnd = lineEnd;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length > 0 && at == line.length && !nextLine()) {
                return -1;
            }
            int n = Math.min(length, line.length - at);
            System.arraycopy(line, at, to, offset, n);
            at += n;
            return n;
        }

        private boolean nextLine() throws IOException {
            byte[] octets = in.readNBytes(octetsInLine);
            if (octets.length == 0) {
                return false;
            }
            byte[] text = Base64.getEncoder().encode(octets);
            int before = first ? 0 : lineEnd.length;
            line = new byte[before + text.length];
            System.arraycopy(lineEnd, 0, line, 0, before);
            System.arraycopy(text, 0, line, before, text.length);
            first = false;
            at = 0;
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Fails where an attachment is not as long as the message says. */
    private static final class Exact extends InputStream {
        private final InputStream in;
        private final Part part;
        private long left;

        Exact(InputStream in, Part part) {
            this.in = in;
            this.part = part;
            this.left = part.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = in.read(to, offset, length);
            if (n < 0 ? left > 0 : n > left) {
                throw new IOException("%s does not give the %,d octets that the message says it had"
                        .formatted(part.file(), part.size()));
            }
            left -= Math.max(0, n);
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

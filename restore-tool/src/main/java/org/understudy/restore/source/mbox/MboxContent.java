package org.understudy.restore.source.mbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.understudy.restore.source.RegionStream;
import org.understudy.storage.Content;

/** A message's octets without what the format and its programs added. */
final class MboxContent implements Content {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final Extent extent;
    private final MboxHeader header;

    MboxContent(Path file, Extent extent, MboxHeader header) {
        this.file = file;
        this.extent = extent;
        this.header = header;
    }

    /**
     * The same of a message that is in memory.
     *
     * @param all octets from the header's begin to the message's end
     */
    static Content held(byte[] all, Extent extent, MboxHeader header) {
        MboxContent content = new MboxContent(Path.of(""), extent, header);
        byte[] own = new byte[(int) content.size()];
        int at = 0;
        int to = 0;
        for (MboxHeader.Range range : header.hidden()) {
            if (content.isHidden(range)) {
                System.arraycopy(all, at, own, to, range.from() - at);
                to += range.from() - at;
                at = range.to();
            }
        }
        int body = (int) (extent.body() - extent.header());
        int plain = extent.unquotes() ? body : all.length;
        System.arraycopy(all, at, own, to, plain - at);
        to += plain - at;
        if (extent.unquotes()) {
            to += unquoted(all, body, own, to);
        }
        if (to != own.length) {
            throw new IllegalStateException("a message of %,d octets came out with %,d".formatted(own.length, to));
        }
        return Content.of(own);
    }

    /** Copies lines from a place on, less the first {@code >} of those that are quoted; how many octets that were. */
    private static int unquoted(byte[] from, int begin, byte[] target, int offset) {
        int to = offset;
        int at = begin;
        while (at < from.length) {
            int end = at;
            while (end < from.length && from[end] != '\n') {
                end++;
            }
            end = Math.min(from.length, end + 1);
            int word = at;
            while (word < end && from[word] == '>') {
                word++;
            }
            int first = word > at && FromLine.startsWithFrom(from, word, end) ? at + 1 : at;
            System.arraycopy(from, first, target, to, end - first);
            to += end - first;
            at = end;
        }
        return to - offset;
    }

    @Override
    public long size() {
        long size = extent.end() - extent.header();
        for (MboxHeader.Range range : header.hidden()) {
            size -= isHidden(range) ? range.to() - range.from() : 0;
        }
        return extent.unquotes() ? size - extent.quoted() : size;
    }

    @Override
    public InputStream open() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            int prefix = (int) Math.min(MboxHeader.LARGEST, extent.body() - extent.header());
            RegionStream rest = new RegionStream(channel, extent.header() + prefix, extent.end());
            return new SequenceInputStream(
                    new ByteArrayInputStream(kept(channel, prefix)), extent.unquotes() ? new Unquoting(rest) : rest);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A stated length that does not fit is left for the checks to see. */
    private boolean isHidden(MboxHeader.Range range) {
        return !range.length() || extent.byLength();
    }

    private byte[] kept(FileChannel channel, int length) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(length);
        while (all.hasRemaining()) {
            if (channel.read(all, extent.header() + all.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream(length);
        int at = 0;
        for (MboxHeader.Range range : header.hidden()) {
            if (isHidden(range)) {
                kept.write(all.array(), at, range.from() - at);
                at = range.to();
            }
        }
        kept.write(all.array(), at, length - at);
        return kept.toByteArray();
    }

    /** Takes the first {@code >} from each line of some and {@code From }. */
    private static final class Unquoting extends InputStream {
        private static final byte[] WORD = {'F', 'r', 'o', 'm', ' '};

        private final InputStream in;
        private final byte[] buffer = new byte[BUFFER];
        private int from;
        private int to;
        private boolean lineStart = true;
        /** How many {@code >} are still to be given before the next octet of the buffer. */
        private long held;

        Unquoting(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (held > 0) {
                held--;
                return '>';
            }
            if (lineStart && peek(0) == '>') {
                long run = 0;
                while (peek(0) == '>') {
                    from++;
                    run++;
                }
                lineStart = false;
                held = isWord() ? run - 1 : run;
                return read();
            }
            int octet = peek(0);
            if (octet >= 0) {
                from++;
                lineStart = octet == '\n';
            }
            return octet;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = 0;
            while (n < length) {
                int octet = read();
                if (octet < 0) {
                    break;
                }
                target[offset + n++] = (byte) octet;
            }
            return n == 0 && length > 0 ? -1 : n;
        }

        private boolean isWord() throws IOException {
            for (int i = 0; i < WORD.length; i++) {
                if (peek(i) != WORD[i]) {
                    return false;
                }
            }
            return true;
        }

        /** The octet {@code ahead} of the next one, not further than a word; -1 beyond the end. */
        private int peek(int ahead) throws IOException {
            while (from + ahead >= to) {
                if (from > 0) {
                    System.arraycopy(buffer, from, buffer, 0, to - from);
                    to -= from;
                    from = 0;
                }
                int n = in.read(buffer, to, buffer.length - to);
                if (n < 0) {
                    return -1;
                }
                to += n;
            }
            return buffer[from + ahead] & 0xff;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

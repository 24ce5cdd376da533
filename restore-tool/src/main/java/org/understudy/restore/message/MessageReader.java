package org.understudy.restore.message;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MimeSummary;
import org.understudy.storage.mime.StructureReader;

/**
 * Reads a message in one pass: digests, sizes, header block, MIME facts.
 *
 * <p>As long as only CRLF ends lines, one digest serves both forms; at the first bare LF it is copied, and from there on
 * the canonical form is made and hashed beside it. The header block is everything up to and including the first empty
 * line, or the whole message where there is none (RFC 5322 section 2.1).
 */
public final class MessageReader {
    /** Octets of the header block in which fields are looked for; later ones are counted and not read. */
    static final int HEADER_KEPT = 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;
    private static final long LINE_FEEDS = '\n' * ONES;

    private final Content content;
    private final @Nullable LineSink sink;
    private final MessageDigest raw = Digest.sha256();
    private final HeaderBlock.Collector headerLines = new HeaderBlock.Collector(HEADER_KEPT);
    private final StructureReader structure = new StructureReader();
    private byte[] buffer = new byte[0];

    /** Offset in the message of the buffer's index 0. */
    private long base;

    private boolean inHeader = true;
    private boolean midLine;
    private long headerSize;
    private long bareLineEnds;
    private long bodyLineEnds;
    private @Nullable HeaderBlock header;
    private @Nullable CanonicalForm converted;

    private MessageReader(Content content, @Nullable LineSink sink) {
        this.content = content;
        this.sink = sink;
    }

    /** @throws IOException if the content cannot be read to its end, never because of what it holds */
    public static MessageReading read(Content content) throws IOException {
        return new MessageReader(content, null).read();
    }

    /** The same, giving each line to {@code sink} on the way. */
    public static MessageReading read(Content content, LineSink sink) throws IOException {
        return new MessageReader(content, sink).read();
    }

    private MessageReading read() throws IOException {
        ByteBuffer bytes = content.inMemory();
        long size = bytes == null ? readStream() : readArray(bytes);
        HeaderBlock block = header == null ? endHeader(size, false) : header;
        if (sink != null) {
            sink.end(size);
        }
        return reading(block, size);
    }

    /** Returns the number of octets. */
    private long readArray(ByteBuffer bytes) {
        buffer = bytes.array();
        int first = bytes.arrayOffset() + bytes.position();
        int end = first + bytes.remaining();
        base = -(long) first;
        int open = first;
        for (int at = first; at < end; at = Math.min(end, at + BUFFER)) {
            open = lines(first, open, at, Math.min(end, at + BUFFER));
            while (Math.min(end, at + BUFFER) - open >= BUFFER) {
                open = piece(open, open + BUFFER);
            }
        }
        finish(open, end);
        return (long) end - first;
    }

    private long readStream() throws IOException {
        buffer = new byte[Math.clamp(content.size() + 1, 1024, BUFFER)];
        int end = 0;
        try (InputStream in = content.open()) {
            for (int read = in.read(buffer, 0, buffer.length);
                    read >= 0;
                    read = in.read(buffer, end, buffer.length - end)) {
                int rest = lines(0, 0, end, end + read);
                if (rest == 0 && end + read == buffer.length) {
                    rest = piece(0, buffer.length);
                }
                int kept = end + read - rest;
                System.arraycopy(buffer, rest, buffer, 0, kept);
                base += rest;
                end = kept;
            }
        }
        finish(0, end);
        return base + end;
    }

    /** The last line, if it lacks its end. */
    private void finish(int from, int to) {
        if (to > from) {
            if (converted != null) {
                converted.add(buffer, from, to, false);
            }
            line(from, to, 0);
        }
    }

    /** Part of a line that is longer than can be held; a CR at its end may belong to a line end and waits. */
    private int piece(int from, int to) {
        int end = buffer[to - 1] == '\r' ? to - 1 : to;
        if (converted != null) {
            converted.add(buffer, from, end, false);
        }
        line(from, end, 0);
        return end;
    }

    private MessageReading reading(HeaderBlock block, long size) {
        Digest rawDigest = Digest.of(raw.digest());
        MimeSummary mime = MimeFacts.read(block, bodyLineEnds);
        HeaderBlock.Field date = block.first("Date");
        return new MessageReading(
                size,
                rawDigest,
                converted == null ? content : converted.content(content, size + bareLineEnds),
                converted == null ? rawDigest : converted.digest(),
                (int) Math.min(Integer.MAX_VALUE, headerSize),
                date == null ? null : MailDate.read(block.value(date, 1000)),
                mime,
                structure.end(size + bareLineEnds));
    }

    /**
     * Takes the lines of {@code buffer[open, to)}, of which the octets before {@code fresh} are hashed and hold no LF.
     *
     * @param first where in the buffer the octets begin that are there
     * @return where the line begins that is still open
     */
    private int lines(int first, int open, int fresh, int to) {
        int hashed = fresh;
        int start = open;
        for (int i = lineFeed(fresh, to); i < to; i = lineFeed(i + 1, to)) {
            while (i - start >= BUFFER) {
                start = piece(start, start + BUFFER);
            }
            boolean crlf = i > start && buffer[i - 1] == '\r';
            int lineEnd = crlf ? i - 1 : i;
            if (converted != null) {
                converted.add(buffer, start, lineEnd, true);
            } else if (!crlf) {
                raw.update(buffer, hashed, i - hashed);
                hashed = i;
                converted = new CanonicalForm(copy(raw), buffer, first, i, base + first == 0, content.size());
                converted.add(buffer, i, i, true);
            }
            bareLineEnds += crlf ? 0 : 1;
            line(start, lineEnd, crlf ? 2 : 1);
            start = i + 1;
        }
        raw.update(buffer, hashed, to - hashed);
        return start;
    }

    /** Index of the first LF in {@code buffer[from, to)}, or {@code to}; looks at eight octets at a time. */
    private int lineFeed(int from, int to) {
        byte[] octets = buffer;
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long difference = (long) WORDS.get(octets, i) ^ LINE_FEEDS;
            long zero = (difference - ONES) & ~difference & TOPS;
            if (zero != 0) {
                return i + (Long.numberOfTrailingZeros(zero) >>> 3);
            }
        }
        while (i < to && octets[i] != '\n') {
            i++;
        }
        return i;
    }

    private void line(int from, int to, int ending) {
        long offset = base + from;
        boolean empty = from == to && !midLine;
        midLine = ending == 0;
        // bareLineEnds counts the end of this line already, which is behind its octets.
        structure.line(buffer, from, to, ending == 0 ? 0 : 2, offset + bareLineEnds - (ending == 1 ? 1 : 0));
        if (!inHeader) {
            bodyLineEnds += ending == 0 ? 0 : 1;
            if (sink != null) {
                sink.bodyLine(buffer, from, to, ending, offset);
            }
            return;
        }
        headerSize += to - from + (ending == 0 ? 0 : 2);
        headerLines.add(buffer, from, to, ending);
        if (sink != null) {
            sink.headerLine(buffer, from, to, ending, offset);
        }
        if (empty && ending > 0) {
            header = endHeader(offset + ending, true);
        }
    }

    private HeaderBlock endHeader(long bodyOffset, boolean ended) {
        inHeader = false;
        HeaderBlock block = headerLines.finish(ended);
        if (sink != null) {
            sink.headerEnd(block, bodyOffset);
        }
        return block;
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be copied", e);
        }
    }
}

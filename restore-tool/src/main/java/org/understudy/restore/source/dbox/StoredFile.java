package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.source.ReadFailure;

/**
 * The messages of one file, as far as they can be found: {@code u.<uid>} of sdbox with one, {@code m.<number>} of mdbox
 * with many.
 *
 * <p>A file begins with a line {@code 2 M<size of message headers, hex> C<time, hex>}. A message is its header ({@code
 * 0x01 0x02 N}, blanks, 16 hexadecimal digits of size, LF), its octets, {@code LF 0x01 0x03 LF} and its
 * {@linkplain Metadata metadata} (dbox-file.h of Dovecot 2.3). Where one of these is not where it should be, the search
 * goes on for the next header.
 *
 * @param messages by offset
 * @param faults stretches that belong to no message, by offset
 */
record StoredFile(List<Stored> messages, List<Fault> faults) {
    /**
     * One message.
     *
     * @param offset of its header, from 0
     * @param body where its octets begin
     * @param size how many octets there are, up to its metadata
     * @param stated how many its header states, or -1 if that is damaged
     */
    record Stored(long offset, long body, long size, long stated, Metadata metadata) {}

    /** Octets from {@code from} up to {@code to} that are no message. */
    record Fault(long from, long to, String why) {}

    private static final int LEAST_HEADER = 30;
    private static final int MOST_HEADER = 4096;
    private static final int FIRST_LINE = 1024;
    private static final int MOST_METADATA = 1 << 16;
    private static final int COMMON_METADATA = 512;
    private static final int PIECE = 1 << 18;
    private static final int SECTOR = 4096;
    private static final byte[] TRAILER = {'\n', 1, 3, '\n'};

    static StoredFile read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return new Reading(channel, channel.size()).read();
        }
    }

    private static final class Reading {
        private final FileChannel channel;
        private final long size;
        private final List<Stored> messages = new ArrayList<>();
        private final List<Fault> faults = new ArrayList<>();
        private int headerSize = LEAST_HEADER;

        Reading(FileChannel channel, long size) {
            this.channel = channel;
            this.size = size;
        }

        StoredFile read() {
            long at = 0;
            try {
                at = firstLine();
            } catch (IOException e) {
                at = bad(0, e);
            }
            while (at < size) {
                try {
                    at = next(at);
                } catch (IOException e) {
                    at = bad(at, e);
                }
            }
            return new StoredFile(List.copyOf(messages), List.copyOf(faults));
        }

        private long firstLine() throws IOException {
            byte[] bytes = bytes(0, FIRST_LINE);
            int end = 0;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            String line = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
            if (end < bytes.length && line.startsWith("2 ")) {
                for (String word : line.split(" ")) {
                    long number = word.startsWith("M") ? Metadata.hex(word.substring(1)) : -1;
                    if (number >= LEAST_HEADER && number <= MOST_HEADER) {
                        headerSize = (int) number;
                    }
                }
                return end + 1L;
            }
            if (header(0) >= 0) {
                return 0;
            }
            long next = search(1);
            faults.add(new Fault(
                    0,
                    next,
                    line.matches("1 .*")
                            ? "the file is of dbox version 1, which Dovecot stopped writing in 2010"
                            : "the file does not begin as a dbox file does ('2 M...'); its head is lost or damaged"));
            return next;
        }

        /** Takes what lies at {@code at}; the place after it. */
        private long next(long at) throws IOException {
            long stated = header(at);
            if (stated < 0) {
                return noHeader(at);
            }
            long body = at + headerSize;
            if (stated <= size - body && isTrailer(body + stated)) {
                return add(at, body, stated, stated);
            }
            return sized(at, body, stated, search(body));
        }

        /** A message whose size is wrong, or that was cut: it ends at its metadata or where the next one begins. */
        private long sized(long at, long body, long stated, long next) throws IOException {
            long trailer = trailer(body, next);
            if (trailer >= 0) {
                return add(at, body, trailer - body, stated);
            }
            messages.add(new Stored(at, body, next - body, stated, Metadata.NONE));
            return next;
        }

        /** If only the header is damaged, the octets after it and the metadata are still a message. */
        private long noHeader(long at) throws IOException {
            long next = search(at + 1);
            long body = at + headerSize;
            long trailer = body < next ? trailer(body, next) : -1;
            if (trailer >= 0) {
                return add(at, body, trailer - body, -1);
            }
            faults.add(new Fault(
                    at,
                    next,
                    isZero(at, next)
                            ? "%,d octets of zeros where a message's header should be".formatted(next - at)
                            : "no message's header where one should be; %,d octets belong to no message"
                                    .formatted(next - at)));
            return next;
        }

        private long add(long at, long body, long length, long stated) throws IOException {
            long from = body + length + TRAILER.length;
            byte[] text = bytes(from, COMMON_METADATA);
            Metadata metadata = Metadata.parse(text);
            if (!metadata.complete() && text.length == COMMON_METADATA) {
                text = bytes(from, MOST_METADATA);
                metadata = Metadata.parse(text);
            }
            if (!metadata.complete()) {
                long next = search(from);
                messages.add(new Stored(at, body, length, stated, metadata));
                return next;
            }
            messages.add(new Stored(at, body, length, stated, metadata));
            return from + Metadata.length(text);
        }

        private long bad(long at, IOException e) {
            long after = (at / SECTOR + 1) * SECTOR;
            while (after < size) {
                try {
                    after = search(after);
                    break;
                } catch (IOException next) {
                    after += SECTOR;
                }
            }
            long to = Math.min(after, size);
            faults.add(new Fault(at, to, "cannot be read: " + ReadFailure.words(e)));
            return to;
        }

        /** The size that a message's header at this place states; -1 if there is none. */
        private long header(long at) throws IOException {
            return header(bytes(at, headerSize), 0);
        }

        private long header(byte[] bytes, int at) {
            if (bytes.length - at < headerSize
                    || bytes[at] != 1
                    || bytes[at + 1] != 2
                    || bytes[at + 2] != 'N'
                    || bytes[at + 3] != ' '
                    || bytes[at + 12] != ' '
                    || bytes[at + headerSize - 1] != '\n') {
                return -1;
            }
            String digits = new String(bytes, at + 13, 16, StandardCharsets.ISO_8859_1);
            return digits.matches("[0-9a-fA-F]{16}") ? Metadata.hex(digits) : -1;
        }

        private boolean isTrailer(long at) throws IOException {
            return java.util.Arrays.equals(bytes(at, TRAILER.length), TRAILER);
        }

        /** Place of the next message's header at {@code from} or after, or the file's size. */
        private long search(long from) throws IOException {
            for (long at = from; at < size; at += PIECE) {
                byte[] piece = bytes(at, PIECE + headerSize);
                for (int i = 0; i < Math.min(PIECE, piece.length); i++) {
                    if (piece[i] == 1 && header(piece, i) >= 0) {
                        return at + i;
                    }
                }
            }
            return size;
        }

        /** Place of the line feed that begins the first metadata between two places, or -1. */
        private long trailer(long from, long to) throws IOException {
            for (long at = from; at < to; at += PIECE) {
                byte[] piece = bytes(at, (int) Math.min(PIECE + TRAILER.length, to - at));
                for (int i = 0; i + TRAILER.length <= piece.length; i++) {
                    if (piece[i] == '\n' && piece[i + 1] == 1 && piece[i + 2] == 3 && piece[i + 3] == '\n') {
                        return at + i;
                    }
                }
            }
            return -1;
        }

        private boolean isZero(long from, long to) throws IOException {
            for (long at = from; at < to; at += PIECE) {
                for (byte b : bytes(at, (int) Math.min(PIECE, to - at))) {
                    if (b != 0) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** Octets from a place on; fewer than asked for at the end of the file only. */
        private byte[] bytes(long at, int count) throws IOException {
            ByteBuffer to = ByteBuffer.allocate((int) Math.max(0, Math.min(count, size - at)));
            while (to.hasRemaining()) {
                if (channel.read(to, at + to.position()) < 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
            return to.array();
        }
    }
}

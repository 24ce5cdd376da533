package org.understudy.restore.copies;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.storage.Content;

/**
 * In what two copies differ, both with CRLF line ends.
 *
 * @param offset of the first octet that differs, or at which the shorter one ends; both canonical
 * @param size canonical octets of the one
 * @param otherSize of the other
 * @param sameBody whether all after the header block is equal
 * @param header what of the header differs
 * @param oneDelivery whether both bear the lines of one delivery, so that they should be equal
 */
record Difference(long offset, long size, long otherSize, boolean sameBody, HeaderPart header, boolean oneDelivery) {
    /** What of two header blocks differs. */
    enum HeaderPart {
        NOTHING,
        /** Nothing but fields that a mail store keeps flags and sizes in. */
        STORE,
        /** Nothing but those and fields that mail systems add on the way. */
        TRANSIT,
        /** What the sender wrote, or what cannot be told from it. */
        CONTENT
    }

    /** Fields that mail systems add on the way (RFC 5321 section 4.4, RFC 8601); so is all that begins with {@code X-}. */
    private static final Set<String> TRANSIT = Set.of(
            "received",
            "received-spf",
            "return-path",
            "delivered-to",
            "delivery-date",
            "envelope-to",
            "authentication-results",
            "arc-authentication-results",
            "arc-message-signature",
            "arc-seal");

    /** Fields that mbox files, mail programs and converters keep flags and sizes in. */
    private static final Set<String> STORE = Set.of(
            "status",
            "x-status",
            "x-uid",
            "x-keywords",
            "x-imap",
            "x-imapbase",
            "x-mozilla-status",
            "x-mozilla-status2",
            "x-mozilla-keys",
            "x-evolution",
            "content-length",
            "lines");

    /** As the message stands, and the first octet in which the other differs. */
    String words() {
        String at = offset == Math.min(size, otherSize)
                ? String.format(
                        Locale.ROOT,
                        "agrees for %,d octets, where %s ends",
                        offset,
                        size < otherSize ? "this one" : "that one")
                : String.format(Locale.ROOT, "differs from octet %,d on", offset);
        String sizes = size == otherSize
                ? String.format(Locale.ROOT, "both have %,d", size)
                : String.format(Locale.ROOT, "this one has %,d, that one %,d", size, otherSize);
        return at + " (with CRLF line ends " + sizes + ")";
    }

    /** Whether the copies are the same message all the same, as it came on another way or lay in another kind of store. */
    boolean onlyInTransit() {
        return sameBody && (header == HeaderPart.TRANSIT ? !oneDelivery : header != HeaderPart.CONTENT);
    }

    /** Known to be of one delivery by something else than their header. */
    Difference ofOneDelivery() {
        return new Difference(offset, size, otherSize, sameBody, header, true);
    }

    /** Seen from the other copy. */
    Difference turned() {
        return new Difference(offset, otherSize, size, sameBody, header, oneDelivery);
    }

    /** Reads both. */
    static Difference between(Content one, Content other) throws IOException {
        Headers oneHeader = new Headers();
        Headers otherHeader = new Headers();
        MessageReading a = MessageReader.read(one, oneHeader);
        MessageReading b = MessageReader.read(other, otherHeader);
        long offset = firstDifference(a.canonical(), b.canonical(), 0, 0);
        boolean sameBody = a.canonical().size() - a.headerSize() == b.canonical().size() - b.headerSize()
                && firstDifference(a.canonical(), b.canonical(), a.headerSize(), b.headerSize()) < 0;
        return new Difference(
                offset < 0 ? a.canonical().size() : offset,
                a.canonical().size(),
                b.canonical().size(),
                sameBody,
                headerPart(oneHeader, otherHeader),
                oneDelivery(oneHeader, otherHeader));
    }

    /** Offset from the given places on of the first octet that differs, or -1. */
    private static long firstDifference(Content one, Content other, long skipOne, long skipOther) throws IOException {
        try (InputStream a = new BufferedInputStream(one.open(), 1 << 15);
                InputStream b = new BufferedInputStream(other.open(), 1 << 15)) {
            a.skipNBytes(skipOne);
            b.skipNBytes(skipOther);
            byte[] left = new byte[1 << 14];
            byte[] right = new byte[1 << 14];
            long offset = 0;
            while (true) {
                int n = a.readNBytes(left, 0, left.length);
                int m = b.readNBytes(right, 0, right.length);
                int at = Arrays.mismatch(left, 0, n, right, 0, m);
                if (at >= 0) {
                    return offset + at;
                }
                if (n < left.length) {
                    return -1;
                }
                offset += n;
            }
        }
    }

    private static HeaderPart headerPart(Headers one, Headers other) {
        if (one.stray() != other.stray() || !one.lines(HeaderPart.CONTENT).equals(other.lines(HeaderPart.CONTENT))) {
            return HeaderPart.CONTENT;
        }
        if (!one.lines(HeaderPart.TRANSIT).equals(other.lines(HeaderPart.TRANSIT))) {
            return HeaderPart.TRANSIT;
        }
        return one.lines(HeaderPart.STORE).equals(other.lines(HeaderPart.STORE)) ? HeaderPart.NOTHING : HeaderPart.STORE;
    }

    /** Deliveries of one message share the first hops at most; damage leaves most lines as they are. */
    private static boolean oneDelivery(Headers one, Headers other) {
        List<String> here = one.received();
        List<String> there = new ArrayList<>(other.received());
        int most = Math.max(here.size(), there.size());
        int shared = 0;
        for (String line : here) {
            shared += there.remove(line) ? 1 : 0;
        }
        return most == 0 || shared * 2 >= most;
    }

    /** The fields of a header block, each as one line. */
    private static final class Headers implements LineSink {
        private @Nullable HeaderBlock block;

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {}

        @Override
        public void headerEnd(HeaderBlock header, long bodyOffset) {
            block = header;
        }

        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {}

        @Override
        public void end(long size) {}

        List<String> lines(HeaderPart part) {
            return fields().stream()
                    .filter(field -> part(field.name()) == part)
                    .map(this::line)
                    .toList();
        }

        List<String> received() {
            return fields().stream()
                    .filter(field -> field.name().equalsIgnoreCase("Received"))
                    .map(this::line)
                    .toList();
        }

        int stray() {
            return block == null ? 0 : block.strayLines();
        }

        private List<HeaderBlock.Field> fields() {
            return block == null ? List.of() : block.fields();
        }

        private String line(HeaderBlock.Field field) {
            return block == null ? "" : field.name() + ':' + block.value(field);
        }

        private static HeaderPart part(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (STORE.contains(lower)) {
                return HeaderPart.STORE;
            }
            return lower.startsWith("x-") || TRANSIT.contains(lower) ? HeaderPart.TRANSIT : HeaderPart.CONTENT;
        }
    }
}

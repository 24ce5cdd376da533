package org.understudy.restore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MimeSummary.Property;
import org.understudy.storage.keyspace.StructureCodec;
import org.understudy.storage.mime.StructureReader;

class MessageReaderTest {
    @Test
    void canonicalBytesAreGivenBackAsTheSameObject() throws IOException {
        Content content = Content.of(bytes("Subject: a\r\n\r\nbody\rstill the same line\r\n"));
        MessageReading reading = MessageReader.read(content);
        assertThat(reading.canonical()).isSameAs(content);
        assertThat(reading.digest()).isEqualTo(reading.rawDigest());
        assertThat(reading.headerSize()).isEqualTo(14);
        assertThat(reading.mime().textLines()).isEqualTo(1);
    }

    @Test
    void randomBytesReadAsANaiveConversionSaysHoweverTheyArrive() throws Exception {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            int size = random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(3000);
            byte[] raw = randomLines(random, size);
            compare(raw, dribble(raw, random.nextInt(5000) + 1), "seed " + seed);
        }
    }

    @Test
    void bytesInMemoryReadAsThoseOfAStreamToTheLine() throws Exception {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] raw = seed % 2 == 0
                    ? randomLines(random, 200_000 + random.nextInt(200_000))
                    : longLines(random, random.nextInt(500_000));
            compare(raw, Content.of(raw), "seed " + seed);
            byte[] padded = new byte[raw.length + 9];
            System.arraycopy(raw, 0, padded, 0, raw.length);
            assertThat(lines(Content.of(padded, raw.length)))
                    .as("seed " + seed)
                    .isEqualTo(lines(dribble(raw, raw.length + 1)));
        }
    }

    @Test
    void theStructureIsThatOfTheCanonicalBytesHoweverLinesEnd() throws Exception {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] raw = multipart(random);
            MessageReading reading = MessageReader.read(
                    seed % 2 == 0 ? Content.of(raw) : dribble(raw, random.nextInt(raw.length + 200) + 1));
            byte[] canonical;
            try (InputStream in = reading.canonical().open()) {
                canonical = in.readAllBytes();
            }
            assertThat(StructureCodec.encode(reading.structure()))
                    .as("seed " + seed + ", " + raw.length + " octets")
                    .isEqualTo(StructureCodec.encode(StructureReader.read(canonical)));
        }
    }

    /** Nested parts, some with lines longer than the reader's buffer, each line ended by LF, CRLF or, at the end, nothing. */
    private static byte[] multipart(Random random) {
        int bare = random.nextInt(3);
        StringBuilder text = new StringBuilder("From: a@example.org\nDate: Tue, 1 Sep 2026 10:00:00 +0000\n"
                + "Content-Type: multipart/mixed; boundary=out\n\npreamble\n");
        for (int part = random.nextInt(5); part >= 0; part--) {
            text.append("--out\n");
            switch (random.nextInt(4)) {
                case 0 ->
                    text.append("Content-Type: multipart/alternative; boundary=in\n\n--in\n\nplain\n--in\n")
                            .append("Content-Type: text/html\n\n<p>\n--in--\n");
                case 1 -> text.append("Content-Type: message/rfc822\n\nSubject: within\n\nits body\n");
                case 2 ->
                    text.append("\n")
                            .append("x".repeat(random.nextInt(150_000)))
                            .append('\n');
                default ->
                    text.append("Content-Transfer-Encoding: base64\n\n").append("QUJD\n".repeat(random.nextInt(50)));
            }
        }
        if (random.nextBoolean()) {
            text.append("--out--\nepilogue");
        }
        StringBuilder raw = new StringBuilder();
        for (char one : text.toString().toCharArray()) {
            raw.append(one == '\n' && (bare == 0 || bare == 1 && random.nextBoolean()) ? "\r\n" : String.valueOf(one));
        }
        return bytes(raw.toString());
    }

    /** Lines about as long as the reader's buffer, ending in LF, CRLF, and CR that end none. */
    private static byte[] longLines(Random random, int size) {
        byte[] raw = new byte[size];
        java.util.Arrays.fill(raw, (byte) 'x');
        for (int at = 65_536 - 3 + random.nextInt(6); at < size; at += 65_536 - 3 + random.nextInt(6)) {
            raw[at] = (byte) (random.nextInt(3) == 0 ? 'x' : '\n');
            raw[at - 1] = (byte) (random.nextBoolean() ? '\r' : 'x');
        }
        return raw;
    }

    /** Every call of a sink, as text without the octets of long lines. */
    private static List<String> lines(Content content) throws IOException {
        List<String> calls = new ArrayList<>();
        MessageReader.read(content, new LineSink() {
            @Override
            public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
                calls.add("header " + offset + " " + ending + " " + hash(buffer, from, to));
            }

            @Override
            public void headerEnd(HeaderBlock header, long bodyOffset) {
                calls.add("body at " + bodyOffset);
            }

            @Override
            public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
                calls.add("body " + offset + " " + ending + " " + hash(buffer, from, to));
            }

            @Override
            public void end(long size) {
                calls.add("end " + size);
            }

            private String hash(byte[] buffer, int from, int to) {
                return (to - from) + "/" + java.util.Arrays.hashCode(java.util.Arrays.copyOfRange(buffer, from, to));
            }
        });
        return calls;
    }

    @Test
    void largeMessagesWithBareLineEndsAreConvertedAtEachReading() throws Exception {
        byte[] raw = randomLines(new Random(7), 9_000_000);
        MessageReading reading = compare(raw, Content.of(raw), "9 MB");
        assertThat(reading.canonical()).isInstanceOf(CanonicalContent.class);
        byte[] lateLf = new byte[200_000];
        java.util.Arrays.fill(lateLf, (byte) 'x');
        lateLf[150_000] = '\n';
        compare(lateLf, Content.of(lateLf), "one late LF");
    }

    @Test
    void mimeFieldsBecomeTheMailboxProperties() throws IOException {
        MessageReading reading = MessageReader.read(Content.of(bytes("Message-ID: junk <a.b@example.org> (x)\n"
                + "Date: Tue, 1 Jul 2003 10:52:37 +0200 (CEST)\n"
                + "Content-Type: Multipart/Mixed; boundary=\"a b\";\n\tcharset=utf-8\n"
                + "Content-ID: <id@example.org>\nContent-Description: what it is\n"
                + "Content-Location: http://example.org/\nContent-MD5: Q2hlY2s=\n"
                + "Content-Transfer-Encoding: 8BIT\nContent-Language: en, de\n"
                + "Content-Disposition: attachment; FileName=\"x.txt\"\n\nbody\n")));
        assertThat(reading.date()).isEqualTo(Instant.parse("2003-07-01T08:52:37Z"));
        assertThat(reading.mime().mediaType()).isEqualTo("multipart");
        assertThat(reading.mime().subType()).isEqualTo("mixed");
        assertThat(reading.mime().textLines()).isEqualTo(-1);
        assertThat(reading.mime().rfc822MessageId()).isEqualTo("<a.b@example.org>");
        String type = "http://james.apache.org/rfc2045/Content-Type";
        String disposition = "http://james.apache.org/rfc2183Content-Disposition";
        assertThat(reading.mime().properties())
                .contains(
                        new Property(type, "type", "multipart"),
                        new Property(type + "/params", "boundary", "a b"),
                        new Property(type + "/params", "charset", "utf-8"),
                        new Property("http://james.apache.org/rfc2045", "Content-Transfer-Encoding", "8bit"),
                        new Property("http://james.apache.org/rfc2045", "Content-Description", "what it is"),
                        new Property("http://james.apache.org/rfc2045", "Content-ID", "<id@example.org>"),
                        new Property("http://james.apache.org/rfc1864", "Content-MD5", "Q2hlY2s="),
                        new Property("http://james.apache.org/rfc1766", "Content-Language", "de"),
                        new Property(disposition, "disposition-type", "attachment"),
                        new Property(disposition + "/params", "filename", "x.txt"));
    }

    @Test
    void aMessageWithoutMimeFieldsIsPlainAsciiText() throws IOException {
        MessageReading reading = MessageReader.read(Content.of(bytes("Subject: a\n\none\ntwo")));
        assertThat(reading.mime().mediaType() + "/" + reading.mime().subType()).isEqualTo("text/plain");
        assertThat(reading.mime().textLines()).isEqualTo(1);
        assertThat(reading.mime().properties())
                .contains(new Property("http://james.apache.org/rfc2045/Content-Type/params", "charset", "us-ascii"));
        assertThat(reading.date()).isNull();
    }

    @Test
    void hostileMailIsReadInBoundedTime() {
        Assertions.assertTimeout(Duration.ofMinutes(2), () -> {
            for (byte[] hostile : List.of(
                    new byte[0],
                    bytes("\n"),
                    bytes("\r\n\r\n"),
                    bytes("no header at all"),
                    bytes("From: a"),
                    bytes(": no name\n\n"),
                    new byte[100_000],
                    bytes("X: " + "y".repeat(10_000_000) + "\n\nz\n"),
                    bytes("X: y\n".repeat(2_000_000) + "\nz\n"),
                    bytes("Content-Type: " + "text/plain; a=\"(".repeat(100_000) + "\n\nz\n"),
                    bytes("Date: " + "(".repeat(1_000_000) + "\n\n"),
                    bytes("Message-ID: " + "<".repeat(1_000_000) + "\n\n"))) {
                MessageReading reading = MessageReader.read(Content.of(hostile));
                assertThat(reading.rawSize()).isEqualTo(hostile.length);
                assertThat((long) reading.headerSize())
                        .isLessThanOrEqualTo(reading.canonical().size());
            }
        });
    }

    @Test
    void everyByteValueInEveryMimeFieldIsReadWithoutComplaint() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 20_000; round++) {
            byte[] value = new byte[random.nextInt(60)];
            random.nextBytes(value);
            for (int i = 0; i < value.length; i++) {
                value[i] = random.nextInt(3) == 0 ? (byte) "\";=()<>,/*'%\\ :".charAt(random.nextInt(15)) : value[i];
            }
            String field = List.of("Content-Type", "Content-Disposition", "Date", "Message-ID", "Content-Language")
                    .get(random.nextInt(5));
            byte[] name = bytes(field + ": text/plain; ");
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.write(name);
            message.write(value);
            message.write(bytes("\n\nbody\n"));
            assertThat(MessageReader.read(Content.of(message.toByteArray()))
                            .mime()
                            .mediaType())
                    .isNotNull();
        }
    }

    private static MessageReading compare(byte[] raw, Content content, String which) throws Exception {
        List<byte[]> lines = new ArrayList<>();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        LineSink sink = new LineSink() {
            @Override
            public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
                assertThat(offset).as(which).isEqualTo(seen.size());
                seen.write(buffer, from, to - from + ending);
            }

            @Override
            public void headerEnd(HeaderBlock header, long bodyOffset) {
                assertThat(bodyOffset).as(which).isEqualTo(seen.size());
                lines.add(new byte[0]);
            }

            @Override
            public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
                headerLine(buffer, from, to, ending, offset);
            }

            @Override
            public void end(long size) {
                assertThat(size).as(which).isEqualTo(seen.size());
            }
        };
        MessageReading reading = MessageReader.read(content, sink);
        byte[] canonical = naive(raw);
        assertThat(lines).as(which).hasSize(1);
        assertThat(seen.toByteArray()).as(which).isEqualTo(raw);
        assertThat(reading.rawSize()).as(which).isEqualTo(raw.length);
        assertThat(reading.rawDigest()).as(which).isEqualTo(sha(raw));
        assertThat(reading.digest()).as(which).isEqualTo(sha(canonical));
        assertThat(reading.canonical().size()).as(which).isEqualTo(canonical.length);
        try (InputStream in = reading.canonical().open()) {
            assertThat(in.readAllBytes()).as(which).isEqualTo(canonical);
        }
        int end = new String(canonical, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
        int header = canonical.length >= 2 && canonical[0] == '\r' && canonical[1] == '\n'
                ? 2
                : end < 0 ? canonical.length : end + 4;
        assertThat(reading.headerSize()).as(which).isEqualTo(header);
        return reading;
    }

    private static byte[] randomLines(Random random, int size) {
        byte[] raw = new byte[size];
        int style = random.nextInt(3);
        int rare = 2 + random.nextInt(random.nextInt(20) == 0 ? 200_000 : 100);
        for (int i = 0; i < size; i++) {
            if (random.nextInt(rare) == 0) {
                raw[i] = (byte) (style == 0 || random.nextInt(4) == 0 ? '\n' : '\r');
                if (raw[i] == '\r' && random.nextInt(5) > 0 && i + 1 < size) {
                    raw[++i] = '\n';
                }
            } else {
                raw[i] = (byte) (' ' + random.nextInt(90));
            }
        }
        return raw;
    }

    private static byte[] naive(byte[] raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r')) {
                out.write('\r');
            }
            out.write(raw[i]);
        }
        return out.toByteArray();
    }

    /** Gives at most {@code portion} octets at a time. */
    private static Content dribble(byte[] raw, int portion) {
        return new Content() {
            @Override
            public long size() {
                return raw.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(raw) {
                    @Override
                    public synchronized int read(byte[] into, int from, int length) {
                        return super.read(into, from, Math.min(length, portion));
                    }
                };
            }
        };
    }

    private static Digest sha(byte[] bytes) throws Exception {
        return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

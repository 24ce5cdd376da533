package org.understudy.restore.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.source.exported.ExportedIndex;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MimeSummary;

/** The forms that bytes and names get, against the plainest way to make them. */
class FormsTest {
    @TempDir
    Path folder;

    /** Gives bytes in pieces of any size, so that what is looked for lies on every edge. */
    private static InputStream pieces(byte[] bytes, Random random) {
        return new InputStream() {
            private final InputStream in = new ByteArrayInputStream(bytes);

            @Override
            public int read() {
                throw new AssertionError("one octet at a time is slow");
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
                return in.read(to, from, Math.min(length, 1 + random.nextInt(7)));
            }
        };
    }

    private static String text(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int choice = random.nextInt(8);
            text.append(
                    switch (choice) {
                        case 0 -> "\nFrom ";
                        case 1 -> "\n>>From ";
                        case 2 -> "\nFro";
                        default -> String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
                    });
        }
        return text.toString();
    }

    @Test
    void quotingIsWhatARegularExpressionSays() throws IOException {
        long seed = 20260527;
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String message = text(random, "From >\r\nx", random.nextInt(60));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            FromQuoting form = FromQuoting.copy(pieces(message.getBytes(StandardCharsets.ISO_8859_1), random), out);
            String expected = message.replaceAll("(?m)(?<=\\A|\\n)(>*From )", ">$1");
            assertThat(out.toString(StandardCharsets.ISO_8859_1))
                    .as("seed %d, message %d: %s", seed, i, message)
                    .isEqualTo(expected);
            assertThat(form.octets()).isEqualTo(expected.length());
            assertThat(form.quoted()).isEqualTo(expected.length() - message.length());
            assertThat(form.ended()).isEqualTo(expected.isEmpty() || expected.endsWith("\n"));
        }
    }

    @Test
    void lineFeedsLoseTheCarriageReturnBeforeThemAndNothingElse() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            String message = text(random, "a\rb\n", random.nextInt(60)).replaceAll("(?<!\r)\n", "\r\n");
            try (LfStream in = new LfStream(pieces(message.getBytes(StandardCharsets.ISO_8859_1), random))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                        .isEqualTo(message.replace("\r\n", "\n"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"con", "NUL.txt", "a/b", "..", ".", "", " x ", "x.", "a\u0000b", "a:b", "x\u202Ey", "\ud800"})
    void aSafeNameIsSafe(String name) {
        String safe = TreeNames.safe(name);
        assertThat(safe)
                .matches("[^<>:\"/\\\\|?*\\p{Cntrl}\u202E]+")
                .doesNotStartWith(".")
                .doesNotEndWith(".");
        assertThat(safe).isEqualTo(safe.strip());
        assertThat(safe.split("\\.")[0].toLowerCase(java.util.Locale.ROOT)).isNotIn("con", "nul");
    }

    /** More entries than an archive without Zip64 can list. */
    @Test
    void anArchiveOfMoreThanSixtyFiveThousandMessagesIsReadToItsEnd() throws Exception {
        int count = 66_000;
        Path file = folder.resolve("many.zip");
        byte[] bytes = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        MessageDigest sha256 = Digest.sha256();
        Digest digest = Digest.of(sha256.digest(bytes));
        OriginMailbox mailbox = new OriginMailbox(new MailboxId(1), "ada", "INBOX", 1, count + 1, false, count);
        StoredBody body = new StoredBody(Content.of(bytes), digest, true, 2, false);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
                EmlWriter writer = new EmlWriter(zip, "INBOX/", mailbox, folder.resolve("list"))) {
            for (int uid = 1; uid <= count; uid++) {
                writer.add(
                        new MessageFacts(
                                new MailboxId(1),
                                uid,
                                new MessageId(uid),
                                new MessageId(uid),
                                new BodyId(uid),
                                bytes.length,
                                bytes.length,
                                Instant.parse("2024-02-29T00:00:00Z"),
                                null,
                                digest,
                                new MimeSummary("text", "plain", 0, "", List.of(), List.of())),
                        Flags.NONE,
                        body);
            }
            writer.finish();
        }
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            long entries = 0;
            for (var each = zip.getEntries(); each.hasMoreElements(); each.nextElement()) {
                entries++;
            }
            assertThat(entries).isEqualTo(count + 1L);
            Path unpacked = Files.createDirectory(folder.resolve("INBOX"));
            Files.copy(
                    zip.getInputStream(zip.getEntry("INBOX/" + ExportedIndex.FILE)),
                    unpacked.resolve(ExportedIndex.FILE));
            ExportedIndex index = ExportedIndex.read(unpacked).orElseThrow();
            assertThat(index.entries()).hasSize(count);
            assertThat(index.entry("066000 2024-02-29 x.eml")).isNotNull();
        }
    }
}

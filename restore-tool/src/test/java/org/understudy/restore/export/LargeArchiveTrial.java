package org.understudy.restore.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipOutputStream;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MimeSummary;

/**
 * Writes an export's archive of more than 4 GiB, which only Zip64 can address, and reads it back octet for octet: {@code
 * LargeArchiveTrial [DIR]}. Needs 10 GB of disk there, and ends with PASSED or with what is different.
 */
final class LargeArchiveTrial {
    private static final int MESSAGES = 90;
    private static final int SIZE = 48 << 20;

    private LargeArchiveTrial() {}

    public static void main(String[] args) throws Exception {
        Path parent = args.length == 0 ? Path.of(System.getProperty("java.io.tmpdir")) : Path.of(args[0]);
        Path folder = Files.createTempDirectory(parent, "understudy-large-");
        try {
            writeAndRead(folder);
        } finally {
            Durable.deleteTree(folder);
        }
    }

    private static void writeAndRead(Path folder) throws IOException {
        byte[] message = new byte[SIZE];
        new Random(1).nextBytes(message);
        Path file = folder.resolve("ada.zip");
        Map<Long, Digest> written = new HashMap<>();
        OriginMailbox mailbox = new OriginMailbox(new MailboxId(1), "ada", "INBOX", 1, MESSAGES + 1, false, MESSAGES);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
                ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
                EmlWriter writer = new EmlWriter(zip, "INBOX/", mailbox, folder.resolve("list"))) {
            for (int uid = 1; uid <= MESSAGES; uid++) {
                byte[] head = "Subject: %06d\r\n\r\n".formatted(uid).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(head, 0, message, 0, head.length);
                Digest digest = Digest.of(Digest.sha256().digest(message));
                written.put((long) uid, digest);
                writer.add(
                        new MessageFacts(
                                new MailboxId(1),
                                uid,
                                new MessageId(uid),
                                new MessageId(uid),
                                new BodyId(uid),
                                SIZE,
                                head.length,
                                Instant.parse("2024-02-29T00:00:00Z"),
                                null,
                                digest,
                                new MimeSummary("text", "plain", 0, "", List.of(), List.of())),
                        Flags.NONE,
                        new StoredBody(Content.of(message), digest, true, 2, true));
            }
            writer.finish();
        }
        assertThat(Files.size(file)).isGreaterThan(1L << 32);
        Map<Long, Digest> read = new HashMap<>();
        List<String> others = new ArrayList<>();
        try (BackupSource source = Sources.open(file, new SourceOptions(Map.of(), Set.of(), folder))) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message one) {
                    read.put(one.uid(), digest(one));
                } else if (item instanceof SourceItem.Unreadable) {
                    others.add(item.toString());
                }
            });
        }
        assertThat(others).isEmpty();
        assertThat(read).isEqualTo(written);
        System.out.printf("PASSED: %,d messages in %,d octets%n", read.size(), Files.size(file));
    }

    private static Digest digest(SourceItem.Message message) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = message.content().open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256.digest());
    }
}

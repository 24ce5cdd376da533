package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MimeSummary;

/** Makes messages and closes stores the way every store test should: fsck first. */
final class StoreKit {
    static final Author ALICE = new Author.Session("alice", "s1");
    static final MimeSummary PLAIN = new MimeSummary("text", "plain", 1, "", List.of(), List.of());

    private StoreKit() {}

    static MailStore open(Path folder) {
        return MailStore.open(folder, MailStore.Options.defaults());
    }

    static NewMessage message(String text, Flags flags) {
        return message(text.getBytes(StandardCharsets.UTF_8), flags);
    }

    static NewMessage message(byte[] bytes, Flags flags) {
        Digest digest = digest(bytes);
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                bytes.length,
                Math.min(bytes.length, 4),
                digest,
                PLAIN,
                Instant.ofEpochMilli(1_700_000_000_000L),
                null,
                flags);
    }

    static Digest digest(byte[] bytes) {
        try {
            return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static void closeSound(MailStore store) {
        Fsck.Report report = store.fsck(Fsck.Depth.BODIES);
        store.close();
        assertThat(report.findings()).as("fsck").isEmpty();
    }
}

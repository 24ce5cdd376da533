package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;

/** Ids of POP3, and the row of those that a user has kept. */
final class UniqueIdsTest {
    private static final Author AUTHOR = new Author.Housekeeping("test");

    @Test
    void comeOfTheContent() {
        Digest digest = Digest.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        assertThat(UniqueIds.of(digest, 1)).hasSize(32).matches("[A-Za-z0-9_-]+");
        assertThat(UniqueIds.of(digest, 3)).isEqualTo(UniqueIds.of(digest, 1) + ".3");
    }

    @Test
    void areKeptInOneRowAsItIsSpecified(@TempDir Path folder) {
        try (MailStore store = MailStore.open(folder, new MailStore.Options(16L << 20, Clock.systemUTC()))) {
            UniqueIds ids = new UniqueIds(store.settings());
            ids.keep("anna", Map.of("bbb", "00000002", "aaa", "00000001"), AUTHOR);
            ids.keep("anna", Map.of("ccc", "00000002", "aaa", "%~!"), AUTHOR);
            assertThat(new String(store.settings().get("pop3-ids", "anna").orElseThrow(), StandardCharsets.US_ASCII))
                    .isEqualTo("aaa %~!\nbbb 00000002\n");
            assertThat(ids.kept("anna")).isEqualTo(Map.of("aaa", "%~!", "bbb", "00000002"));
            assertThat(ids.kept("ben")).isEmpty();
            assertThatThrownBy(() -> ids.keep("ben", Map.of("aaa", "two words"), AUTHOR))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(ids.kept("ben")).isEmpty();
        }
    }
}

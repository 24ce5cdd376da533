package org.understudy.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTailTest {
    private static final int RECORDS = 5_000;

    @TempDir
    Path data;

    @BeforeEach
    void write() throws Exception {
        Path folder = Files.createDirectories(AuditFiles.folder(data));
        String before = AuditLine.NOTHING_BEFORE;
        StringBuilder text = new StringBuilder();
        for (int n = 1; n <= RECORDS; n++) {
            AuditLine.Written line = AuditLine.of(
                    n,
                    Instant.EPOCH.plusSeconds(n),
                    new AuditEvent(
                            AuditEvent.Kind.ADMIN,
                            new Actor("user:" + (n % 100 == 7 ? "erin" : "olga"), "127.0.0.1"),
                            "restore.status",
                            Map.of("id", "x".repeat(n % 300)),
                            AuditEvent.Outcome.DONE),
                    before);
            before = line.hash();
            text.append(line.text()).append('\n');
            if (n == 2_000) {
                Files.writeString(AuditFiles.file(folder, 1), text);
                text.setLength(0);
            }
        }
        Files.writeString(AuditFiles.file(folder, 2_001), text);
    }

    private List<Long> numbers(AuditTail.Tail tail) {
        return tail.records().stream().map(AuditRecord::number).toList();
    }

    @Test
    void pagesFromTheEndHaveEveryRecordOnce() {
        List<Long> all = new ArrayList<>();
        long before = 0;
        do {
            AuditTail.Tail tail = AuditTail.read(data, record -> true, before, 300, 1_000);
            assertThat(tail.unreadable()).isZero();
            all.addAll(numbers(tail));
            before = tail.last();
        } while (before > 1);
        assertThat(all).hasSize(RECORDS).doesNotHaveDuplicates();
        assertThat(all.getFirst()).isEqualTo(RECORDS);
        assertThat(all.getLast()).isEqualTo(1);
    }

    @Test
    void aPageFarBackLooksAtFewOthers() {
        AuditTail.Tail tail = AuditTail.read(data, record -> true, 2_500, 10, 1_000);
        assertThat(numbers(tail)).startsWith(2_499L).endsWith(2_490L);
        assertThat(tail.looked()).isLessThan(1_000);
    }

    @Test
    void afterItsEffortItSaysWhereItStopped() {
        AuditTail.Tail tail = AuditTail.read(data, record -> record.actor().equals("user:nobody"), 0, 10, 500);
        assertThat(tail.records()).isEmpty();
        assertThat(tail.last()).isEqualTo(RECORDS - 499);
        assertThat(numbers(AuditTail.read(data, record -> record.actor().equals("user:erin"), 0, 3, 5_000)))
                .containsExactly(4_907L, 4_807L, 4_707L);
    }

    @Test
    void halfARecordAtTheEndIsPassedOverAndAChangedOneCounted() throws Exception {
        Path last = AuditFiles.file(AuditFiles.folder(data), 2_001);
        Files.writeString(last, "{\"v\":1,\"n\":9\n{\"v\":1,", StandardOpenOption.APPEND);
        AuditTail.Tail tail = AuditTail.read(data, record -> true, 0, 2, 100);
        assertThat(numbers(tail)).containsExactly((long) RECORDS, RECORDS - 1L);
        assertThat(tail.unreadable()).isEqualTo(1);
    }
}

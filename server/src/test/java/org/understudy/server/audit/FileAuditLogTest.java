package org.understudy.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.audit.AuditOperations.Verified;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;

class FileAuditLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-05-27T02:00:00.123456Z"), ZoneOffset.UTC);

    @TempDir
    private Path data;

    private MailStore store;

    @BeforeEach
    void open() {
        store = MailStore.open(data.resolve("store"), MailStore.Options.defaults());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private FileAuditLog log() {
        return FileAuditLog.open(data, store, CLOCK, false);
    }

    private static AuditEvent event(String action) {
        return new AuditEvent(
                AuditEvent.Kind.OPERATION,
                new Actor("user:erin", "192.0.2.1"),
                action,
                Map.of("user", "anna"),
                AuditEvent.Outcome.DONE);
    }

    private void write(int records) throws IOException {
        try (FileAuditLog log = log()) {
            for (int i = 1; i <= records; i++) {
                log.record(event("test." + i));
            }
        }
    }

    private Verified verified() {
        return verified(1);
    }

    private Verified verified(long first) {
        return AuditVerification.of(AuditFiles.folder(data), first, AuditHead.in(store));
    }

    private Path only() {
        List<Path> files = AuditFiles.in(AuditFiles.folder(data));
        assertThat(files).hasSize(1);
        return files.getFirst();
    }

    private void edit(UnaryOperator<List<String>> change) throws IOException {
        Path file = only();
        Files.write(file, change.apply(new ArrayList<>(Files.readAllLines(file))));
    }

    private void assertBroken(long record, String what) {
        Verified verified = verified();
        assertThat(verified.sound()).isFalse();
        assertThat(verified.broken()).isNotNull();
        assertThat(verified.broken().record()).as(verified.broken().what()).isEqualTo(record);
        assertThat(verified.broken().what()).contains(what);
    }

    @Test
    void formOfARecordIsTheDocumentedOne() throws IOException {
        write(1);
        String open = "{\"v\":1,\"n\":1,\"at\":\"2026-05-27T02:00:00.123Z\",\"kind\":\"operation\","
                + "\"actor\":\"user:erin\",\"from\":\"192.0.2.1\",\"action\":\"test.1\",\"details\":{\"user\":\"anna\"},"
                + "\"outcome\":\"done\",\"words\":\"\",\"before\":\"" + "0".repeat(64) + "\"";
        String hash = "c68f87781a656425c0acd853f014963403b00fadcf345834b0460e081f00ed64";
        assertThat(Files.readString(only())).isEqualTo(open + ",\"hash\":\"" + hash + "\"}\n");
        assertThat(AuditLine.sha256(open.getBytes(StandardCharsets.UTF_8))).isEqualTo(hash);
        assertThat(only().getFileName()).hasToString("audit-000000000001.jsonl");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(only())))
                .isEqualTo("rw-------");
    }

    @Test
    void chainGoesOnOverRestarts() throws IOException {
        write(3);
        write(2);
        Verified verified = verified();
        assertThat(verified.broken()).isNull();
        assertThat(verified.sound()).isTrue();
        assertThat(verified.records()).isEqualTo(5);
        assertThat(verified.known()).isEqualTo(5);
        assertThat(AuditHead.in(store)).contains(new AuditHead(5, verified.head()));
    }

    @Test
    void rotationKeepsTheChain() throws IOException {
        try (FileAuditLog log = FileAuditLog.open(data, store, CLOCK, false, 1_000)) {
            for (int i = 1; i <= 20; i++) {
                log.record(event("test." + i));
            }
        }
        List<Path> files = AuditFiles.in(AuditFiles.folder(data));
        assertThat(files).hasSizeGreaterThan(3);
        assertThat(verified().sound()).isTrue();
        assertThat(verified().records()).isEqualTo(20);

        long second = Long.parseLong(files.get(1).getFileName().toString().substring(6, 18));
        Files.delete(files.getFirst());
        assertBroken(1, "missing: record " + second);
        assertThat(verified(second).sound()).isTrue();
        Files.delete(files.get(2));
        assertThat(verified(second).broken().what()).contains("missing");
    }

    @Test
    void editedRecordIsNamed() throws IOException {
        write(5);
        edit(lines -> {
            lines.set(2, lines.get(2).replace("erin", "bert"));
            return lines;
        });
        assertBroken(3, "was changed");
    }

    @Test
    void editedRecordWithAHashOfItsOwnIsNamed() throws IOException {
        write(5);
        edit(lines -> {
            AuditRecord old = AuditLine.parse(lines.get(2).getBytes(StandardCharsets.UTF_8))
                    .orElseThrow();
            lines.set(2, AuditLine.of(3, old.at(), event("other"), old.before()).text());
            return lines;
        });
        assertBroken(3, "changed: record 4 follows another one");
    }

    @Test
    void lastRecordForgedWithItsHashIsNamed() throws IOException {
        write(5);
        edit(lines -> {
            AuditRecord old = AuditLine.parse(lines.get(4).getBytes(StandardCharsets.UTF_8))
                    .orElseThrow();
            lines.set(4, AuditLine.of(5, old.at(), event("other"), old.before()).text());
            return lines;
        });
        assertBroken(5, "not the record that the store knows");
    }

    @Test
    void deletedRecordIsNamed() throws IOException {
        write(5);
        edit(lines -> {
            lines.remove(1);
            return lines;
        });
        assertBroken(2, "missing: record 3");
    }

    @Test
    void reorderedRecordsAreNamed() throws IOException {
        write(5);
        edit(lines -> {
            lines.add(1, lines.remove(3));
            return lines;
        });
        assertBroken(2, "missing: record 4");
    }

    @Test
    void repeatedRecordIsNamed() throws IOException {
        write(5);
        edit(lines -> {
            lines.add(3, lines.get(2));
            return lines;
        });
        assertBroken(4, "record 3 stands here");
    }

    @Test
    void cutEndIsNamedAndStaysNamed() throws IOException {
        write(5);
        edit(lines -> lines.subList(0, 3));
        assertBroken(4, "missing, and all after it: the store knows of 5");
        try (FileAuditLog log = log()) {
            assertThat(log.status().problem()).contains("ends with record 3");
            log.record(event("after"));
            assertThat(log.status().problem()).contains("ends with record 3");
        }
        Verified verified = AuditVerification.of(AuditFiles.folder(data), 1, AuditHead.in(store));
        assertThat(verified.broken().record()).isEqualTo(4);
        assertThat(verified.broken().what()).contains("missing: record 6 stands in its place");
        assertThat(verified.last()).isEqualTo(7);
    }

    @Test
    void deletedLogIsNamed() throws IOException {
        write(5);
        Files.delete(only());
        assertBroken(1, "missing, and all after it");
        write(1);
        assertBroken(1, "missing: record 6");
    }

    @Test
    void halfARecordOfACrashIsTakenOffAndTold() throws IOException {
        write(2);
        Files.writeString(only(), "{\"v\":1,\"n\":3,\"at", StandardOpenOption.APPEND);
        assertThat(verified().sound()).isTrue();
        assertThat(verified().torn()).isTrue();
        write(1);
        Verified verified = verified();
        assertThat(verified.sound()).isTrue();
        assertThat(verified.torn()).isFalse();
        assertThat(verified.records()).isEqualTo(4);
        assertThat(Files.readAllLines(only()).get(2)).contains("\"action\":\"log.torn\"", "\"octets\":\"16\"");
    }

    @Test
    void recordThatTheStoreDoesNotKnowYetIsNoBreak() throws IOException {
        write(2);
        AuditHead two = AuditHead.in(store).orElseThrow();
        write(1);
        assertThat(AuditVerification.of(AuditFiles.folder(data), 1, Optional.of(two))
                        .sound())
                .isTrue();
        two.keepIn(store);
        write(1);
        assertThat(verified().sound()).isTrue();
        assertThat(verified().last()).isEqualTo(4);
    }

    @Test
    void whatCannotBeNotedIsCountedOrRefused() throws IOException {
        Files.writeString(AuditFiles.folder(data), "a file where the folder should be");
        try (FileAuditLog log = log()) {
            log.record(event("lost"));
            assertThat(log.status().failures()).isEqualTo(2);
            assertThat(log.status().problem()).contains("cannot be written");
            Files.delete(AuditFiles.folder(data));
            log.record(event("kept"));
            assertThat(log.status().problem()).isEmpty();
        }
        assertThat(verified().records()).isEqualTo(1);
        Files.delete(only());
        Files.delete(AuditFiles.folder(data));
        Files.writeString(AuditFiles.folder(data), "again");
        assertThatThrownBy(() -> FileAuditLog.open(data, store, CLOCK, true))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("the configuration demands it");
    }

    @Test
    void longValuesAreCut() throws IOException {
        try (FileAuditLog log = log()) {
            log.record(new AuditEvent(
                    AuditEvent.Kind.OPERATION,
                    Actor.SYSTEM,
                    "long",
                    new TreeMap<>(Map.of("list", "x".repeat(5_000_000))),
                    AuditEvent.Outcome.DONE,
                    "y".repeat(10_000)));
        }
        assertThat(Files.size(only())).isLessThan(10_000);
        assertThat(verified().sound()).isTrue();
    }
}

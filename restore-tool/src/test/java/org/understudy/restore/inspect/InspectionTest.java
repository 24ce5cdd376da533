package org.understudy.restore.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.validate.Validator;
import org.understudy.restore.validate.Verdict;

final class InspectionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void binsAddUpByUserMailboxAndMonth() throws Exception {
        layOut(100);
        InspectionSummary summary = run(new ArrayList<>());
        Counts counts = summary.counts();
        assertThat(summary.complete()).isTrue();
        assertThat(counts.messages()).isEqualTo(202);
        assertThat(counts.unreadable()).isEqualTo(1);
        assertThat(summary.ignored()).isEqualTo(1);
        assertThat(summary.items()).isEqualTo(204);
        assertThat(summary.users().values().stream()
                        .mapToLong(c -> c.messages() + c.unreadable())
                        .sum())
                .isEqualTo(203);
        assertThat(summary.mailboxes().stream().map(m -> m.user() + " " + m.mailbox()))
                .containsExactly("ana INBOX", "ana Sent", "ben INBOX");
        assertThat(summary.months().values().stream()
                        .mapToLong(Counts::messages)
                        .sum())
                .isEqualTo(counts.messages());
        assertThat(summary.months()).containsKeys("2026-01", "2026-02");
        assertThat(summary.sound()).isFalse();
    }

    @Test
    void resultsKeepTheOrderOfTheSourceWhateverTheNumberOfWorkers() throws Exception {
        layOut(150);
        List<Inspected> many = new ArrayList<>();
        List<Inspected> one = new ArrayList<>();
        try (BackupSource source = Sources.open(folder)) {
            InspectionSummary parallel =
                    new Inspection(Validator.standard(), 7).run(source, many::add, Progress.SILENT);
            InspectionSummary serial = new Inspection(Validator.standard(), 1).run(source, one::add, Progress.SILENT);
            assertThat(parallel).isEqualTo(serial);
        }
        assertThat(many).isEqualTo(one);
        for (int i = 0; i < many.size(); i++) {
            assertThat(many.get(i).ref().ordinal()).isEqualTo(i);
        }
    }

    @Test
    void digestIsOfTheFormWithCrlfAndRawDigestOfTheFile() throws Exception {
        String text = MaildirBuilder.text(1, Instant.parse("2026-01-06T00:00:00Z"));
        MaildirBuilder.at(folder.resolve("ana/Maildir")).message("cur/1700000001.a.b:2,S", text);
        List<Inspected> items = new ArrayList<>();
        run(items);
        Inspected.Message message = (Inspected.Message) items.get(0);
        assertThat(message.rawDigest()).hasToString(sha256(text));
        assertThat(message.digest()).hasToString(sha256(text.replace("\n", "\r\n")));
        assertThat(message.messageId()).isEqualTo("<note-1@example.org>");
        assertThat(message.verdict()).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void fileHoldsALineForEachItemAndTheTotalsLast() throws Exception {
        layOut(3);
        Path file = folder.resolveSibling(folder.getFileName() + ".jsonl");
        write(file, false);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(11);
        for (int i = 0; i < 10; i++) {
            JsonNode line = JSON.readTree(lines.get(i));
            assertThat(line.get("ordinal").asInt()).isEqualTo(i);
            assertThat(line.get("bin").asText()).isIn("message", "unreadable", "ignored");
            if (line.get("bin").asText().equals("message")) {
                assertThat(line.fieldNames())
                        .toIterable()
                        .contains(
                                "item",
                                "user",
                                "mailbox",
                                "messageId",
                                "internalDate",
                                "size",
                                "digest",
                                "rawDigest",
                                "verdict",
                                "findings");
            } else {
                assertThat(line.get("why").asText()).isNotBlank();
            }
        }
        JsonNode totals = JSON.readTree(lines.get(10)).get("totals");
        assertThat(totals.get("complete").asBoolean()).isTrue();
        JsonNode counts = totals.get("counts");
        long binned = totals.get("ignored").asLong();
        for (String bin : List.of("proven", "consistent", "suspect", "damaged", "unreadable")) {
            binned += counts.get(bin).asLong();
        }
        assertThat(binned).isEqualTo(totals.get("items").asLong()).isEqualTo(10);
        assertThat(partial(file)).doesNotExist();
        Files.delete(file);
    }

    @Test
    void onlyUnsoundLeavesOutTheRestButNotFromTheTotals() throws Exception {
        layOut(3);
        Path file = folder.resolveSibling(folder.getFileName() + ".jsonl");
        write(file, true);
        List<String> lines = Files.readAllLines(file);
        Files.delete(file);
        assertThat(lines).hasSize(3);
        assertThat(JSON.readTree(lines.get(0)).get("verdict").asText()).isIn("suspect", "damaged");
        assertThat(JSON.readTree(lines.get(0)).get("findings")).isNotEmpty();
        assertThat(JSON.readTree(lines.get(1)).get("bin").asText()).isEqualTo("unreadable");
        assertThat(JSON.readTree(lines.get(2)).at("/totals/items").asInt()).isEqualTo(10);
    }

    @Test
    void interruptionLeavesAPartialFileWithItsTotals() throws Exception {
        layOut(200);
        Path file = folder.resolveSibling(folder.getFileName() + ".jsonl");
        Files.writeString(file, "from before\n");
        InspectionSummary summary;
        try (BackupSource source = Sources.open(folder);
                InspectionFile lines = InspectionFile.create(file, false)) {
            summary = Inspection.standard()
                    .run(
                            source,
                            item -> {
                                lines.accept(item);
                                if (item.ref().ordinal() == 50) {
                                    Thread.currentThread().interrupt();
                                }
                            },
                            Progress.SILENT);
            assertThat(Thread.interrupted()).as("interrupt status").isTrue();
            assertThat(lines.finish(summary)).isEqualTo(partial(file));
        }
        assertThat(summary.complete()).isFalse();
        assertThat(summary.sound()).isFalse();
        assertThat(Files.readString(file)).isEqualTo("from before\n");
        List<String> lines = Files.readAllLines(partial(file));
        assertThat(lines)
                .hasSize((int) summary.items() + 1)
                .hasSizeGreaterThan(51)
                .hasSizeLessThan(404);
        JsonNode totals = JSON.readTree(lines.get(lines.size() - 1)).get("totals");
        assertThat(totals.get("complete").asBoolean()).isFalse();
        assertThat(totals.get("items").asLong()).isEqualTo(summary.items());
        Files.delete(file);
        Files.delete(partial(file));
    }

    @Test
    void aMessageThatVanishesBeforeItIsReadIsUnreadable() throws Exception {
        MaildirBuilder.at(folder.resolve("ana/Maildir"))
                .message("cur/1700000001.a.b:2,S")
                .message("cur/1700000002.a.b:2,S");
        BackupSource.Description description = new BackupSource.Description("maildir", "x", "y");
        try (BackupSource real = Sources.open(folder)) {
            BackupSource losing = new BackupSource() {
                @Override
                public Description describe() {
                    return description;
                }

                @Override
                public List<MailboxInfo> mailboxes() throws IOException {
                    return real.mailboxes();
                }

                @Override
                public void read(long from, Sink sink) throws IOException {
                    real.read(from, item -> {
                        Path file = folder.resolve(item.ref().path());
                        if (item.ref().ordinal() == 0) {
                            Files.delete(file);
                        }
                        sink.accept(item);
                    });
                }

                @Override
                public void close() {}
            };
            List<Inspected> items = new ArrayList<>();
            Inspection.standard().run(losing, items::add, Progress.SILENT);
            assertThat(items.get(0))
                    .isInstanceOfSatisfying(
                            Inspected.Unreadable.class, u -> assertThat(u.why()).contains("vanished"));
            assertThat(items.get(1)).isInstanceOf(Inspected.Message.class);
        }
    }

    @Test
    void aSinkThatFailsEndsTheInspection() throws Exception {
        layOut(200);
        assertThatThrownBy(() -> {
                    try (BackupSource source = Sources.open(folder)) {
                        Inspection.standard()
                                .run(
                                        source,
                                        item -> {
                                            throw new IOException("disk full");
                                        },
                                        Progress.SILENT);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    @Test
    void progressTellsItemsAndBytes() throws Exception {
        layOut(5);
        long[] last = new long[2];
        Progress progress = new Progress() {
            @Override
            public void begin(String phase, long total, String unit) {}

            @Override
            public void advance(long done, long bytes) {
                last[0] = done;
                last[1] = bytes;
            }

            @Override
            public void note(String text) {}
        };
        try (BackupSource source = Sources.open(folder)) {
            InspectionSummary summary = Inspection.standard().run(source, item -> {}, progress);
            assertThat(last).containsExactly(summary.items(), summary.bytes());
            assertThat(summary.bytes()).isPositive();
        }
    }

    /** {@code n} sound messages in each of two mailboxes, two more of ben's, of which one is cut; one empty; a README. */
    private void layOut(int n) throws IOException {
        MaildirBuilder ana = MaildirBuilder.at(folder.resolve("ana/Maildir")).folder(".Sent");
        for (int i = 0; i < n; i++) {
            ana.message("cur/%d.a.b:2,S".formatted(1_700_000_000 + i));
            ana.message(".Sent/cur/%d.a.b:2,S".formatted(1_700_000_000 + i));
        }
        String text = MaildirBuilder.text(9, Instant.parse("2026-02-06T00:00:00Z"));
        MaildirBuilder.at(folder.resolve("ben/Maildir"))
                .message("cur/1700000001.a.b,S=%d:2,S".formatted(text.length()), text)
                .message(
                        "cur/1700000002.a.b,S=%d:2,S".formatted(text.length()),
                        text.substring(0, text.length() - 40) + "\0".repeat(30))
                .file("cur/1700000003.a.b:2,S", "");
        Files.writeString(folder.resolve("README"), "a backup");
    }

    private InspectionSummary run(List<Inspected> to) throws IOException {
        try (BackupSource source = Sources.open(folder)) {
            return Inspection.standard().run(source, to::add, Progress.SILENT);
        }
    }

    private void write(Path file, boolean onlyUnsound) throws IOException {
        try (BackupSource source = Sources.open(folder);
                InspectionFile lines = InspectionFile.create(file, onlyUnsound)) {
            assertThat(lines.finish(Inspection.standard().run(source, lines, Progress.SILENT)))
                    .isEqualTo(file);
        }
    }

    private static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + ".partial");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void summaryRefusesBinsThatDoNotAddUp() {
        BackupSource.Description description = new BackupSource.Description("maildir", "x", "y");
        assertThatThrownBy(() -> new InspectionSummary(
                        description,
                        true,
                        3,
                        0,
                        new Counts(1, 0, 0, 0, 0),
                        1,
                        new java.util.TreeMap<>(Map.of()),
                        List.of(),
                        new java.util.TreeMap<>(Map.of()),
                        new java.util.TreeMap<>(Map.of())))
                .hasMessageContaining("do not add up");
    }
}

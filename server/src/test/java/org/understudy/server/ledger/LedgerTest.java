package org.understudy.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.OperatorException;

@Timeout(120)
final class LedgerTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private static Facts facts(String host, String user, String client) {
        return new Facts(
                "imaps",
                993,
                host,
                user,
                client,
                "13d1x1-00000000",
                "TLSv1.3",
                null,
                user.isEmpty() ? Outcome.NO_COMMAND : Outcome.LOGGED_IN);
    }

    private LedgerContent content() {
        return LedgerReader.own(folder).orElseThrow();
    }

    @Test
    void rowsOutliveTheProcess() throws Exception {
        try (Ledger ledger = Ledger.start(folder, 100, CLOCK)) {
            ledger.seen(facts("a.example", "anna", ""));
            ledger.seen(facts("a.example", "anna", ""));
            ledger.known(facts("a.example", "anna", ""), facts("a.example", "anna", "Mail 1"));
            ledger.seen(facts("b.example", "", ""));
            ledger.flush();
            assertThat(content().rows())
                    .extracting(row -> row.key().host() + "," + row.key().user() + ","
                            + row.key().client() + "," + row.count())
                    .containsExactlyInAnyOrder("a.example,anna,,1", "a.example,anna,Mail 1,1", "b.example,,,1");
            assertThat(ledger.counts().silent()).isEqualTo(1);
        }
        Path file = folder.resolve("ledger/rows.jsonl");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Ledger ledger = Ledger.start(folder, 100, Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC))) {
            ledger.seen(facts("a.example", "anna", "Mail 1"));
        }
        assertThat(content().since()).isEqualTo(NOW);
        assertThat(content().rows())
                .contains(new LedgerRow(
                        new LedgerKey(
                                "imaps",
                                993,
                                "a.example",
                                "anna",
                                "Mail 1",
                                "13d1x1-00000000",
                                "TLSv1.3",
                                "",
                                Fault.NONE,
                                Outcome.LOGGED_IN),
                        NOW,
                        NOW.plusSeconds(60),
                        2));
    }

    @Test
    void aTornOrDamagedLineCostsThatLineAlone() throws Exception {
        try (Ledger ledger = Ledger.start(folder, 100, CLOCK)) {
            for (int i = 0; i < 5; i++) {
                ledger.seen(facts("h" + i + ".example", "anna", ""));
            }
        }
        Path file = folder.resolve("ledger/rows.jsonl");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("h2.example", "h9.example") + "1234abcd {\"host\":\"to");
        assertThat(content().rows())
                .hasSize(4)
                .noneMatch(row -> row.key().host().equals("h9.example"));
        assertThat(content().damaged()).isEqualTo(1);
        Ledger.start(folder, 100, CLOCK).close();
        assertThat(content().rows()).hasSize(4);
        assertThat(content().damaged()).isZero();
        assertThat(Files.readString(file)).endsWith("}\n");
    }

    @Test
    void anotherVersionIsRefusedWithWords() throws Exception {
        Ledger.start(folder, 100, CLOCK).close();
        Path file = folder.resolve("ledger/rows.jsonl");
        Files.writeString(file, Files.readString(file).replace("\"version\":1", "\"version\":2"));
        assertThatThrownBy(() -> Ledger.start(folder, 100, CLOCK))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("version 2");
    }

    /** The bytes of version 1, for whoever changes them. */
    @Test
    void theFileIsAsTheDocumentSays() throws Exception {
        Path file = folder.resolve("ledger/rows.jsonl");
        try (Ledger ledger = Ledger.start(folder, 1, CLOCK)) {
            ledger.seen(facts("a.example", "anna", "Mail 1"));
            ledger.flush();
            ledger.seen(facts("b.example", "anna", "Mail 1"));
        }
        assertThat(Files.readString(file)).isEqualTo("""
                        {"format":"understudy-ledger","version":1,"since":"2026-05-27T02:00:00Z"}
                        ae442657 {"listener":"imaps","port":993,"host":"a.example","user":"anna","client":"Mail 1","family":"13d1x1-00000000","tls":"TLSv1.3","outcome":"logged-in","first":"2026-05-27T02:00:00Z","last":"2026-05-27T02:00:00Z","count":1}
                        176255b4 {"listener":"imaps","port":993,"host":"b.example","user":"anna","client":"Mail 1","family":"13d1x1-00000000","tls":"TLSv1.3","outcome":"logged-in","first":"2026-05-27T02:00:00Z","last":"2026-05-27T02:00:00Z","count":1}
                        e83e15c1 {"listener":"imaps","port":993,"host":"a.example","user":"anna","client":"Mail 1","family":"13d1x1-00000000","tls":"TLSv1.3","outcome":"logged-in","count":0}
                        ddae1b2e sums {"users":{"rows":1,"count":1,"last":"2026-05-27T02:00:00Z"},"strangers":{"rows":0,"count":0,"last":null},"dropped":0}
                        """);
    }

    @Test
    void strangersCannotPushOutUsers() throws Exception {
        try (Ledger ledger = Ledger.start(folder, 8, CLOCK)) {
            for (int i = 0; i < 8; i++) {
                ledger.seen(facts("a.example", "user" + i, ""));
            }
            for (int i = 0; i < 1_000; i++) {
                ledger.seen(facts("made-up-" + i + ".example", "", ""));
            }
            ledger.flush();
            assertThat(content().rows())
                    .hasSize(10)
                    .filteredOn(row -> row.key().known())
                    .hasSize(8);
            assertThat(content().sums().strangers().rows()).isEqualTo(998);
            assertThat(content().sums().users()).isEqualTo(Sums.Folded.NONE);
            ledger.seen(facts("a.example", "user0", ""));
            ledger.seen(facts("a.example", "user8", ""));
            ledger.flush();
            assertThat(content().rows())
                    .filteredOn(row -> row.key().known())
                    .extracting(row -> row.key().user())
                    .contains("user0", "user8")
                    .doesNotContain("user1");
            assertThat(content().sums().users()).isEqualTo(new Sums.Folded(1, 1, NOW));
        }
    }

    @Test
    void oneUserCannotFillTheLedger() throws Exception {
        try (Ledger ledger = Ledger.start(folder, 1_000, CLOCK)) {
            for (int i = 0; i < 500; i++) {
                ledger.seen(facts("h" + i + ".example", "mallory", "Mail " + i));
            }
        }
        assertThat(content().rows()).hasSize(65);
        assertThat(content().rows().stream().mapToLong(LedgerRow::count).sum()).isEqualTo(500);
    }

    /** Against a plain map, through many restarts and compactions of the file. */
    @Test
    void countsAgreeWithAModel() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Long> model = new HashMap<>();
        for (int round = 0; round < 6; round++) {
            try (Ledger ledger = Ledger.start(folder, 10_000, CLOCK)) {
                for (int i = 0; i < 3_000; i++) {
                    String host = "h" + random.nextInt(20) + ".example";
                    String user = "u" + random.nextInt(10);
                    Facts first = facts(host, user, "");
                    ledger.seen(first);
                    String client = random.nextBoolean() ? "Mail " + random.nextInt(2) : "";
                    if (!client.isEmpty()) {
                        ledger.known(first, facts(host, user, client));
                    }
                    model.merge(host + user + client, 1L, Long::sum);
                    if (random.nextInt(500) == 0) {
                        ledger.flush();
                    }
                }
            }
            Map<String, Long> found = new HashMap<>();
            content()
                    .rows()
                    .forEach(row -> found.put(
                            row.key().host() + row.key().user() + row.key().client(), row.count()));
            assertThat(found).as("seed %d, round %d", seed, round).isEqualTo(model);
        }
        assertThat(Files.readAllLines(folder.resolve("ledger/rows.jsonl")).size())
                .isLessThan(5_000);
    }

    /** A process that is killed with what it has flushed: nothing more is needed to read it. */
    @Test
    void killedServersKeepWhatWasWritten() throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Killed.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(child.inputReader().lines().anyMatch("flushed"::equals)).isTrue();
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(content().rows()).hasSize(1_000);
        try (Ledger ledger = Ledger.start(folder, 10_000, CLOCK)) {
            ledger.seen(facts("late.example", "anna", ""));
        }
        assertThat(content().rows()).hasSize(1_001);
    }

    /** The child of the test above. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) throws Exception {
            Ledger ledger = Ledger.start(Path.of(arguments[0]), 10_000, CLOCK);
            for (int i = 0; i < 1_000; i++) {
                ledger.seen(facts("h.example", "user" + i, ""));
            }
            ledger.flush();
            System.out.println("flushed");
            Thread.sleep(600_000);
        }
    }

    @Test
    void readersSeeWholeLinesWhileTheFileGrows() throws Exception {
        Ledger.start(folder, 100, CLOCK).close();
        Path file = folder.resolve("ledger/rows.jsonl");
        Files.writeString(file, "0badc0de {\"host\":\"half", StandardOpenOption.APPEND);
        assertThat(content()).isEqualTo(new LedgerContent(NOW, List.of(), Sums.NONE, 0));
    }
}

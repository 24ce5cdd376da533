package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many commands and literals at once: answered in order, none lost, none made up. */
final class PipeliningTest {
    private static final int ROUNDS = 1_000;
    private static final List<String> LURES = List.of(
            "a1 LOGOUT",
            "x DELETE INBOX",
            "y CREATE lured",
            "{5+}",
            "z APPEND lured {10}",
            "DONE",
            "* BYE",
            "q STORE 1:* +FLAGS (\\Deleted)",
            "r EXPUNGE",
            "Subject: x");

    private ImapTestServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = ImapTestServer.start(folder.resolve("spool"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void repliesKeepTheOrderOfTheirCommands() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            server.deliver("anna", "Subject: x\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int round = 0; round < 300; round++) {
                client.send("s SELECT INBOX\r\nf FETCH 1 (UID BODY.PEEK[])\r\nn NOOP\r\nq SEARCH ALL\r\n");
                List<String> select = client.until("s");
                assertThat(select).as("round %d", round).contains("* 1 EXISTS").noneMatch(l -> l.contains("FETCH"));
                assertThat(client.until("f"))
                        .as("round %d", round)
                        .satisfiesExactly(
                                line -> assertThat(line)
                                        .startsWith("* 1 FETCH ")
                                        .endsWith("body\r\n)"),
                                line -> assertThat(line).startsWith("f OK "));
                assertThat(client.line()).as("round %d", round).startsWith("n OK ");
                assertThat(client.until("q"))
                        .as("round %d", round)
                        .satisfiesExactly(
                                line -> assertThat(line).isEqualTo("* SEARCH 1"),
                                line -> assertThat(line).startsWith("q OK "));
            }
        }
    }

    @Test
    void hundredAppendsInOneSegmentAreAllStored() throws Exception {
        StringBuilder segment = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            String body = "Subject: " + i + "\r\n\r\na" + i + " LOGOUT\r\nx DELETE INBOX\r\n";
            segment.append("a%d APPEND INBOX {%d+}\r\n%s\r\n".formatted(i, body.length(), body));
        }
        try (ImapTestClient client = server.login("anna")) {
            client.send(segment.toString());
            for (int i = 0; i < 100; i++) {
                assertThat(client.line()).matches("a" + i + " OK \\[APPENDUID \\d+ " + (i + 1) + "] .*");
            }
            assertThat(client.ok("SELECT INBOX")).contains("* 100 EXISTS");
        }
    }

    @Test
    void synchronizingLiteralsWaitForTheirTurn() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("a SELECT INBOX\r\nb APPEND {5}\r\n");
            assertThat(client.until("a")).noneMatch(line -> line.startsWith("+"));
            assertThat(client.line()).startsWith("+ ");
            client.send("INBOX (\\Seen) {9}\r\n");
            assertThat(client.line()).startsWith("+ ");
            client.send("a: b\r\n\r\nc\r\nc NOOP\r\n");
            assertThat(client.until("b").getLast()).startsWith("b OK [APPENDUID ");
            assertThat(client.until("c").getLast()).startsWith("c OK ");
        }
    }

    @Test
    void repliesAreTheSameWhereverTheStreamIsSplit() throws Exception {
        String stream = "a SELECT {5+}\r\nINBOX\r\nb APPEND INBOX (\\Seen) {24+}\r\nx DELETE INBOX\r\na1 NOOP\r\n"
                + "\r\nc STORE 1:* +FLAGS.SILENT (\\Deleted)\r\nd EXPUNGE\r\ne IDLE\r\nDONE\r\nf NOOP\r\n";
        try (ImapTestClient client = server.login("anna")) {
            for (int at = 0; at < stream.length(); at++) {
                client.send(stream.substring(0, at));
                client.send(stream.substring(at));
                List<String> tagged = new ArrayList<>();
                for (String line : client.until("f")) {
                    if (!line.startsWith("*") && !line.startsWith("+")) {
                        tagged.add(line.substring(0, 4));
                    }
                }
                assertThat(tagged)
                        .as("split at %d", at)
                        .containsExactly("a OK", "b OK", "c OK", "d OK", "e OK", "f OK");
            }
        }
    }

    @Test
    void noBodyLineIsEverRunInRandomRounds() throws Exception {
        long seed = Long.getLong("understudy.seed", System.nanoTime());
        System.out.println("random rounds with -Dunderstudy.seed=" + seed);
        Random random = new Random(seed);
        int stored = 3;
        try (ImapTestClient client = server.login("anna")) {
            client.ok("SELECT INBOX");
            // FETCH 1:3 is rightly BAD while there are no such messages.
            for (int i = 0; i < stored; i++) {
                client.ok("APPEND INBOX {6+}\r\na: b\r\n");
            }
            for (int round = 0; round < ROUNDS; round++) {
                String where = "seed " + seed + ", round " + round;
                Script script = new Script(random, round);
                List<String> tagged = script.play(client, random);
                assertThat(tagged).as(where).isEqualTo(script.expected);
                stored += script.stored;
                if (round % 50 == 49) {
                    assertThat(String.join(" ", client.ok("STATUS INBOX (MESSAGES)")))
                            .as(where)
                            .contains("MESSAGES " + stored + ")");
                }
            }
            assertThat(client.ok("LIST \"\" *")).noneMatch(line -> line.contains("lured"));
            assertThat(client.ok("SEARCH DELETED").get(0)).isEqualTo("* SEARCH");
        }
    }

    /** A few commands with literals, cut into what may be sent before a continuation. */
    private static final class Script {
        private final List<String> sections = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();
        private StringBuilder section = new StringBuilder();
        private int stored;

        Script(Random random, int round) {
            int commands = 2 + random.nextInt(8);
            for (int i = 0; i < commands; i++) {
                String tag = "R" + round + "." + i;
                String status = "OK";
                switch (random.nextInt(9)) {
                    case 0 -> line(tag + " NOOP");
                    case 1 -> line(tag + " FETCH 1:3 (FLAGS UID)");
                    case 2 -> line(tag + " UID FETCH * BODY.PEEK[]");
                    case 3 -> {
                        section.append(tag).append(" SEARCH SUBJECT ");
                        literal(random, lures(random, 60));
                        line("");
                    }
                    case 4 -> {
                        section.append(tag).append(" NONSENSE ");
                        literal(random, lures(random, 200));
                        line("");
                        status = "BAD";
                    }
                    case 5 -> {
                        section.append(tag).append(" APPEND nowhere ");
                        literal(random, lures(random, 500));
                        line("");
                        status = "NO";
                    }
                    case 6 -> {
                        // The grammar wants the literal last; what follows makes the command bad, not the next one.
                        section.append(tag).append(" APPEND INBOX ");
                        literal(random, lures(random, 300));
                        line(" x LOGOUT");
                        status = "BAD";
                    }
                    default -> {
                        section.append(tag).append(" APPEND ");
                        if (random.nextBoolean()) {
                            literal(random, "INBOX");
                        } else {
                            section.append("INBOX");
                        }
                        section.append(random.nextBoolean() ? " (\\Seen) " : " ");
                        literal(random, "Subject: r\r\n\r\n" + lures(random, random.nextInt(10) == 0 ? 90_000 : 900));
                        line("");
                        stored++;
                    }
                }
                expected.add(tag + " " + status);
            }
            // Keeps the count of bad commands in a row low.
            line("R" + round + ".n NOOP");
            expected.add("R" + round + ".n OK");
            sections.add(section.toString());
        }

        private void line(String text) {
            section.append(text).append("\r\n");
        }

        private void literal(Random random, String body) {
            boolean wait = random.nextInt(4) == 0;
            section.append('{').append(body.length()).append(wait ? "}\r\n" : "+}\r\n");
            if (wait) {
                sections.add(section.toString());
                section = new StringBuilder();
            }
            section.append(body);
        }

        private static String lures(Random random, int about) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(about);
            while (text.length() < length) {
                text.append(LURES.get(random.nextInt(LURES.size()))).append(random.nextInt(8) == 0 ? "\n" : "\r\n");
            }
            return random.nextBoolean() ? text.toString() : text.toString().stripTrailing();
        }

        List<String> play(ImapTestClient client, Random random) throws Exception {
            List<String> tagged = new ArrayList<>();
            for (int i = 0; i < sections.size(); i++) {
                String text = sections.get(i);
                int at = 0;
                while (at < text.length()) {
                    int end = random.nextInt(3) == 0
                            ? Math.min(text.length(), at + 1 + random.nextInt(200))
                            : text.length();
                    client.send(text.substring(at, end));
                    at = end;
                }
                String until = i + 1 < sections.size() ? "+ " : expected.getLast();
                String line = "";
                while (!line.startsWith(until)) {
                    line = client.line();
                    if (!line.startsWith("* ") && !line.startsWith("+ ")) {
                        tagged.add(line.replaceAll("^(\\S+ \\S+).*", "$1").replaceAll("(?s)\r\n.*", ""));
                    }
                    assertThat(line).doesNotStartWith("* BYE");
                }
            }
            return tagged;
        }
    }
}

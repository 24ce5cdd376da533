package org.understudy.server.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.server.shadow.ServerWithShadows.ANNA;
import static org.understudy.server.shadow.ServerWithShadows.BRUNO;
import static org.understudy.server.shadow.ServerWithShadows.ERIN;
import static org.understudy.server.shadow.ServerWithShadows.message;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.imap.ImapTestClient;

/** What an engineer sees of a shadow, and that nothing there or in live mail changes by looking. */
@Timeout(120)
final class LookingAtShadowsTest {
    private static final String BREAKFAST = message("m1", "Breakfast", "Eggs at eight.\n");
    private static final String CUT = message("m2", "Cut", "Shorter than its file name says.\n");
    private static final String HOLED = message("m3", "Holed", "Before\n" + "\0".repeat(600) + "\nAfter\n");

    @TempDir
    Path folder;

    private ServerWithShadows server;
    private String id;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithShadows.start(folder);
        server.source(ANNA, "INBOX", "1716768000.M1P1.mx", BREAKFAST, 0);
        server.source(ANNA, "INBOX", "1716768060.M2P1.mx", CUT, 400);
        server.source(ANNA, "INBOX", "1716768120.M3P1.mx", HOLED, 0);
        server.source(ANNA, "Projects.Understudy", "1716768180.M4P1.mx", message("m4", "Plan", "Soon.\n"), 0);
        server.source(BRUNO, "Sent", "1716768240.M5P1.mx", message("m5", "Rent", "It is due.\n"), 0);
        id = server.validated();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String engineer(String whose) {
        return ERIN + "/" + id + "/" + whose;
    }

    @Test
    void anEngineerReadsEveryMessageByteForByteWithItsVerdict() throws Exception {
        try (ImapTestClient client = server.login(engineer(ANNA))) {
            assertThat(String.join("\n", client.ok("LIST \"\" *")))
                    .contains("\"INBOX\"", "\"Projects.Understudy\"")
                    .doesNotContain("Drafts");
            assertThat(client.ok("LSUB \"\" *"))
                    .hasSize(client.ok("LIST \"\" *").size());
            List<String> select = client.ok("SELECT INBOX");
            assertThat(select).contains("* 3 EXISTS", "* 0 RECENT");
            assertThat(select.getLast()).contains("OK [READ-ONLY]");
            assertThat(select).anyMatch(line -> line.startsWith("* OK [PERMANENTFLAGS ()]"));
            assertThat(client.ok("UID FETCH 1:* (FLAGS BODY[])"))
                    .filteredOn(line -> line.contains(" FETCH ("))
                    .satisfiesExactly(
                            one -> assertThat(one)
                                    .contains("UID 1", "$Consistent")
                                    .endsWith("\r\n" + BREAKFAST + ")"),
                            two -> assertThat(two).contains("UID 2", "$Suspect").endsWith("\r\n" + CUT + ")"),
                            three -> assertThat(three)
                                    .contains("UID 3", "$Damaged")
                                    .endsWith("\r\n" + HOLED + ")"));
            assertThat(client.ok("SEARCH KEYWORD $Damaged").getFirst()).isEqualTo("* SEARCH 3");
            assertThat(client.ok("SEARCH UNKEYWORD $Consistent TEXT shorter").getFirst())
                    .isEqualTo("* SEARCH 2");
            assertThat(client.ok("STATUS Projects.Understudy (MESSAGES UNSEEN)").getFirst())
                    .contains("MESSAGES 1", "UNSEEN 1");
            assertThat(client.ok("MYRIGHTS INBOX").getFirst()).endsWith(" \"lr\"");
        }
    }

    @Test
    void clientsThatKeepInStepAreToldOfTheShadow() throws Exception {
        try (ImapTestClient client = server.login(engineer(ANNA))) {
            List<String> select = client.ok("SELECT INBOX");
            assertThat(client.ok("ENABLE QRESYNC").subList(0, 2))
                    .containsExactly(
                            select.stream()
                                    .filter(line -> line.contains("[HIGHESTMODSEQ "))
                                    .findFirst()
                                    .orElseThrow(),
                            "* ENABLED QRESYNC");
            assertThat(client.ok("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)"))
                    .isNotEmpty();
        }
    }

    @Test
    void aUserWithoutInboxHasAnEmptyOne() throws Exception {
        try (ImapTestClient client = server.login(engineer(BRUNO))) {
            assertThat(client.ok("SELECT INBOX")).contains("* 0 EXISTS");
            assertThat(client.ok("SELECT Sent")).contains("* 1 EXISTS");
            assertThat(String.join("\n", client.ok("LIST \"\" *"))).doesNotContain("Understudy");
        }
    }

    @Test
    void everyWayOfLoggingInLeadsToTheSameShadow() throws Exception {
        String plain = java.util.Base64.getEncoder()
                .encodeToString(("\0" + engineer(ANNA) + "\0" + ServerWithShadows.PASSWORD)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("AUTHENTICATE PLAIN " + plain)).startsWith("OK [CAPABILITY IMAP4rev1 ");
            assertThat(client.ok("EXAMINE INBOX")).contains("* 3 EXISTS");
        }
        try (ImapTestClient client = server.connect()) {
            client.send("a AUTHENTICATE PLAIN\r\n");
            assertThat(client.line()).startsWith("+");
            client.send(plain + "\r\n");
            assertThat(client.line()).startsWith("a OK [CAPABILITY IMAP4rev1 ");
            assertThat(client.ok("EXAMINE INBOX")).contains("* 3 EXISTS");
        }
        try (ImapTestClient client = server.connect()) {
            client.ok("LOGIN \"" + engineer(ANNA).toUpperCase(java.util.Locale.ROOT) + "\" "
                    + ServerWithShadows.PASSWORD);
            assertThat(client.ok("EXAMINE INBOX")).contains("* 3 EXISTS");
        }
        try (ImapTestClient client = server.connect()) {
            client.send("a AUTHENTICATE PLAIN\r\n");
            assertThat(client.line()).startsWith("+");
            client.send(java.util.Base64.getEncoder()
                            .encodeToString(("\0" + ANNA + "\0" + ServerWithShadows.PASSWORD)
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    + "\r\n");
            assertThat(client.line()).startsWith("a OK [CAPABILITY IMAP4rev1 ");
            assertThat(client.ok("SELECT INBOX").getLast()).contains("[READ-WRITE]");
        }
    }

    @Test
    void nothingInAShadowCanBeChangedAndNoFileOfItIs() throws Exception {
        SortedMap<String, String> before = server.files(id);
        try (ImapTestClient client = server.login(engineer(ANNA))) {
            client.ok("SELECT INBOX");
            for (String command : List.of(
                    "STORE 1 +FLAGS (\\Seen)",
                    "UID STORE 1 FLAGS.SILENT (\\Deleted)",
                    "STORE 1:* (UNCHANGEDSINCE 99) +FLAGS ($Proven)",
                    "EXPUNGE",
                    "UID EXPUNGE 1",
                    "COPY 1 Projects.Understudy",
                    "UID MOVE 1 Projects.Understudy",
                    "REPLACE 1 INBOX {4+}\r\na: b",
                    "APPEND INBOX {4+}\r\na: b",
                    "APPEND Projects.Understudy (\\Seen) {4+}\r\na: b",
                    "CREATE New",
                    "DELETE Projects.Understudy",
                    "RENAME Projects.Understudy Old",
                    "RENAME INBOX Old",
                    "SUBSCRIBE INBOX",
                    "UNSUBSCRIBE INBOX",
                    "SETACL INBOX " + BRUNO + " lrs",
                    "DELETEACL INBOX " + BRUNO,
                    "SETQUOTA #private&" + ANNA + " (STORAGE 1)",
                    "SETMETADATA INBOX (/private/comment \"x\")")) {
                assertThat(client.status(command))
                        .as(command)
                        .isEqualTo("NO [NOPERM] This is the shadow of a restore, for reading only: nothing in it can be"
                                + " changed.");
            }
            client.ok("FETCH 1:* (BODY[] RFC822 RFC822.TEXT BODY[TEXT]<0.4>)");
            assertThat(String.join("\n", client.ok("FETCH 1:* FLAGS"))).doesNotContain("\\Seen");
            client.ok("CLOSE");
            assertThat(client.ok("SELECT INBOX")).contains("* 3 EXISTS");
            client.ok("UNSELECT");
            client.ok("LOGOUT");
        }
        assertThat(server.files(id)).isEqualTo(before);
    }

    @Test
    void liveMailIsNotConcerned() throws Exception {
        try (ImapTestClient live = server.login(ANNA)) {
            live.ok("SELECT INBOX");
            String quota = live.ok("GETQUOTAROOT INBOX").getFirst();
            live.send("idle IDLE\r\n");
            assertThat(live.line()).startsWith("+");
            try (ImapTestClient client = server.login(engineer(ANNA))) {
                client.ok("SELECT INBOX");
                client.ok("FETCH 1:* BODY[]");
                client.send("look IDLE\r\n");
                assertThat(client.line()).startsWith("+");
                try (ImapTestClient other = server.login(ANNA)) {
                    other.ok("APPEND INBOX {4+}\r\na: b");
                }
                assertThat(live.line()).isEqualTo("* 1 EXISTS");
                client.send("DONE\r\n");
                assertThat(client.until("look")).hasSize(1);
                assertThat(client.ok("NOOP")).hasSize(1);
            }
            live.send("DONE\r\n");
            live.until("idle");
            live.ok("STORE 1 +FLAGS (\\Deleted)");
            live.ok("EXPUNGE");
            assertThat(live.ok("SEARCH TEXT Eggs").getFirst()).isEqualTo("* SEARCH");
            assertThat(live.ok("GETQUOTAROOT INBOX").getFirst()).isEqualTo(quota);
            assertThat(server.workplace().live().usage("#private", ANNA).messages())
                    .isZero();
        }
    }

    @Test
    void manyLookAtOnceThroughOneView() throws Exception {
        int lookers = 20;
        CyclicBarrier together = new CyclicBarrier(lookers);
        try (ExecutorService threads = Executors.newFixedThreadPool(lookers)) {
            List<Future<ImapTestClient>> clients = new ArrayList<>();
            for (int i = 0; i < lookers; i++) {
                clients.add(threads.submit(() -> {
                    ImapTestClient client = server.connect();
                    together.await();
                    client.ok("LOGIN " + engineer(ANNA) + " " + ServerWithShadows.PASSWORD);
                    client.ok("SELECT INBOX");
                    assertThat(client.ok("FETCH 1 BODY[]").getFirst()).endsWith(BREAKFAST + ")");
                    return client;
                }));
            }
            for (Future<ImapTestClient> client : clients) {
                client.get().close();
            }
        }
        assertThat(server.views(id)).hasSize(1);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(server.log(id))
                        .containsOnlyOnce(ERIN + " (engineer) from 127.0.0.1 opened the shadow of " + ANNA)
                        .contains(ERIN + " (engineer) from 127.0.0.1 closed the shadow of " + ANNA + " after ")
                        .contains(" s and 20 connections"));
    }

    @Test
    void aMailboxKeepsItsUidValidityWhileItShowsTheSame() throws Exception {
        String before = uidValidity();
        server.run(
                org.understudy.restore.RestoreOperations.validate(),
                new org.understudy.restore.workflow.ValidateRestore.Request(id));
        assertThat(uidValidity()).isEqualTo(before);
    }

    private String uidValidity() throws Exception {
        try (ImapTestClient client = server.login(engineer(ANNA))) {
            return client.ok("SELECT INBOX").stream()
                    .filter(line -> line.contains("[UIDVALIDITY "))
                    .findFirst()
                    .orElseThrow();
        }
    }
}

package org.understudy.server.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.understudy.server.shadow.ServerWithShadows.ANNA;
import static org.understudy.server.shadow.ServerWithShadows.BRUNO;
import static org.understudy.server.shadow.ServerWithShadows.ERIN;
import static org.understudy.server.shadow.ServerWithShadows.MALLORY;
import static org.understudy.server.shadow.ServerWithShadows.PASSWORD;
import static org.understudy.server.shadow.ServerWithShadows.message;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.workflow.CloseShadow;
import org.understudy.restore.workflow.OpenShadow;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.server.imap.ImapTestClient;

/** Who may look at which shadow, what owners do not see, and what strangers learn: nothing. */
@Timeout(120)
final class ShadowAccessTest {
    private static final String WRONG = "NO LOGIN failed. Invalid login/password.";

    @TempDir
    Path folder;

    private ServerWithShadows server;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithShadows.start(folder);
        server.source(ANNA, "INBOX", "1716768000.M1P1.mx", message("m1", "Breakfast", "Eggs.\n"), 0);
        server.source(ANNA, "INBOX", "1716768060.M2P1.mx", message("m2", "Cut", "Short.\n"), 400);
        server.source(
                ANNA, "INBOX", "1716768120.M3P1.mx", message("m3", "Holed", "B\n" + "\0".repeat(600) + "\nA\n"), 0);
        server.source(ANNA, "INBOX", "1716768180.M4P1.mx", message("m4", "Bruno's", "Not for Anna.\n"), 0);
        server.source(BRUNO, "INBOX", "1716768240.M5P1.mx", message("m5", "Rent", "It is due.\n"), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void open(String id, Duration howLong) throws Exception {
        server.run(
                RestoreOperations.open(),
                new OpenShadow.Request(id, server.clock().instant().plus(howLong)));
    }

    /** Adds the finding that a message is another user's, as the check of that name would. */
    private void makeForeign(String id, long uid) {
        try (ShadowStore shadow = ShadowStore.openExisting(
                server.workplace().shadows(), id, server.workplace().clock())) {
            ShadowMailbox inbox = shadow.mailboxes().stream()
                    .filter(box -> box.source().user().equals(ANNA))
                    .findFirst()
                    .orElseThrow();
            shadow.evidence(inbox.id(), (one, evidence) -> {
                if (one == uid) {
                    Evidence foreign = evidence.with(
                            new Finding(
                                    "foreign-owner",
                                    Finding.Strength.DOUBT,
                                    new Finding.Place.Header("Delivered-To"),
                                    "names another user"),
                            evidence.verdict());
                    shadow.store()
                            .journal()
                            .write(List.of(shadow.evidenceRow(inbox.id(), uid, foreign)), shadow.author());
                }
            });
        }
    }

    @Test
    void strangersAreAnsweredAsIfThePasswordWereWrong() throws Exception {
        String id = server.validated();
        assertThat(server.knock(ANNA, "wrong")).isEqualTo(WRONG);
        for (String name : List.of(
                MALLORY + "/" + id + "/" + ANNA,
                MALLORY + "/" + id,
                ANNA + "/" + id,
                ANNA + "/" + id + "/" + BRUNO,
                MALLORY + "/r-20990101-0000/" + ANNA,
                MALLORY + "/nonsense",
                "//",
                MALLORY + "/" + id + "/" + ANNA + "/more",
                "nobody@example.org/" + id + "/" + ANNA)) {
            assertThat(server.knock(name, PASSWORD)).as(name).isEqualTo(WRONG);
        }
        assertThat(server.knock(ERIN + "/" + id + "/" + ANNA, "wrong")).isEqualTo(WRONG);
        assertThat(server.views(id)).isEmpty();
        assertThat(server.log(id))
                .contains(MALLORY + " from 127.0.0.1 was refused the shadow of " + ANNA + ": is no engineer")
                .contains(ANNA + " from 127.0.0.1 was refused the shadow of " + ANNA + ": the shadow is not open")
                .doesNotContain("opened");
    }

    @Test
    void liveUsersSpeakToTheSameCommandsAsWithoutShadows() throws Exception {
        try (ImapTestClient client = server.login(ANNA)) {
            long before = messages(client);
            client.send("a APPEND INBOX {3+}\r\na\r\n {3+}\r\nb\r\n\r\n");
            assertThat(client.line()).matches("a OK \\[APPENDUID \\d+ \\d+:\\d+] .*");
            assertThat(messages(client)).isEqualTo(before + 2);
        }
    }

    private static long messages(ImapTestClient client) throws Exception {
        String status = client.ok("STATUS INBOX (MESSAGES)").getFirst();
        return Long.parseLong(status.replaceAll(".*MESSAGES (\\d+).*", "$1"));
    }

    @Test
    void theThirdRefusalEndsTheConnection() throws Exception {
        String id = server.validated();
        try (ImapTestClient client = server.connect()) {
            String login = "LOGIN " + MALLORY + "/" + id + "/" + ANNA + " " + PASSWORD;
            assertThat(client.status(login)).isEqualTo(WRONG);
            assertThat(client.status("LOGIN " + MALLORY + " wrong")).isEqualTo(WRONG);
            client.send("c " + login + "\r\n");
            assertThat(client.untilClosed()).singleElement().asString().startsWith("* BYE ");
        }
    }

    @Test
    void anEngineerIsToldWhatIsNotThere() throws Exception {
        String id = server.validated();
        assertThat(server.knock(ERIN + "/r-20990101-0000/" + ANNA, PASSWORD))
                .startsWith("NO [NONEXISTENT] there is no restore r-20990101-0000");
        assertThat(server.knock(ERIN + "/" + id + "/" + MALLORY, PASSWORD))
                .isEqualTo("NO [NONEXISTENT] the shadow of restore " + id + " holds no mail of " + MALLORY + ".");
    }

    @Test
    void ownersWaitUntilTheirShadowIsValidatedAndOpen() throws Exception {
        String id = server.stage();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> open(id, Duration.ofDays(7)))
                .hasMessageContaining("restore " + id + " is staged")
                .hasMessageContaining("'restore open --owners' cannot run");
        server.run(RestoreOperations.validate(), new ValidateRestore.Request(id));
        assertThat(server.knock(ANNA + "/" + id, PASSWORD)).isEqualTo(WRONG);
        open(id, Duration.ofDays(7));
        server.login(ANNA + "/" + id).close();
        server.clock().move(Duration.ofDays(8));
        assertThat(server.knock(ANNA + "/" + id, PASSWORD)).isEqualTo(WRONG);
    }

    @Test
    void ownersSeeNeitherDamagedMessagesNorThoseOfOthers() throws Exception {
        String id = server.validated();
        makeForeign(id, 4);
        open(id, Duration.ofDays(7));
        try (ImapTestClient engineer = server.login(ERIN + "/" + id + "/" + ANNA);
                ImapTestClient owner = server.login(ANNA + "/" + id)) {
            assertThat(engineer.ok("SELECT INBOX")).contains("* 4 EXISTS");
            assertThat(engineer.ok("SEARCH KEYWORD $Foreign").getFirst()).isEqualTo("* SEARCH 4");
            assertThat(owner.ok("SELECT INBOX")).contains("* 2 EXISTS").anyMatch(line -> line.contains("[UIDNEXT 5]"));
            assertThat(owner.ok("UID SEARCH ALL").getFirst()).isEqualTo("* SEARCH 1 2");
            assertThat(owner.ok("STATUS INBOX (MESSAGES UNSEEN)").getFirst()).contains("MESSAGES 2", "UNSEEN 2");
            assertThat(owner.ok("UID FETCH 1:* (FLAGS)"))
                    .filteredOn(line -> line.contains(" FETCH ("))
                    .satisfiesExactly(
                            one -> assertThat(one).contains("$Consistent"),
                            two -> assertThat(two).contains("$Suspect"));
            assertThat(owner.ok("UID FETCH 3:4 BODY[]")).noneMatch(line -> line.contains(" FETCH ("));
            assertThat(String.join("\n", owner.ok("SEARCH TEXT \"Not for Anna\"")))
                    .contains("* SEARCH\n");
        }
    }

    @Test
    void closingAShadowToOwnersEndsTheirSessionsAndNoOthers() throws Exception {
        String id = server.validated();
        open(id, Duration.ofDays(7));
        try (ImapTestClient engineer = server.login(ERIN + "/" + id + "/" + ANNA);
                ImapTestClient owner = server.login(ANNA + "/" + id)) {
            owner.ok("SELECT INBOX");
            owner.send("i IDLE\r\n");
            assertThat(owner.line()).startsWith("+");
            server.run(RestoreOperations.close(), new CloseShadow.Request(id));
            assertThat(owner.untilClosed().getLast()).isEqualTo("* BYE The shadow of restore " + id + " is closed.");
            engineer.ok("SELECT INBOX");
            assertThat(server.knock(ANNA + "/" + id, PASSWORD)).isEqualTo(WRONG);
            engineer.ok("FETCH 1 BODY[]");
        }
        await().untilAsserted(() -> assertThat(server.log(id))
                .contains("open to its owners until ")
                .contains(ANNA + " (owner) from 127.0.0.1 opened the shadow of " + ANNA)
                .contains("closed to its owners")
                .contains(ANNA + " (owner) from 127.0.0.1 closed the shadow of " + ANNA + " after ")
                .contains(ERIN + " (engineer) from 127.0.0.1 opened the shadow of " + ANNA));
    }

    @Test
    void theConfigurationCanLetAllOwnersLook() throws Exception {
        server.close();
        var defaults = ServerWithShadows.settings();
        server = ServerWithShadows.start(
                folder,
                new org.understudy.server.config.Configuration.Shadows(
                        true, defaults.expire(), defaults.idle(), defaults.memory(), defaults.open()));
        String id = server.stage();
        assertThat(server.knock(ANNA + "/" + id, PASSWORD)).isEqualTo(WRONG);
        server.run(RestoreOperations.validate(), new ValidateRestore.Request(id));
        server.login(ANNA + "/" + id + "/" + ANNA).close();
        server.run(RestoreOperations.close(), new CloseShadow.Request(id));
        assertThat(server.knock(ANNA + "/" + id, PASSWORD)).isEqualTo(WRONG);
    }
}

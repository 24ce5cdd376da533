package org.understudy.server.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.understudy.server.shadow.ServerWithShadows.ANNA;
import static org.understudy.server.shadow.ServerWithShadows.BRUNO;
import static org.understudy.server.shadow.ServerWithShadows.ERIN;
import static org.understudy.server.shadow.ServerWithShadows.PASSWORD;
import static org.understudy.server.shadow.ServerWithShadows.message;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.restore.workflow.KeepShadow;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.ShadowExpiry;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.server.config.Configuration;
import org.understudy.server.imap.ImapTestClient;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Views and the steps of their restore; views that nobody looks at; shadows whose time is over. */
@Timeout(120)
final class ShadowLifeTest {
    private static final Duration TWO_WEEKS = Duration.ofDays(14);

    @TempDir
    Path folder;

    private ServerWithShadows server;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithShadows.start(folder);
        server.source(ANNA, "INBOX", "1716768000.M1P1.mx", message("m1", "Breakfast", "Eggs.\n"), 0);
        server.source(BRUNO, "INBOX", "1716768060.M2P1.mx", message("m2", "Rent", "It is due.\n"), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String engineer(String id) {
        return ERIN + "/" + id + "/" + ANNA;
    }

    private ShadowExpiry expiry() {
        return new ShadowExpiry(server.workplace().shadows(), server.workplace().restores(), TWO_WEEKS, server.clock());
    }

    private ShadowTerms terms(String id) {
        return ShadowTerms.read(server.workplace().shadows(), id);
    }

    @Test
    void everyStepWorksWhileSomebodyLooksAndEndsTheView() throws Exception {
        String id = server.stage();
        try (ImapTestClient staged = server.login(engineer(id))) {
            staged.ok("SELECT INBOX");
            staged.send("i IDLE\r\n");
            assertThat(staged.line()).startsWith("+");
            server.run(RestoreOperations.validate(), new ValidateRestore.Request(id));
            assertThat(staged.untilClosed().getLast())
                    .isEqualTo(
                            "* BYE A step of restore " + id + " has begun, or its shadow is gone; log in again later.");
        }
        try (ImapTestClient validated = server.login(engineer(id))) {
            server.approve(id);
            assertThat(validated.untilClosed()).singleElement().asString().startsWith("* BYE A step of restore ");
        }
        try (ImapTestClient approved = server.login(engineer(id))) {
            approved.ok("SELECT INBOX");
            assertThat(server.merge(id).receipt().proof().holds()).isTrue();
            assertThat(approved.untilClosed()).singleElement().asString().startsWith("* BYE A step of restore ");
        }
        try (ImapTestClient merged = server.login(engineer(id));
                ImapTestClient live = server.login(ANNA)) {
            assertThat(merged.ok("SELECT INBOX")).contains("* 1 EXISTS");
            assertThat(live.ok("SELECT INBOX")).contains("* 1 EXISTS");
            server.run(RestoreOperations.undo(), new UndoRestore.Request(id));
            assertThat(merged.ok("FETCH 1 BODY[]").getFirst()).contains("Eggs.");
            live.send("n NOOP\r\n");
            assertThat(live.untilClosed())
                    .as("the merge has made this INBOX, so it went with it")
                    .containsExactly("* BYE The selected mailbox has been deleted.");
        }
        await().untilAsserted(() -> assertThat(server.views(id)).hasSize(1));
    }

    @Test
    void whileAStepWritesTheShadowItCannotBeOpened() throws Exception {
        String id = server.validated();
        try (ShadowStore step = ShadowStore.openExisting(
                server.workplace().shadows(), id, server.workplace().clock())) {
            assertThat(step.mailboxes()).hasSize(2);
            assertThat(server.knock(engineer(id), PASSWORD))
                    .isEqualTo("NO [UNAVAILABLE] A step of restore " + id
                            + " is at work on its shadow, or was cut short; try again later.");
        }
        server.login(engineer(id)).close();
    }

    @Test
    void viewsThatNobodyLooksAtAreClosedAndTheirFilesDeleted() throws Exception {
        String id = server.validated();
        server.login(engineer(id)).close();
        assertThat(server.views(id)).hasSize(1);
        await().untilAsserted(() -> assertThat(server.log(id)).contains("closed the shadow of " + ANNA));
        server.clock().move(Duration.ofMinutes(11));
        await().untilAsserted(() -> assertThat(server.views(id)).isEmpty());
        server.login(engineer(id)).close();
    }

    @Test
    void noMoreShadowsAreOpenThanMayBe() throws Exception {
        server.close();
        Configuration.Shadows usual = ServerWithShadows.settings();
        server = ServerWithShadows.start(
                folder, new Configuration.Shadows(usual.owners(), usual.expire(), usual.idle(), usual.memory(), 1));
        String id = server.validated();
        try (ImapTestClient first = server.login(engineer(id))) {
            assertThat(server.knock(ERIN + "/" + id + "/" + BRUNO, PASSWORD))
                    .isEqualTo("NO [UNAVAILABLE] As many shadows are being looked at as may be (1); try again later.");
            first.ok("LOGOUT");
        }
        await().untilAsserted(() ->
                assertThat(server.log(id)).contains(ERIN + " (engineer) from 127.0.0.1 closed the shadow of "));
        server.login(ERIN + "/" + id + "/" + BRUNO).close();
    }

    @Test
    void aServerThatStopsLeavesNoViewBehind() throws Exception {
        String id = server.validated();
        ImapTestClient client = server.login(engineer(id));
        Path views = server.views(id).getFirst().getParent();
        Files.createDirectories(views.resolve("99/left-by-a-crash"));
        server.close();
        assertThat(client.untilClosed()).singleElement().asString().startsWith("* BYE ");
        assertThat(views.resolve("1")).doesNotExist();
        server = ServerWithShadows.start(folder);
        assertThat(views).doesNotExist();
    }

    @Test
    void theShadowOfAFinishedRestoreIsDeletedWhenItsTimeIsOverAndTheMergeCanStillBeUndone() throws Exception {
        String id = server.validated();
        server.approve(id);
        server.merge(id);
        assertThat(expiry().sweep()).isEmpty();
        assertThat(terms(id).deleteAt())
                .isBetween(
                        server.clock().instant().plus(TWO_WEEKS).minusSeconds(60),
                        server.clock().instant().plus(TWO_WEEKS));
        try (ImapTestClient client = server.login(engineer(id))) {
            server.clock().move(TWO_WEEKS);
            assertThat(expiry().sweep()).containsExactly(id);
            assertThat(client.untilClosed()).singleElement().asString().startsWith("* BYE A step of restore ");
        }
        Path shadow = server.workplace().shadows().resolve(id);
        assertThat(shadow.resolve("store")).doesNotExist();
        assertThat(shadow.resolve("segments")).doesNotExist();
        assertThat(server.log(id)).contains("shadow deleted, as was due at ");
        assertThat(server.knock(engineer(id), PASSWORD))
                .startsWith("NO [NONEXISTENT] the shadow of restore " + id + " was deleted at ");
        assertThat(expiry().sweep()).isEmpty();

        try (ImapTestClient live = server.login(ANNA)) {
            assertThat(live.ok("SELECT INBOX")).contains("* 1 EXISTS");
            assertThat(live.ok("FETCH 1 BODY.PEEK[]").getFirst()).contains("Eggs.");
        }
        var undone = server.run(RestoreOperations.undo(), new UndoRestore.Request(id));
        assertThat(undone.report().expunged()).isEqualTo(2);
        assertThatThrownBy(() -> server.run(RestoreOperations.preview(), PreviewRestore.Request.of(id)))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
                    assertThat(e).hasMessageContaining("was deleted at ");
                    assertThat(e.hint()).contains("stage the source again");
                });
    }

    @Test
    void aShadowIsKeptAsLongAsSomebodyHasAsked() throws Exception {
        String id = server.validated();
        server.approve(id);
        server.merge(id);
        server.run(
                RestoreOperations.keep(),
                new KeepShadow.Request(id, server.clock().instant().plus(Duration.ofDays(30))));
        server.clock().move(Duration.ofDays(29));
        assertThat(expiry().sweep()).isEmpty();
        server.clock().move(Duration.ofDays(2));
        assertThat(expiry().sweep()).containsExactly(id);
        assertThatThrownBy(() -> server.run(
                        RestoreOperations.keep(),
                        new KeepShadow.Request(id, server.clock().instant().plus(Duration.ofDays(30)))))
                .hasMessageContaining("was deleted at ");
    }

    @Test
    void anUnfinishedRestoreKeepsItsShadow() throws Exception {
        String id = server.validated();
        server.clock().move(Duration.ofDays(1000));
        assertThat(expiry().sweep()).isEmpty();
        assertThat(terms(id)).isEqualTo(ShadowTerms.NONE);
        server.login(engineer(id)).close();
    }

    @Test
    void anInterruptedDeletionIsCompleted() throws Exception {
        String id = server.validated();
        server.approve(id);
        server.merge(id);
        server.run(RestoreOperations.undo(), new UndoRestore.Request(id));
        server.clock().move(TWO_WEEKS.plusMinutes(1));
        Path shadow = server.workplace().shadows().resolve(id);
        terms(id).deleted(server.clock().instant()).write(server.workplace().shadows(), id);
        assertThat(expiry().sweep()).containsExactly(id);
        Files.createDirectories(shadow.resolve("store.deleting/db"));
        assertThat(expiry().sweep()).isEmpty();
        assertThat(shadow.resolve("store.deleting")).doesNotExist();
    }

    @Test
    void termsThatWereChangedByHandAreRefused() throws Exception {
        String id = server.validated();
        server.run(
                RestoreOperations.keep(),
                new KeepShadow.Request(id, server.clock().instant().plus(Duration.ofDays(30))));
        Path file = server.workplace().shadows().resolve(id).resolve("terms.json");
        String text = Files.readString(file);
        assertThat(text).startsWith("{\"version\":1,\"terms\":{\"keepUntil\":\"");
        Files.writeString(file, text.replaceFirst("keepUntil\":\"2", "keepUntil\":\"3"));
        assertThatThrownBy(() -> terms(id)).hasMessageContaining("does not agree with the digest in it");
        Files.writeString(file, text.replace("\"version\":1", "\"version\":2"));
        assertThatThrownBy(() -> terms(id)).hasMessageContaining("has version 2");
    }
}

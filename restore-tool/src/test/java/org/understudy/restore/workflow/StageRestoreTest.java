package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.Content;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

class StageRestoreTest {
    private static final SourceMailbox INBOX = new SourceMailbox("ada", "INBOX");
    private static final SourceMailbox SENT = new SourceMailbox("ada", "Sent");
    private static final Instant DATE = Instant.parse("2026-03-01T10:00:00.123456Z");

    @TempDir
    Path folder;

    private final List<SourceItem> items = new ArrayList<>();

    @Test
    void namesTheKeptMessageOfADouble() throws Exception {
        message(INBOX, 0, "same", "new/17.host");
        message(SENT, 0, "same", "sent/cur/17.host:2,S");
        message(INBOX, 0, "same", "cur/17.host:2,S");
        try (Rehearsal on = rehearsal()) {
            StageRestore.Result result = on.stage(StageRestore.Request.of("/backup"));
            assertThat(result.totals().replayed()).isEqualTo(2);
            assertThat(result.left()).singleElement().satisfies(left -> {
                assertThat(left.bin()).isEqualTo(ItemOutcome.Bin.DUPLICATE);
                assertThat(left.path()).isEqualTo("cur/17.host:2,S");
                assertThat(left.why()).contains("new/17.host");
            });
        }
    }

    @Test
    void keepsEqualMessagesOfDifferentNames() throws Exception {
        message(INBOX, 0, "same");
        message(INBOX, 0, "same");
        try (Rehearsal on = rehearsal()) {
            StageRestore.Result result = on.stage(StageRestore.Request.of("/backup"));
            assertThat(result.totals().replayed()).isEqualTo(2);
            assertThat(result.left()).isEmpty();
        }
    }

    @Test
    void goesOnAfterAMessageThatCannotBeRead() throws Exception {
        message(INBOX, 0, "one");
        items.add(new SourceItem.Message(
                new ItemRef(1, "item1"), INBOX, 0, DATE, Flags.NONE, new Failing(10), List.of()));
        message(INBOX, 0, "three");
        try (Rehearsal on = rehearsal()) {
            StageRestore.Result result = on.stage(StageRestore.Request.of("/backup"));
            assertThat(result.totals().text()).isEqualTo("3 items: 2 replayed, 0 duplicate, 1 unreadable, 0 ignored");
            assertThat(result.left().getFirst().why()).contains("bad sector");
            assertThat(on.validate(result.id()).totals().unreadable()).isEqualTo(1);
        }
    }

    @Test
    void keepsUidsThatGrow() throws Exception {
        message(INBOX, 7, "b");
        message(INBOX, 3, "a");
        message(INBOX, 0, "d");
        message(INBOX, 9, "c");
        try (Rehearsal on = rehearsal()) {
            String id = on.stage();
            Map<Long, String> paths = new TreeMap<>();
            try (ShadowStore shadow = ShadowStore.openExisting(on.workplace.shadows(), id, Rehearsal.CLOCK)) {
                shadow.mailboxes().stream()
                        .filter(mailbox -> mailbox.source().equals(INBOX))
                        .forEach(mailbox -> shadow.evidence(mailbox.id(), (uid, one) -> paths.put(uid, one.path())));
            }
            assertThat(paths).isEqualTo(Map.of(3L, "item1", 7L, "item0", 9L, "item3", 10L, "item2"));
        }
    }

    @Test
    void goesOnWhereABrokenSourceStopped() throws Exception {
        GeneratedSource whole = GeneratedSource.random(99, 2_500, false);
        String id;
        try (Rehearsal on = new Rehearsal(folder, whole.failingAt(2_000), Steps.UNWATCHED)) {
            assertThatThrownBy(on::stage)
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SOURCE))
                    .hasMessageContaining("pulled out");
            id = CrashChild.id(on);
            assertThat(on.state(id)).isEqualTo(RestoreState.STAGING);
            assertThatThrownBy(() -> on.validate(id)).hasMessageContaining("is staging");
        }
        try (Rehearsal on = new Rehearsal(folder, whole, Steps.UNWATCHED)) {
            StageRestore.Result result = on.stage(StageRestore.Request.resume(id));
            assertThat(result.totals().items()).isEqualTo(whole.items().size());
            assertThat(on.stage(StageRestore.Request.resume(id)).totals()).isEqualTo(result.totals());
        }
    }

    @Test
    void leavesNothingBehindWhenTheSourceIsNone() {
        try (Rehearsal on = new Rehearsal(folder, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
            assertThatThrownBy(() -> on.stage(StageRestore.Request.of("/no/such/backup")))
                    .isInstanceOf(OperatorException.class);
            assertThat(on.workplace.restores()).doesNotExist();
        }
    }

    private void message(SourceMailbox mailbox, long uid, String text) {
        message(mailbox, uid, text, "item" + items.size());
    }

    private void message(SourceMailbox mailbox, long uid, String text, String path) {
        byte[] bytes = ("Subject: " + text + "\n\n" + text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        items.add(new SourceItem.Message(
                new ItemRef(items.size(), path), mailbox, uid, DATE, Flags.NONE, Content.of(bytes), List.of()));
    }

    private Rehearsal rehearsal() {
        return new Rehearsal(folder, new GeneratedSource(items), Steps.UNWATCHED);
    }

    private record Failing(long size) implements Content {
        @Override
        public InputStream open() throws IOException {
            throw new IOException("bad sector");
        }
    }
}

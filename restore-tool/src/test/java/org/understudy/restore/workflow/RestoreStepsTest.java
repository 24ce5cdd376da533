package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;

/** Which step may follow which, and what a merge refuses. */
class RestoreStepsTest {
    private static final GeneratedSource SOURCE = GeneratedSource.random(5, 120, false);

    @TempDir
    Path folder;

    private Rehearsal on;
    private String id;

    @BeforeEach
    void stageAndValidate() throws Exception {
        on = new Rehearsal(folder, SOURCE, Steps.UNWATCHED);
        for (String user : GeneratedSource.USERS) {
            on.live.accounts().add(user, "$argon2id$none", Rehearsal.DELIVERY);
        }
        on.mailbox("ada", "INBOX");
        id = on.stage();
        on.validate(id);
    }

    @AfterEach
    void close() {
        on.close();
    }

    @Test
    void saysWhichStepIsNext() {
        assertThatThrownBy(() -> on.merge(id))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
                    assertThat(e.hint()).contains("restore preview");
                })
                .hasMessageContaining("is validated");
        assertThatThrownBy(() -> on.undo(id)).hasMessageContaining("it runs when the restore is merging or merged");
    }

    @Test
    void refusesAPlanThatNobodyApproved() throws Exception {
        PreviewRestore.Result first = on.preview(id, MergePolicy.defaults());
        assertThatThrownBy(() -> on.merge(id)).hasMessageContaining("is planned");
        assertThatThrownBy(() -> on.approve(id, "0".repeat(64), "ada")).hasMessageContaining(first.hash());
        on.approve(id, first.hash().substring(0, 12), "ada");
        assertThat(on.state(id)).isEqualTo(RestoreState.APPROVED);
        on.preview(id, MergePolicy.defaults());
        assertThatThrownBy(() -> on.merge(id)).as("planned anew").hasMessageContaining("is planned");
    }

    @Test
    void refusesAPlanFileThatWasChanged() throws Exception {
        PreviewRestore.Result preview = on.preview(id, MergePolicy.defaults());
        on.approve(id, preview.hash(), "ada");
        Path file = Path.of(preview.planFile());
        Files.writeString(file, Files.readString(file).replaceFirst("\"size\":", "\"size\": "));
        assertThatThrownBy(() -> on.merge(id))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("nothing was merged");
    }

    @Test
    void needsTwoPersonsWhereAsked() throws Exception {
        PreviewRestore.Result preview = new PreviewRestore(Steps.UNWATCHED)
                .run(new PreviewRestore.Request(id, MergePolicy.defaults(), 2, 0), on.workplace, Progress.SILENT);
        assertThat(on.approve(id, preview.hash(), "ada").missing()).isEqualTo(1);
        assertThatThrownBy(() -> on.merge(id)).hasMessageContaining("is planned");
        assertThatThrownBy(() -> on.approve(id, preview.hash(), "ada")).hasMessageContaining("already");
        assertThat(on.approve(id, preview.hash(), "bert").state()).isEqualTo(RestoreState.APPROVED);
    }

    @Test
    void passesOverWhatCameIntoLiveAfterThePlan() throws Exception {
        PreviewRestore.Result preview = on.preview(id, MergePolicy.defaults());
        on.approve(id, preview.hash(), "ada");
        SourceItem.Message arrived = SOURCE.items().stream()
                .filter(SourceItem.Message.class::isInstance)
                .map(SourceItem.Message.class::cast)
                .filter(message -> message.mailbox().user().equals("ada")
                        && message.mailbox().name().equals("INBOX")
                        && message.witnesses().isEmpty())
                .findFirst()
                .orElseThrow();
        on.deliver(
                on.mailbox("ada", "INBOX"),
                arrived.content().open().readAllBytes(),
                arrived.internalDate(),
                Flags.NONE);
        Receipt receipt = on.merge(id).receipt();
        assertThat(receipt.appeared()).isEqualTo(1);
        assertThat(receipt.added()).isEqualTo(receipt.planned() - 1);
        PreviewRestore.Result again = previewOfAnother();
        assertThat(again.totals().add()).as("everything is live now").isZero();
        assertThat(again.totals().skipped()).containsKey(SkipReason.ALREADY_LIVE);
    }

    private PreviewRestore.Result previewOfAnother() throws Exception {
        String other = new StageRestore(
                        (spec, place) -> SOURCE, new SizeAndDigestExaminer(), new Random(8), Steps.UNWATCHED)
                .run(StageRestore.Request.of("/backup"), on.workplace, Progress.SILENT)
                .id();
        on.validate(other);
        return on.preview(other, MergePolicy.defaults());
    }

    @Test
    void refusesAPlanWhoseMailboxIsAnotherNow() throws Exception {
        on.approve(id, on.preview(id, MergePolicy.defaults()).hash(), "ada");
        on.live.mailboxes().delete(on.mailbox("ada", "INBOX"), Rehearsal.DELIVERY);
        on.live.mailboxes().create(MailboxPath.of("ada", "INBOX"), 5_000, Rehearsal.DELIVERY);
        var before = StoreExport.exact(on.live);
        assertThatThrownBy(() -> on.merge(id)).hasMessageContaining("ada:INBOX was replaced");
        assertThat(StoreExport.exact(on.live)).isEqualTo(before);
        assertThat(on.state(id)).isEqualTo(RestoreState.APPROVED);
    }

    @Test
    void runsOneStepAtATime() {
        try (JobFolder held = JobFolder.open(on.workplace.restores(), id, Steps.UNWATCHED)) {
            assertThat(held.job().id()).isEqualTo(id);
            assertThatThrownBy(() -> on.preview(id, MergePolicy.defaults()))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
        }
    }

    @Test
    void keepsAMailboxThatItMadeWhereOthersPutMail() throws Exception {
        on.carryOut(id, MergePolicy.defaults());
        on.deliver(on.mailbox("ada", "Archive"), GeneratedSource.message(1), LiveHistory.LATER, Flags.NONE);
        assertThat(on.undo(id).mailboxesKept())
                .singleElement()
                .asString()
                .contains("ada:Archive")
                .contains("holds 1 messages");
    }

    @Test
    void resultsGoThroughTheAdminApi() throws Exception {
        PreviewRestore.Result preview = on.preview(id, MergePolicy.defaults());
        List<Object> values = List.of(
                StageRestore.Request.of("/backup"),
                on.stage(StageRestore.Request.of("/other")),
                on.validate(CrashChild.id(on)),
                new PreviewRestore.Request(id, MergePolicy.defaults(), 2, 5),
                preview,
                on.approve(id, on.preview(id, MergePolicy.defaults()).hash(), "ada"),
                new RestoreStatus().run(new RestoreStatus.Request(id), on.workplace, Progress.SILENT),
                MergeRestore.Request.of(id),
                on.merge(id),
                new UndoRestore(Steps.UNWATCHED).run(new UndoRestore.Request(id), on.workplace, Progress.SILENT),
                new ListRestores().run(new ListRestores.Request(), on.workplace, Progress.SILENT));
        for (Object value : values) {
            String json = OperationJson.mapper().writeValueAsString(value);
            assertThat(OperationJson.mapper().readValue(json, value.getClass()))
                    .as(value.getClass().getName())
                    .isEqualTo(value);
        }
    }
}

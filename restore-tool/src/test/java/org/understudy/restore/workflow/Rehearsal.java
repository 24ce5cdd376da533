package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.source.BackupSource;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** A data folder with a live store, and the restore verbs on it. */
final class Rehearsal implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-05-27T02:00:00Z"), ZoneOffset.UTC);
    static final Author DELIVERY = new Author.Session("delivery", "test");
    private static final long CACHE = 32L << 20;

    final MailStore live;
    final Workplace workplace;
    private final SourceOpener sources;
    private final Examiner examiner;
    private final Steps steps;

    Rehearsal(Path folder, BackupSource source, Steps steps) {
        this(folder, (spec, place) -> source, new SizeAndDigestExaminer(), steps);
    }

    Rehearsal(Path folder, SourceOpener sources, Examiner examiner, Steps steps) {
        this(folder, sources, examiner, steps, CLOCK);
    }

    Rehearsal(Path folder, SourceOpener sources, Examiner examiner, Steps steps, Clock clock) {
        live = MailStore.open(folder.resolve("store"), new MailStore.Options(CACHE, clock));
        workplace = new Workplace(live, folder, folder.resolve("repository"), clock);
        this.sources = sources;
        this.examiner = examiner;
        this.steps = steps;
    }

    StageRestore.Result stage(StageRestore.Request request) throws InterruptedException {
        return new StageRestore(sources, examiner, new Random(7), steps).run(request, workplace, Progress.SILENT);
    }

    String stage() throws InterruptedException {
        return stage(StageRestore.Request.of("/backup")).id();
    }

    ValidateRestore.Result validate(String id) throws InterruptedException {
        return new ValidateRestore(steps).run(new ValidateRestore.Request(id), workplace, Progress.SILENT);
    }

    PreviewRestore.Result preview(String id, MergePolicy policy) throws InterruptedException {
        return new PreviewRestore(steps).run(new PreviewRestore.Request(id, policy, 1, 20), workplace, Progress.SILENT);
    }

    ApproveRestore.Result approve(String id, String hash, String by) throws InterruptedException {
        return new ApproveRestore(steps).run(new ApproveRestore.Request(id, hash, by), workplace, Progress.SILENT);
    }

    MergeRestore.Result merge(String id) throws InterruptedException {
        return new MergeRestore(steps).run(new MergeRestore.Request(id, -1, true), workplace, Progress.SILENT);
    }

    UndoReport undo(String id) throws InterruptedException {
        return new UndoRestore(steps)
                .run(new UndoRestore.Request(id), workplace, Progress.SILENT)
                .report();
    }

    /** Preview, approve, merge. */
    Receipt carryOut(String id, MergePolicy policy) throws InterruptedException {
        PreviewRestore.Result preview = preview(id, policy);
        approve(id, preview.hash(), "ada");
        MergeRestore.Result merged = merge(id);
        assertThat(merged.state()).isEqualTo(RestoreState.MERGED);
        assertThat(merged.receipt().proof().different()).isEmpty();
        assertThat(merged.proof().reasons()).isEmpty();
        assertThat(merged.proof().holds()).isTrue();
        return merged.receipt();
    }

    RestoreState state(String id) {
        return new RestoreStatus()
                .run(new RestoreStatus.Request(id), workplace, Progress.SILENT)
                .job()
                .state();
    }

    MailboxId mailbox(String user, String name) {
        MailboxPath path = MailboxPath.of(user, name);
        return live.mailboxes()
                .find(path)
                .orElseGet(() -> live.mailboxes().create(path, 4_711, DELIVERY))
                .id();
    }

    long deliver(MailboxId mailbox, byte[] bytes, Instant date, Flags flags) throws Exception {
        MessageReading reading = MessageReader.read(Content.of(GeneratedSource.canonical(bytes)));
        NewMessage message = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(reading.canonical(), reading.rawDigest()),
                reading.canonical().size(),
                reading.headerSize(),
                reading.digest(),
                reading.mime(),
                date,
                null,
                flags);
        return live.messages()
                .append(mailbox, List.of(message), DELIVERY)
                .getFirst()
                .uid();
    }

    /** Cross-checks a store with all bodies. */
    static void fsck(MailStore store) {
        List<String> findings = new ArrayList<>();
        store.fsck(Fsck.Depth.BODIES).findings().forEach(one -> findings.add(one.toString()));
        assertThat(findings).as("fsck").isEmpty();
    }

    @Override
    public void close() {
        try {
            fsck(live);
        } finally {
            live.close();
        }
    }
}

package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.storage.keyspace.MailboxRow;

/** Real Maildirs, where a corpus lies beside the project: staged, merged into a new store, compared, undone. */
class CorpusRestoreTest {
    private static final Path CORPUS = Path.of(Objects.requireNonNullElseGet(
            System.getenv("UNDERSTUDY_CORPUS"),
            () -> System.getProperty("understudy.root", "..") + "/../shared/corpus"));
    private static final String QUARANTINE = "Quarantine.2026-05-27";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"maildir-enron-users, 3616", "maildir-list-subscribers, 1981"})
    void everyMessageArrivesAsItLayInTheSource(String archive, int messages) throws Exception {
        Path packed = CORPUS.resolve(archive + ".tar.gz");
        assumeTrue(Files.exists(packed), "no corpus beside the project: " + packed);
        Path maildirs = Files.createDirectory(folder.resolve("maildirs"));
        assertThat(new ProcessBuilder("tar", "-xzf", packed.toString(), "-C", maildirs.toString())
                        .start()
                        .waitFor())
                .isZero();
        Path data = folder.resolve("data");
        try (Rehearsal on = new Rehearsal(data, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
            try (BackupSource source = Sources.open(maildirs)) {
                source.mailboxes().stream()
                        .map(info -> info.mailbox().user())
                        .distinct()
                        .forEach(user -> on.live.accounts().add(user, "$argon2id$none", Rehearsal.DELIVERY));
            }
            long begun = System.nanoTime();
            StageRestore.Result staged = on.stage(StageRestore.Request.of(maildirs.toString()));
            long stagedAt = System.nanoTime();
            ValidateRestore.Result validated = on.validate(staged.id());
            long validatedAt = System.nanoTime();
            PreviewRestore.Result preview = on.preview(staged.id(), MergePolicy.defaults());
            on.approve(staged.id(), preview.hash(), "ada");
            long mergeAt = System.nanoTime();
            MergeRestore.Result merged = on.merge(staged.id());
            long mergedAt = System.nanoTime();
            double megabytes = staged.totals().bytes() / 1e6;
            System.out.printf(
                    "%s: %s; %s%n  %.1f MB; stage %.0f messages/s, %.1f MB/s; stage and validate %.1f MB/s;"
                            + " merge and read back %.0f messages/s, %.1f MB/s; findings %s%n",
                    archive,
                    staged.totals().text(),
                    validated.conclusion(),
                    megabytes,
                    staged.totals().replayed() * 1e9 / (stagedAt - begun),
                    megabytes * 1e9 / (stagedAt - begun),
                    megabytes * 1e9 / (validatedAt - begun),
                    merged.receipt().added() * 1e9 / (mergedAt - mergeAt),
                    megabytes * 1e9 / (mergedAt - mergeAt),
                    validated.findings());
            assertThat(staged.totals().replayed()).isEqualTo(messages);
            assertThat(staged.totals().duplicate()).isZero();
            assertThat(staged.totals().unreadable()).isZero();
            assertThat(validated.totals().damaged()).as("clean mail").isZero();
            assertThat(merged.receipt().added()).isEqualTo(staged.totals().replayed());
            assertThat(merged.receipt().proof().equal())
                    .isEqualTo(staged.totals().replayed());
            compare(on, staged.id(), maildirs);

            UndoReport undone = on.undo(staged.id());
            assertThat(undone.expunged()).isEqualTo(merged.receipt().added());
            assertThat(on.live.mailboxes().all()).isEmpty();
        }
    }

    private static void compare(Rehearsal on, String id, Path maildirs) throws Exception {
        Set<String> doubles = new HashSet<>();
        Set<String> suspect = new HashSet<>();
        try (ShadowStore shadow = ShadowStore.openExisting(on.workplace.shadows(), id, Rehearsal.CLOCK)) {
            shadow.outcomes().forEach(one -> doubles.add(one.path()));
            shadow.mailboxes()
                    .forEach(box -> shadow.evidence(box.id(), (uid, one) -> {
                        if (one.verdict() == org.understudy.restore.validate.Verdict.SUSPECT) {
                            suspect.add(one.path());
                        }
                    }));
        }
        Set<String> expected = new TreeSet<>();
        try (BackupSource source = Sources.open(maildirs)) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message
                        && !doubles.contains(message.ref().path())) {
                    byte[] bytes;
                    try (InputStream in = message.content().open()) {
                        bytes = in.readAllBytes();
                    }
                    expected.add(message.mailbox().user() + "/"
                            + (suspect.contains(message.ref().path())
                                    ? QUARANTINE
                                    : message.mailbox().name())
                            + " " + StoreExport.sha256(withCrlf(bytes)) + " "
                            + message.internalDate().truncatedTo(ChronoUnit.MILLIS) + " "
                            + FlagNames.of(message.flags()));
                }
            });
        }
        Set<String> found = new TreeSet<>();
        for (MailboxRow row : on.live.mailboxes().all()) {
            Map<Long, String> flags = new HashMap<>();
            on.live
                    .messages()
                    .flags(row.id(), 1, 0xFFFF_FFFFL)
                    .forEach(one ->
                            flags.put(one.uid(), FlagNames.of(one.flags()).toString()));
            on.live
                    .messages()
                    .scan(
                            row.id(),
                            1,
                            0xFFFF_FFFFL,
                            facts -> found.add(row.path().owner() + "/"
                                    + row.path().name() + " "
                                    + StoreExport.sha256(on.live.bodies().read(facts.body())) + " "
                                    + facts.internalDate() + " " + flags.get(facts.uid())));
        }
        assertThat(expected.stream().filter(line -> !found.contains(line)).collect(Collectors.toList()))
                .as("in the source and not in live")
                .isEmpty();
        assertThat(found.stream().filter(line -> !expected.contains(line)).collect(Collectors.toList()))
                .as("in live and not in the source")
                .isEmpty();
    }

    /** Each LF that no CR precedes gets one. */
    private static byte[] withCrlf(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 200);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) {
                out.write('\r');
            }
            out.write(bytes[i]);
        }
        return out.toByteArray();
    }
}

package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.SegmentFile;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.keyspace.Digest;

/** What validation notes of body files, and what a merge makes of it. */
class TableReadBackTest {
    @TempDir
    Path folder;

    private Rehearsal on;
    private String id;

    @BeforeEach
    void stageAndValidate() throws Exception {
        on = new Rehearsal(folder, sound(), Steps.UNWATCHED);
        for (String user : GeneratedSource.USERS) {
            on.live.accounts().add(user, "$argon2id$none", Rehearsal.DELIVERY);
        }
        id = on.stage();
        on.validate(id);
    }

    @AfterEach
    void close() {
        on.close();
    }

    @Test
    void liveHoldsTheFilesThatValidationSummedUp() throws Exception {
        List<SegmentFile> files = segments();
        assertThat(files).isNotEmpty();
        for (SegmentFile one : files) {
            assertThat(one.sha256()).as(one.name()).isEqualTo(sum(path(one)));
        }
        assertThat(on.carryOut(id, MergePolicy.defaults()).proof().equal()).isPositive();
        long linked = files.stream()
                .filter(one -> tableOf(one).equals(Optional.ofNullable(one.sha256())))
                .count();
        assertThat(linked).as("tables of live that are files of the shadow").isPositive();
    }

    @Test
    void aBodyThatRotsBetweenValidationAndMergeIsNamedByTheProof() throws Exception {
        on.approve(id, on.preview(id, MergePolicy.defaults()).hash(), "ada");
        rot();
        MergeRestore.Result merged = new MergeRestore(Steps.UNWATCHED)
                .run(new MergeRestore.Request(id, -1, false), on.workplace, Progress.SILENT);
        assertThat(merged.receipt().proof().different())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one).contains(" UID "));
        assertThat(merged.receipt().proof().equal()).as("the others").isPositive();
        assertThat(merged.proof().holds()).isFalse();
    }

    @Test
    void aFileWithABodyThatIsNotSoundGetsNoSum() throws Exception {
        rot();
        on.validate(id);
        assertThat(segments()).anySatisfy(one -> assertThat(one.sha256()).isNull());
    }

    /** Messages all of which will be planned, so that files are linked as they are. */
    private static GeneratedSource sound() {
        List<SourceItem> items = new ArrayList<>();
        for (SourceItem item : GeneratedSource.random(5, 600, false).items()) {
            if (item instanceof SourceItem.Message one && one.witnesses().isEmpty()) {
                items.add(new SourceItem.Message(
                        new ItemRef(items.size(), one.ref().path()),
                        one.mailbox(),
                        0,
                        one.internalDate(),
                        one.flags(),
                        one.content(),
                        List.of()));
            }
        }
        return new GeneratedSource(items);
    }

    /** One bit of the first file's bodies. */
    private void rot() throws Exception {
        Path file = path(segments().getFirst());
        byte[] octets = Files.readAllBytes(file);
        octets[octets.length / 3] ^= 1;
        Files.write(file, octets);
    }

    private List<SegmentFile> segments() {
        try (ShadowStore shadow = ShadowStore.openExisting(on.workplace.shadows(), id, on.workplace.clock())) {
            return shadow.segments();
        }
    }

    private Path path(SegmentFile segment) {
        return on.workplace.shadows().resolve(id).resolve("segments").resolve(segment.name());
    }

    private Optional<Digest> tableOf(SegmentFile segment) {
        try {
            return on.live.bodyTables().readBack(segment.in(folder), Instant.EPOCH, octets -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Digest sum(Path file) throws Exception {
        return Digest.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}

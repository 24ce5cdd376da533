package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.proof.Proof;

/** What reading back finds when a disk damages bodies between their coming into live and their being read. */
class DamagedMergeTest {
    private static final GeneratedSource SOURCE = GeneratedSource.random(23, 160, false);

    @TempDir
    Path folder;

    @Test
    void readingBackNamesTheMessagesWhoseBodiesWereDamagedAndNoOthers() throws Exception {
        boolean[] damaged = new boolean[1];
        Path data = folder.resolve("data");
        Steps steps = step -> {
            if (step == Steps.Step.BODIES_ADOPTED && !damaged[0]) {
                damaged[0] = true;
                flipABitOfBodies(data.resolve("store/db"));
            }
        };
        try (Rehearsal on = new Rehearsal(data, SOURCE, steps)) {
            on.mailbox("ada", "INBOX");
            String id = on.stage();
            on.validate(id);
            on.approve(id, on.preview(id, MergePolicy.defaults()).hash(), "ada");
            MergeRestore.Result merged = on.merge(id);
            assertThat(damaged[0]).isTrue();
            Proof proof = merged.receipt().proof();
            assertThat(proof.holds()).isFalse();
            assertThat(merged.proof().holds()).isFalse();
            assertThat(proof.different()).isNotEmpty().allMatch(line -> line.matches(".* UID \\d+: .*"));
            assertThat(proof.equal())
                    .as("the others are read back all the same")
                    .isPositive();
            assertThat(proof.equal() + proof.different().size())
                    .isEqualTo(merged.receipt().added());
            // What closes the rehearsal cross-checks the store.
            flipABitOfBodies(data.resolve("store/db"));
        }
    }

    /** In the middle of the largest table, which holds bodies. */
    private static void flipABitOfBodies(Path database) {
        try (Stream<Path> files = Files.list(database)) {
            List<Path> tables = files.filter(file -> file.toString().endsWith(".sst"))
                    .sorted(Comparator.comparingLong(
                            (Path file) -> file.toFile().length()))
                    .toList();
            try (RandomAccessFile table = new RandomAccessFile(tables.getLast().toFile(), "rw")) {
                long middle = table.length() / 2;
                table.seek(middle);
                int was = table.read();
                table.seek(middle);
                table.write(was ^ 4);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

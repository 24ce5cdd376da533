package org.understudy.restore.crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;

/** Real Maildirs, where a corpus lies beside the project: whole, and with other users' octets planted by a seed. */
class CorpusCrowdTest {
    private static final Path CORPUS = Path.of(Objects.requireNonNullElseGet(
            System.getenv("UNDERSTUDY_CORPUS"),
            () -> System.getProperty("understudy.root", "..") + "/../shared/corpus"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"maildir-enron-users", "maildir-list-subscribers"})
    void wholeMailRaisesNothingAndPlantedBlocksAreFound(String archive) throws Exception {
        Path packed = CORPUS.resolve(archive + ".tar.gz");
        assumeTrue(Files.exists(packed), "no corpus beside the project: " + packed);
        assertThat(new ProcessBuilder("tar", "-xzf", packed.toString(), "-C", folder.toString())
                        .start()
                        .waitFor())
                .isZero();
        long seed = 20_260_527;
        try (BackupSource source = Sources.open(folder)) {
            CrowdTrial.Outcome clean = CrowdTrial.run(Planted.in(source, new Random(seed), 0, true));
            assertThat(clean.accused()).as("whole mail accused").isEmpty();
            for (boolean sizes : new boolean[] {true, false}) {
                CrowdTrial.Outcome outcome = CrowdTrial.run(Planted.in(source, new Random(seed), 30, sizes));
                String table = archive + (sizes ? " with" : " without") + " sizes, seed " + seed + "\n"
                        + CrowdTrial.table(outcome);
                System.out.println(table);
                outcome.rows().forEach((kind, row) -> {
                    boolean evident = sizes || (kind != Planted.Kind.COPIED_OVER && kind != Planted.Kind.EXCHANGED);
                    if (evident) {
                        assertThat(row.unseen).as(kind + " unseen\n" + table).isLessThanOrEqualTo((row.all() + 9) / 10);
                    }
                });
                assertThat(outcome.accused().size())
                        .as("whole mail accused beside " + table)
                        .isLessThan(outcome.rows().values().stream()
                                        .mapToInt(CrowdTrial.Row::all)
                                        .sum()
                                / (sizes ? 5 : 2));
            }
        }
    }
}

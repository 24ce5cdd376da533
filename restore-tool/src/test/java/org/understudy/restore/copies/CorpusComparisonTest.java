package org.understudy.restore.copies;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;
import org.understudy.restore.validate.Verdict;

/** Real mail of which a third is harmed, against the sound copy. Skipped where the archives are not beside the project. */
class CorpusComparisonTest {
    private static final double RECALL = 0.999;

    @TempDir
    private Path scratch;

    @Test
    void againstASoundCopyDamageIsFoundAndTheSoundCopyTaken() throws Exception {
        Path maildirs = unpacked();
        Map<String, String> soundDigests = new TreeMap<>();
        Compared compared;
        HarmedSource main;
        try (BackupSource sound = Sources.open(maildirs);
                HarmedSource harmed = new HarmedSource(Sources.open(maildirs), 7, 3)) {
            Compared plain = Compared.of(sound, List.of());
            plain.here.forEach((path, item) -> {
                if (item instanceof Inspected.Message message) {
                    soundDigests.put(path, message.digest().toString());
                }
            });
            main = harmed;
            compared = Compared.of(main, List.of(new Comparison.Other("second", sound)));
        }
        Map<Harm, Integer> unseen = new EnumMap<>(Harm.class);
        long seen = 0;
        long taken = 0;
        long falsely = 0;
        for (Map.Entry<String, Inspected> one : compared.here.entrySet()) {
            String path = one.getKey();
            if (!(one.getValue() instanceof Inspected.Message message)) {
                continue;
            }
            Harm harm = main.harmed.get(path);
            if (harm == null) {
                falsely += message.unsound() ? 1 : 0;
                continue;
            }
            assertThat(message.verdict()).as(path + " after " + harm).isNotEqualTo(Verdict.PROVEN);
            if (message.unsound()) {
                seen++;
            } else {
                unseen.merge(harm, 1, Integer::sum);
            }
            BestCopy best = compared.best.get(path);
            if (!best.main() && best.ref().path().equals(path)) {
                taken++;
            } else {
                assertThat(best.verdict())
                        .as(path + " after " + harm + ": " + best)
                        .isNotEqualTo(Verdict.PROVEN);
            }
        }
        double recall = (double) seen / main.harmed.size();
        System.out.printf(
                "%d messages, %d harmed, %d seen (recall %.5f, unseen %s), sound copy taken for %d, sound ones not sound:"
                        + " %d; %s%n",
                soundDigests.size(),
                main.harmed.size(),
                seen,
                recall,
                unseen,
                taken,
                falsely,
                compared.result.copies());
        assertThat(recall).as("unseen: " + unseen).isGreaterThanOrEqualTo(RECALL);
        assertThat(compared.result.copies().onlyThere()).isZero();
        assertThat(soundDigests).isNotEmpty();
    }

    private Path unpacked() throws Exception {
        String named = System.getenv("UNDERSTUDY_CORPUS");
        Path corpus = named == null ? Path.of("../../shared/corpus") : Path.of(named);
        Path archive = corpus.resolve("maildir-list-subscribers.tar.gz");
        Assumptions.assumeTrue(Files.isReadable(archive), "no archives of real mail at " + corpus);
        Process tar = new ProcessBuilder("tar", "xzf", archive.toString(), "-C", scratch.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return scratch;
    }
}

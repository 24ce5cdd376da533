package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.storage.OperatorException;

/** What becomes of a segment is found, named with time and users, and does not reach beyond its time. */
class LogDamageTest {
    @TempDir
    private Path root;

    private LogFixture on;

    /** Mail each 5 seconds, by turns to anna and ben; a snapshot at 10 and at 60; segments that end at 20, 30, ... */
    @BeforeEach
    void make() throws Exception {
        on = new LogFixture(root);
        for (int second = 1; second <= 80; second++) {
            on.at(second);
            if (second % 5 == 0) {
                on.deliver(second % 10 == 0 ? "anna" : "ben");
            }
            if (second == 10 || second == 60) {
                on.snapshot();
            }
            if (second % 10 == 1 && second > 10) {
                on.archive();
            }
        }
        on.at(81);
        on.archive();
        assertThat(on.verify(true).findings()).isEmpty();
    }

    @AfterEach
    void close() {
        on.close();
    }

    private static Map<String, List<Long>> upTo(long second) {
        List<Long> anna = new ArrayList<>();
        List<Long> ben = new ArrayList<>();
        for (long s = 5; s <= second; s += 5) {
            (s % 10 == 0 ? anna : ben).add(s);
        }
        return Map.of("anna", anna, "ben", ben);
    }

    /** The segment that holds the mail of second 35 and 40: the fourth, after those that end at 11, 21 and 31. */
    private Path fourth() throws Exception {
        return on.segments().get(3);
    }

    private List<RepositoryFinding> findings(boolean full) throws Exception {
        return on.verify(full).findings();
    }

    private void reachableBeforeAndAfter() throws Exception {
        assertThat(on.mailAt(30)).isEqualTo(upTo(30));
        assertThat(on.mailAt(60)).as("from the snapshot behind it").isEqualTo(upTo(60));
        assertThat(on.mailAt(74)).isEqualTo(upTo(74));
    }

    @Test
    void everySecondIsThereWhileNothingIsDamaged() throws Exception {
        for (int second = 10; second <= 80; second++) {
            assertThat(on.mailAt(second)).as("second %d", second).isEqualTo(upTo(second));
        }
    }

    @Test
    void momentsOutsideAreRefusedNamingThoseThatAreThere() {
        assertThatThrownBy(() -> on.moment(9))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("before the first moment")
                .extracting(e -> ((OperatorException) e).hint())
                .asString()
                .contains("2026-05-26T23:00:10Z to 2026-05-26T23:01:20Z");
        assertThatThrownBy(() -> on.moment(200))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("after the last moment")
                .extracting(e -> ((OperatorException) e).hint())
                .asString()
                .contains("The last one before it is 2026-05-26T23:01:20Z");
    }

    @Test
    void flippedBitIsFoundByReadingAndStopsAtTheSecondBefore() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(writable(fourth()).toFile(), "rw")) {
            file.seek(file.length() - 40);
            int was = file.read();
            file.seek(file.length() - 40);
            file.write(was ^ 4);
        }
        assertThat(findings(false)).as("a quick look reads no contents").isEmpty();
        assertThat(findings(true)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_DAMAGED);
            assertThat(finding.file()).isEqualTo("logs/000000000004.log");
            assertThat(finding.affected())
                    .extracting(RepositoryFinding.Affected::user)
                    .containsExactly("anna", "ben");
            assertThat(finding.meaning()).contains("23:00:34Z");
        });
        reachableBeforeAndAfter();
        assertThat(on.mailAt(34))
                .as("before the first effect of the damaged frame")
                .isEqualTo(upTo(34));
        assertThatThrownBy(() -> on.mailAt(45))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("000000000004.log")
                .hasMessageContaining("expected SHA-256")
                .extracting(e -> ((OperatorException) e).hint())
                .asString()
                .contains("The last second that can be reached before it is 2026-05-26T23:00:34Z");
    }

    @Test
    void truncatedSegmentIsFoundByALook() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(writable(fourth()).toFile(), "rw")) {
            file.setLength(file.length() - 100);
        }
        assertThat(findings(false)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_DAMAGED);
            assertThat(finding.expected()).endsWith("bytes");
            assertThat(finding.affected())
                    .extracting(RepositoryFinding.Affected::user)
                    .containsExactly("anna", "ben");
        });
        reachableBeforeAndAfter();
        refused(45, "it lies in a gap of the log", "The last one before it is 2026-05-26T23:00:30Z");
    }

    @Test
    void missingSegmentIsNamedWithThoseWhoseMailChanged() throws Exception {
        Files.delete(fourth());
        assertThat(findings(false)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_MISSING);
            assertThat(finding.file()).isEqualTo("logs/000000000004.log");
            assertThat(finding.meaning()).contains("after 2026-05-26T23:00:30Z");
            assertThat(finding.affected())
                    .extracting(RepositoryFinding.Affected::user)
                    .containsExactly("anna", "ben");
        });
        reachableBeforeAndAfter();
        refused(45, "it lies in a gap of the log", "The first one after it is 2026-05-26T23:01:00Z");
    }

    @Test
    void swappedSegmentsAreBothNamed() throws Exception {
        Path third = on.segments().get(2);
        Path aside = root.resolve("aside");
        Files.move(third, aside);
        Files.move(fourth3(), third);
        Files.move(aside, on.logs().resolve("000000000004.log"));
        assertThat(findings(false))
                .extracting(RepositoryFinding::kind, RepositoryFinding::file)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.LOG_REPLACED, "logs/000000000003.log"),
                        org.assertj.core.groups.Tuple.tuple(Kind.LOG_REPLACED, "logs/000000000004.log"));
        assertThat(on.mailAt(20)).isEqualTo(upTo(20));
        assertThat(on.mailAt(70)).isEqualTo(upTo(70));
        refused(35, "it lies in a gap of the log", "The last one before it is 2026-05-26T23:00:20Z");
    }

    @Test
    void recoveryEndsAtTheBreakAndSaysWhatLiesBehindIt() throws Exception {
        Files.delete(fourth());
        RecoveredMoment.Last last = last();
        assertThat(last.broken()).as("the newest snapshot came after it").isEmpty();
        assertThat(last.moment().orElseThrow().moment()).isAfterOrEqualTo(LogFixture.second(80));
        assertThat(list().brokenLog())
                .singleElement()
                .asString()
                .contains("logs/000000000004.log")
                .contains("Nor can later ones, before the time of the next snapshot.");

        Path seventh = on.segments().get(5);
        assertThat(seventh).hasFileName("000000000007.log");
        Files.delete(seventh);
        last = last();
        assertThat(last.moment().orElseThrow().moment()).isBefore(LogFixture.second(70));
        assertThat(last.broken()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_MISSING);
            assertThat(finding.file()).isEqualTo("logs/000000000007.log");
        });
        assertThat(list().brokenLog()).hasSize(2);
    }

    @Test
    void recoveryTellsOfAnEndThatWasCutOff() throws Exception {
        Path newest = on.segments().getLast();
        try (RandomAccessFile file = new RandomAccessFile(writable(newest).toFile(), "rw")) {
            file.setLength(0);
        }
        assertThat(last().broken())
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.file()).endsWith(newest.getFileName().toString()));
    }

    private RecoveredMoment.Last last() throws Exception {
        return RecoveredMoment.last(Repository.open(on.repository()), root.resolve("elsewhere/keys"));
    }

    private ListSnapshots.Result list() throws Exception {
        return RestoreOperations.listSnapshots().run(new ListSnapshots.Request(), on.workplace(), Progress.SILENT);
    }

    private Path fourth3() {
        return on.logs().resolve("000000000004.log");
    }

    @Test
    void segmentOfAnotherStoreIsRefused() throws Exception {
        Path foreign;
        try (LogFixture other = new LogFixture(root.resolve("other"))) {
            for (int second = 1; second <= 51; second++) {
                other.at(second);
                other.deliver("eve");
                if (second == 10) {
                    other.snapshot();
                }
                if (second % 10 == 1 && second > 10) {
                    other.archive();
                }
            }
            foreign = other.segments().get(3);
        }
        Path name = fourth();
        Files.delete(name);
        Files.copy(foreign, name);
        assertThat(findings(false)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_REPLACED);
            assertThat(finding.found()).contains("a segment of repository");
        });
        reachableBeforeAndAfter();
        refused(45, "it lies in a gap of the log", "23:00:30Z");
    }

    @Test
    void forgedHeadIsNoSegment() throws Exception {
        byte[] bytes = Files.readAllBytes(fourth());
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        byte[] forged = text.replaceFirst("\"effects\" : 2", "\"effects\" : 3")
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(forged).isNotEqualTo(bytes);
        Files.write(writable(fourth()), forged);
        assertThat(findings(false)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_DAMAGED);
            assertThat(finding.expected()).contains("signed");
        });
        reachableBeforeAndAfter();
    }

    @Test
    void newestSegmentsThatWereRemovedAreMissedAndWrittenAnew() throws Exception {
        List<Path> segments = on.segments();
        Files.delete(segments.getLast());
        Files.delete(segments.get(segments.size() - 2));
        assertThat(findings(false)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_MISSING);
            assertThat(finding.expected()).contains("newest segment that this machine wrote");
        });
        assertThat(new LogArchiver(on.workplace()).run().gap()).isEmpty();
        assertThat(findings(true)).isEmpty();
        assertThat(on.mailAt(80)).isEqualTo(upTo(80));
    }

    @Test
    void damagedNewestSegmentIsWrittenAgainBehindIt() throws Exception {
        Path newest = on.segments().getLast();
        try (RandomAccessFile file = new RandomAccessFile(writable(newest).toFile(), "rw")) {
            file.setLength(30);
        }
        on.at(85);
        on.deliver("anna");
        on.at(91);
        assertThat(new LogArchiver(on.workplace()).run().gap()).isEmpty();
        assertThat(findings(true)).extracting(RepositoryFinding::file).containsExactly("logs/" + newest.getFileName());
        assertThat(on.mailAt(80)).isEqualTo(upTo(80));
        assertThat(on.mailAt(90).get("anna")).contains(85L);
    }

    private void refused(long second, String why, String hint) {
        assertThatThrownBy(() -> on.moment(second))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(why)
                .extracting(e -> ((OperatorException) e).hint())
                .asString()
                .contains(hint);
    }

    private static Path writable(Path file) throws Exception {
        Path copy = file.resolveSibling(".copy");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        copy.toFile().setWritable(true);
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        return file;
    }
}

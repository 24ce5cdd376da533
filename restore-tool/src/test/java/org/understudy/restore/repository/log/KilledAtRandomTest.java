package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.repository.log.BusyProcess.Kind;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;

/**
 * A process that takes snapshots, prunes and archives while mail comes in is killed by SIGKILL at a moment drawn at random
 * within one of these: the repository verifies, what was promised is there, and the next process goes on.
 */
class KilledAtRandomTest {
    private static final int WITHIN_EACH = 2;
    private static final int ATTEMPTS = 8;

    @TempDir
    private Path root;

    private final Random random;
    private final List<Long> acknowledged = new ArrayList<>();
    private final List<Long> acknowledgedAt = new ArrayList<>();

    /** Ids of snapshots that were said to be taken, in their order. */
    private final TreeSet<String> taken = new TreeSet<>();

    /** How long each took when it last was not disturbed, in nanoseconds. */
    private final Map<Kind, Long> lasted = new EnumMap<>(Kind.class);

    private long archivedUpTo;
    private long next = 1;

    KilledAtRandomTest() {
        long seed = System.nanoTime();
        System.out.println("KilledAtRandomTest: seed " + seed);
        random = new Random(seed);
    }

    @Test
    void whereverItIsKilledTheRepositoryVerifiesAndNothingReferencedIsGone() throws Exception {
        begin();
        Map<Kind, Integer> within = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < ATTEMPTS && within.getOrDefault(kind, 0) < WITHIN_EACH; i++) {
                if (killedWithin(kind, 1 + random.nextInt(3))) {
                    within.merge(kind, 1, Integer::sum);
                }
                check("killed at " + kind + ", attempt " + i);
            }
        }
        assertThat(within).as("kills within each").containsOnlyKeys(Kind.values());
        assertThat(taken).as("snapshots taken").hasSizeGreaterThan(BusyProcess.KEPT);
        assertThat(archivedUpTo).as("something was archived").isPositive();
    }

    /**
     * Kills a process after it has begun with {@code kind} for the {@code time}-th time.
     *
     * @return whether it was not through with it
     */
    private boolean killedWithin(Kind kind, int time) throws Exception {
        Path errors = root.resolve("errors.txt");
        Process process = start(errors);
        boolean within = false;
        int begun = 0;
        Map<String, Long> began = new HashMap<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "delivered" -> {
                        acknowledged.add(Long.parseLong(words[1]));
                        acknowledgedAt.add(Long.parseLong(words[2]));
                    }
                    case "begins" -> {
                        began.put(words[1], System.nanoTime());
                        within = words[1].equals(kind.name());
                        if (within && ++begun == time) {
                            long most = lasted.getOrDefault(kind, 1_000_000L);
                            LockSupport.parkNanos(random.nextLong(most + 1));
                            process.toHandle().destroyForcibly();
                        }
                    }
                    case "ends" -> {
                        within = false;
                        ended(Kind.valueOf(words[1]), words[2], System.nanoTime() - began.getOrDefault(words[1], 0L));
                    }
                    default -> System.out.println("child: " + line);
                }
            }
        }
        assertThat(process.waitFor()).as(Files.readString(errors)).isEqualTo(ArchivingProcess.KILLED);
        return within;
    }

    private void ended(Kind kind, String what, long nanos) {
        lasted.put(kind, nanos);
        switch (kind) {
            case ARCHIVE -> archivedUpTo = Long.parseLong(what);
            case SNAPSHOT -> taken.add(what);
            case PRUNE -> {}
        }
    }

    private Process start(Path errors) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        String.join(File.pathSeparator, System.getProperty("java.class.path")),
                        BusyProcess.class.getName(),
                        root.resolve("data").toString(),
                        root.resolve("repository").toString(),
                        Long.toString(next))
                .redirectError(errors.toFile())
                .start();
    }

    private void begin() throws Exception {
        Path data = Files.createDirectories(root.resolve("data"));
        Clock clock = Clock.systemUTC();
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, clock))) {
            Workplace workplace = new Workplace(store, data, root.resolve("repository"), clock);
            taken.add(new TakeSnapshot()
                    .run(new TakeSnapshot.Request(false), workplace, Progress.SILENT)
                    .id());
        }
    }

    private void check(String when) throws Exception {
        Clock clock = Clock.systemUTC();
        Path data = root.resolve("data");
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, clock))) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).as(when).isEmpty();
            Workplace workplace = new Workplace(store, data, root.resolve("repository"), clock);
            assertThat(RestoreOperations.verifyRepository()
                            .run(new VerifyRepository.Request(true, List.of()), workplace, Progress.SILENT)
                            .findings())
                    .as(when)
                    .isEmpty();
            List<String> there = Repository.open(workplace.repository()).snapshotIds();
            List<String> newest =
                    taken.descendingSet().stream().limit(BusyProcess.KEPT).toList();
            // The last one may have been written, and others pruned for it, before it could be said.
            assertThat(there).as("%s: snapshots", when).containsAll(newest.isEmpty() ? newest : newest.subList(0, 1));
            if (there.size() < BusyProcess.KEPT) {
                assertThat(taken)
                        .as("%s: snapshots, of which are left %s", when, there)
                        .hasSizeLessThan(2);
            }
            for (String id : there) {
                readable(workplace, id, when);
            }
            if (archivedUpTo > 0) {
                assertThat(LogCrashTest.numbersAt(workplace, Instant.ofEpochMilli(archivedUpTo)))
                        .as("%s: at %s", when, archivedUpTo)
                        .containsAll(before(archivedUpTo));
            }
            List<Long> live = LogCrashTest.numbers(store);
            assertThat(live).as(when).containsAll(acknowledged).doesNotHaveDuplicates();
            next = live.isEmpty() ? 1 : live.getLast() + 1;
        }
    }

    /** All that a snapshot names is there: each message of it is read. */
    private static void readable(Workplace workplace, String id, String when) throws Exception {
        Repository repository = Repository.open(workplace.repository());
        try (OpenedSnapshot opened = OpenedSnapshot.open(
                repository,
                id,
                TrustedKeys.load(workplace.keys()),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                workplace.clock())) {
            assertThat((long) LogCrashTest.numbers(opened.store()).size())
                    .as("%s: messages of %s", when, id)
                    .isEqualTo(opened.manifest().messages());
        }
    }

    private List<Long> before(long moment) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < acknowledged.size(); i++) {
            if (acknowledgedAt.get(i) <= moment) {
                numbers.add(acknowledged.get(i));
            }
        }
        return numbers;
    }
}

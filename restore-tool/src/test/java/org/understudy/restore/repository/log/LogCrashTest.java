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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.MailboxRow;

/** Killed anywhere, the archiver goes on without a gap, and what it said is in the repository is. */
class LogCrashTest {
    private static final int RANDOM_KILLS = 8;

    @TempDir
    private Path root;

    private long next = 1;
    private long archivedUpTo;

    /** Messages with the moments at which they were acknowledged, in milliseconds. */
    private final List<long[]> acknowledged = new ArrayList<>();

    private Path data() {
        return root.resolve("data");
    }

    private Path repository() {
        return root.resolve("repository");
    }

    private interface Ending {
        /** @param line that the child has said */
        boolean kill(String line, int number);
    }

    private int run(String step, int time, Ending ending) throws Exception {
        Path errors = root.resolve("errors.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        String.join(File.pathSeparator, System.getProperty("java.class.path")),
                        ArchivingProcess.class.getName(),
                        data().toString(),
                        repository().toString(),
                        Long.toString(next),
                        step,
                        Integer.toString(time))
                .redirectError(errors.toFile())
                .start();
        int lines = 0;
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("delivered")) {
                    acknowledged.add(new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
                } else if (words[0].equals("archived")) {
                    archivedUpTo = Long.parseLong(words[1]);
                }
                if (ending.kill(line, ++lines)) {
                    process.toHandle().destroyForcibly();
                }
            }
        }
        int code = process.waitFor();
        assertThat(Files.readString(errors)).as("errors of the child").doesNotContain("Exception");
        return code;
    }

    /** Opens what was left, and holds it against what the child said. */
    private void check(String when) throws Exception {
        Clock clock = Clock.systemUTC();
        try (MailStore store = MailStore.open(data().resolve("store"), new MailStore.Options(32L << 20, clock))) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).as(when).isEmpty();
            Workplace workplace = new Workplace(store, data(), repository(), clock);
            assertThat(RestoreOperations.verifyRepository()
                            .run(new VerifyRepository.Request(true, List.of()), workplace, Progress.SILENT)
                            .findings())
                    .as(when)
                    .isEmpty();
            Instant said = Instant.ofEpochMilli(archivedUpTo);
            if (archivedUpTo > 0) {
                // One at the very edge may have been acknowledged before and after.
                assertThat(numbersAt(workplace, said))
                        .as("%s: at %s", when, said)
                        .containsAll(before(archivedUpTo));
            }
            ArchiveReport report = new LogArchiver(workplace).run();
            assertThat(report.gap()).as(when).isEmpty();
            List<Long> live = numbers(store);
            assertThat(live)
                    .as("no message lost or doubled")
                    .containsAll(before(Long.MAX_VALUE))
                    .doesNotHaveDuplicates();
            next = live.isEmpty() ? 1 : live.getLast() + 1;
            assertThat(report.state()).as(when).isEqualTo(ArchiveState.CURRENT);
            Instant upTo = report.upTo();
            assertThat(numbersAt(workplace, upTo)).as("%s: at %s", when, upTo).isEqualTo(live);
        }
    }

    private List<Long> before(long moment) {
        return acknowledged.stream()
                .filter(one -> one[1] <= moment)
                .map(one -> one[0])
                .toList();
    }

    static List<Long> numbersAt(Workplace workplace, Instant moment) throws Exception {
        try (OpenedSnapshot opened = PointInTime.of(
                        Repository.open(workplace.repository()),
                        workplace.keys(),
                        moment,
                        OpenedSnapshot.Assurance.TRUSTED_KEY)
                .open(user -> true, workplace.clock(), Progress.SILENT)) {
            return numbers(opened.store());
        }
    }

    static List<Long> numbers(MailStore store) {
        List<Long> numbers = new ArrayList<>();
        for (MailboxRow mailbox : store.mailboxes().all()) {
            store.messages().scan(mailbox.id(), 1, 0xFFFF_FFFFL, facts -> {
                String text = new String(store.bodies().read(facts.body()), StandardCharsets.US_ASCII);
                numbers.add(Long.parseLong(text.substring("Subject: ".length(), text.indexOf('\r'))));
            });
        }
        return numbers;
    }

    private void begin() throws Exception {
        Files.createDirectories(data());
        Clock clock = Clock.systemUTC();
        try (MailStore store = MailStore.open(data().resolve("store"), new MailStore.Options(32L << 20, clock))) {
            Workplace workplace = new Workplace(store, data(), repository(), clock);
            new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
        }
    }

    @Test
    void killedAtAnyStepGoesOnWithoutAGapOrTwice() throws Exception {
        begin();
        for (LogStep step : LogStep.values()) {
            for (int time : new int[] {1, 3}) {
                assertThat(run(step.name(), time, (line, number) -> false))
                        .as("%s", step)
                        .isEqualTo(ArchivingProcess.KILLED);
                check("killed at " + step + ", time " + time);
            }
        }
    }

    @Test
    void killedAtRandomGoesOnWithoutAGapOrTwice() throws Exception {
        begin();
        long seed = System.nanoTime();
        System.out.println("LogCrashTest: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_KILLS; i++) {
            int last = 5 + random.nextInt(150);
            run("never", 1, (line, number) -> number == last);
            check("killed after line " + last);
        }
        assertThat(archivedUpTo).as("something was archived").isPositive();
    }
}

package org.understudy.storage.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed at random moments of writing, flushing, compacting, ingesting, closing and opening. What it leaves
 * is admitted each time, and holds every row of which the process was assured. More rounds:
 * {@code -Dunderstudy.crash.rounds=60}.
 */
class GuardCrashTest {
    private static final int ROUNDS = Integer.getInteger("understudy.crash.rounds", 6);

    @TempDir
    Path temp;

    private long rows;

    @Test
    void whatAKilledProcessLeavesIsAdmittedAndComplete() throws Exception {
        long seed = Long.getLong("understudy.crash.seed", System.nanoTime());
        Random random = new Random(seed);
        Path store = temp.resolve("store");
        Map<String, Integer> killedAfter = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            String last = runAndKill(store, random, seed);
            killedAfter.merge(last.startsWith("row") ? "row" : last, 1, Integer::sum);
            String at = "round " + round + " of seed " + seed + ", killed after '" + last + "'";
            var before = Trees.listing(store);
            StoreGuard.admit(store, ReadOnlyProbe.paranoid());
            assertThat(Trees.listing(store)).as(at).isEqualTo(before);
            if (round % 3 != 0) {
                RawStore opened = new RawStore(store, CrashChild.WRITE_BUFFER, CrashChild.MANIFEST);
                for (long row = 0; row < rows; row++) {
                    assertThat(opened.get(CrashChild.key(row)))
                            .as("row %d, %s", row, at)
                            .isEqualTo(CrashChild.value(row));
                }
                if (round % 3 == 1) {
                    opened.close();
                } else {
                    opened.abandon();
                }
            }
        }
        System.out.println("killed " + ROUNDS + " times, after " + killedAfter + ", " + rows + " rows; seed " + seed);
    }

    /** Returns the last line that the process said; counts the rows it was assured of. */
    private String runAndKill(Path store, Random random, long seed) throws IOException, InterruptedException {
        int lines = 1 + random.nextInt(400);
        String moment = random.nextBoolean()
                ? ""
                : new String[] {"opening", "flushing", "compacting", "ingesting", "closing"}[random.nextInt(5)];
        Path errors = Files.createTempFile(temp, "child", ".err");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashChild.class.getName(),
                        store.toString(),
                        Long.toString(random.nextLong()),
                        Long.toString(rows))
                .redirectError(errors.toFile())
                .start();
        String last = "";
        boolean killed = false;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line;
                if (line.startsWith("row ")) {
                    rows = Long.parseLong(line.substring(4)) + 1;
                }
                lines--;
                if (!killed && lines <= 0 && (line.startsWith(moment) || lines < -400)) {
                    spin(random.nextInt(3_000_000));
                    // Not Process.destroyForcibly, which closes the stream before its last lines are read.
                    child.toHandle().destroyForcibly();
                    killed = true;
                }
            }
        } finally {
            child.destroyForcibly();
        }
        int status = child.waitFor();
        assertThat(killed)
                .as("the process ended by itself with %d: %s", status, Files.readString(errors))
                .isTrue();
        assertThat(status).as("seed " + seed).isEqualTo(128 + 9);
        return last;
    }

    /** Up to three milliseconds, so that the kill meets other instructions each time. */
    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}

package org.understudy.restore.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import org.understudy.storage.MailStore;

/**
 * What birth hashes cost users: the same load on a store with and without them, in turns, {@code BirthsTrial [ROUNDS
 * [SECONDS]]}. Large messages make tables at several MB a second.
 */
final class BirthsTrial {
    private BirthsTrial() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        double[][] append = new double[2][rounds];
        double[][] fetch = new double[2][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int with = 0; with < 2; with++) {
                LiveLoad.Seen seen = run(with == 1, seconds);
                append[with][round] = seen.append().p99();
                fetch[with][round] = seen.fetch().p99();
            }
        }
        print("append", append);
        print("fetch", fetch);
    }

    private static LiveLoad.Seen run(boolean births, int seconds) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("understudy-births-trial-");
        try (MailStore live =
                MailStore.open(folder.resolve("store"), new MailStore.Options(64L << 20, Clock.systemUTC(), births))) {
            Feed feed = new Feed(live);
            try (LiveLoad load = new LiveLoad(live)) {
                Thread.sleep(2_000);
                load.seen();
                Thread.sleep(seconds * 1_000L);
                return load.seen();
            } finally {
                feed.stop();
            }
        } finally {
            Scratch.delete(folder);
        }
    }

    /** Delivers 5 MB a second of large mail, so that tables are written all the time. */
    private static final class Feed {
        private final Thread thread;

        Feed(MailStore live) {
            SnapshotTrial mail = new SnapshotTrial(live, Path.of("unused"));
            thread = Thread.ofPlatform().name("feed").start(() -> {
                try {
                    while (true) {
                        mail.deliver(12);
                        Thread.sleep(100);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }

        void stop() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }

    @SuppressWarnings("SystemOut")
    private static void print(String what, double[][] p99) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s p99: without %s, with %s ms; medians %.1f and %.1f, ratio %.2f",
                what,
                Arrays.toString(p99[0]),
                Arrays.toString(p99[1]),
                median(p99[0]),
                median(p99[1]),
                median(p99[1]) / median(p99[0])));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

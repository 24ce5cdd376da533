package org.understudy.restore.loss;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.understudy.restore.loss.Town.Letter;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.page.LossPage;

/**
 * The disaster of the lab, in large: most users are well, 3 % have a hole of five months, some one of a week, and all of
 * them have expunged, moved, renamed and deleted as people do. Loss must name exactly the holes.
 */
final class LossTrial {
    private static final int WRITERS = 32;
    private static final Instant WEEK = Instant.parse("2026-03-09T00:00:00Z");

    /**
     * @param expected messages cut by {@code user month}
     * @param found the same, by the report
     * @param otherMailbox how many messages were named in another mailbox of the user than the one they were cut from:
     *     those that were moved after the snapshot, and of which no row at all is left
     * @param processorMillis processor time of the thread that compared
     */
    record Outcome(
            long users,
            long messages,
            long mailboxes,
            long expunged,
            SortedMap<String, Long> expected,
            SortedMap<String, Long> found,
            long otherMailbox,
            LossReport report,
            long lossMillis,
            long processorMillis,
            long heapBytes) {}

    private LossTrial() {}

    public static void main(String[] words) throws Exception {
        int users = words.length > 0 ? Integer.parseInt(words[0]) : 10_000;
        int perMailbox = words.length > 1 ? Integer.parseInt(words[1]) : 20;
        Path folder = Files.createTempDirectory(
                Path.of(System.getProperty("understudy.trial.folder", System.getProperty("java.io.tmpdir"))), "loss-");
        try {
            Outcome outcome = run(folder, users, perMailbox, System.out);
            boolean exact = outcome.expected().equals(outcome.found());
            System.out.printf(
                    Locale.ROOT,
                    "%,d users, %,d mailboxes, %,d messages live; %,d expunges by users in the log%n",
                    outcome.users(),
                    outcome.mailboxes(),
                    outcome.messages(),
                    outcome.expunged());
            System.out.println(outcome.report().headline());
            System.out.printf(
                    Locale.ROOT,
                    "expected %,d messages of %,d users and months, found %,d: %s; %,d of them named in another mailbox of their user%n",
                    outcome.expected().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    outcome.expected().size(),
                    outcome.report().totals().lost(),
                    exact ? "exactly those" : "NOT THOSE",
                    outcome.otherMailbox());
            System.out.printf(
                    Locale.ROOT,
                    "loss took %.1f s (%.1f s of one processor); %,d of %,d mailboxes proven equal by their Merkle trees; heap %,d MB after%n",
                    outcome.lossMillis() / 1e3,
                    outcome.processorMillis() / 1e3,
                    outcome.report().totals().mailboxesProven(),
                    outcome.report().totals().mailboxes(),
                    outcome.heapBytes() >> 20);
            String page = System.getProperty("understudy.trial.page", "");
            if (!page.isEmpty()) {
                LossPage.write(outcome.report(), Path.of(page));
            }
            if (!exact) {
                difference(outcome, System.out);
                throw new IllegalStateException("loss is not what was cut");
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void difference(Outcome outcome, PrintStream out) {
        TreeMap<String, Long> all = new TreeMap<>(outcome.expected());
        outcome.found().forEach(all::putIfAbsent);
        all.keySet().stream()
                .filter(key -> !outcome.expected()
                        .getOrDefault(key, 0L)
                        .equals(outcome.found().getOrDefault(key, 0L)))
                .limit(20)
                .forEach(key -> out.println(
                        "  " + key + ": expected " + outcome.expected().get(key) + ", found "
                                + outcome.found().get(key)));
    }

    /** @param perMailbox how many messages a mailbox has on average */
    static Outcome run(Path folder, int users, int perMailbox, PrintStream out)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (Town town = new Town(folder.resolve("data"))) {
            inParallel(users, i -> {
                town.user(name(i), perMailbox / 2 + i % 5 * perMailbox / 4);
                if (i % 3 == 0) {
                    town.live(name(i), i);
                }
            });
            out.printf(Locale.ROOT, "%,d users made in %.0f s%n", users, seconds(began));
            began = System.nanoTime();
            String snapshot = town.snapshot();
            out.printf(Locale.ROOT, "snapshot %s taken in %.0f s%n", snapshot, seconds(began));
            town.at(Instant.parse("2026-05-28T09:00:00Z"));
            inParallel(users, i -> {
                if (i % 3 == 1) {
                    town.live(name(i), i);
                    town.deliver(name(i), "INBOX", List.of(Instant.parse("2026-05-27T12:00:00Z")));
                }
            });
            SortedMap<String, Long> expected = new TreeMap<>();
            SortedMap<String, Long> byMailbox = new TreeMap<>();
            Map<Long, String> names = new HashMap<>();
            town.store
                    .mailboxes()
                    .all()
                    .forEach(row -> names.put(row.id().value(), row.path().name()));
            town.behindItsBack(cutter -> {
                for (int i = 0; i < users; i++) {
                    List<Letter> doomed = new ArrayList<>();
                    boolean months = i % 100 < 3;
                    boolean week = i % 100 == 50;
                    if (!months && !week) {
                        continue;
                    }
                    for (Letter letter : town.letters(name(i))) {
                        String month = letter.month();
                        boolean after = letter.date().isAfter(Instant.parse("2026-05-27T00:00:00Z"));
                        if (!after && months && month.compareTo("2026-01") >= 0 && month.compareTo("2026-05") <= 0
                                || week
                                        && !letter.date().isBefore(WEEK)
                                        && letter.date().isBefore(WEEK.plusSeconds(7 * 86_400))) {
                            doomed.add(letter);
                            expected.merge(name(i) + " " + month, 1L, Long::sum);
                            byMailbox.merge(
                                    name(i) + " "
                                            + names.getOrDefault(
                                                    letter.mailbox().value(), "") + " " + month,
                                    1L,
                                    Long::sum);
                        }
                    }
                    town.cut(cutter, doomed, i % 100 == 2 ? Town.Damage.FACTS : Town.Damage.ROWS);
                }
            });
            began = System.nanoTime();
            long processor = processorNanos();
            LossReport report = new FindLoss().run(FindLoss.Request.all(), town.workplace(), Progress.SILENT);
            long millis = (System.nanoTime() - began) / 1_000_000;
            processor = processorNanos() - processor;
            SortedMap<String, Long> found = new TreeMap<>();
            report.rows().forEach(row -> {
                found.merge(row.user() + " " + row.month(), row.messages(), Long::sum);
                byMailbox.merge(row.user() + " " + row.mailbox() + " " + row.month(), -row.messages(), Long::sum);
            });
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return new Outcome(
                    users,
                    report.totals().messagesLive(),
                    report.totals().mailboxes(),
                    report.totals().explained().users(),
                    expected,
                    found,
                    byMailbox.values().stream().mapToLong(Math::abs).sum() / 2,
                    report,
                    millis,
                    processor / 1_000_000,
                    runtime.totalMemory() - runtime.freeMemory());
        }
    }

    private interface PerUser {
        void of(int number);
    }

    /** So that users share their fsyncs. */
    private static void inParallel(int users, PerUser work) throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                int number = i;
                done.add(threads.submit(() -> work.of(number)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "user%05d", number);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}

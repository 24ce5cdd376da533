package org.understudy.server.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.understudy.server.clients.ServerUnderClients;

/** Runs worlds against one server for some time, watches memory, and says what was done. */
public final class Soak {
    private static final int WORLDS = 4;
    private static final Duration MOST = Duration.ofMinutes(30);

    private final ServerUnderClients server;
    private final long seed;
    private final Duration time;

    Soak(ServerUnderClients server, long seed, Duration time) {
        this.server = server;
        this.seed = seed;
        this.time = time;
    }

    /**
     * What came of it.
     *
     * @param shared whether mailboxes of others took part
     * @param heap octets in use after a full collection, once a minute at least
     * @param resident octets of the process, at the same moments
     */
    record Outcome(
            boolean shared,
            Map<World.Act, Long> done,
            Map<String, Long> balance,
            List<Long> heap,
            List<Long> resident) {
        long steps() {
            return done.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Octets by which the heap has grown from the middle of the run to its end: medians of the third and the last quarter. */
        long heapGrowth() {
            return growth(heap);
        }

        long residentGrowth() {
            return growth(resident);
        }

        private static long growth(List<Long> figures) {
            int quarter = Math.max(1, figures.size() / 4);
            int size = figures.size();
            return median(figures.subList(size - quarter, size))
                    - median(figures.subList(Math.max(0, size - 2 * quarter), size - quarter));
        }

        private static long median(List<Long> figures) {
            return figures.stream().sorted().toList().get(figures.size() / 2);
        }
    }

    /** {@code [MINUTES [SEED]]}: 5 minutes unless said, 30 at most; the seed is taken from the clock unless said. */
    public static void main(String[] words) throws Exception {
        Duration time = words.length > 0
                ? Duration.ofMillis(Math.round(Double.parseDouble(words[0]) * 60_000))
                : Duration.ofMinutes(5);
        if (time.compareTo(MOST) > 0) {
            System.err.println("30 minutes at most");
            System.exit(2);
        }
        long seed = words.length > 1 ? Long.parseLong(words[1]) : System.nanoTime() & 0xFFFF_FFFFL;
        System.out.printf("%d worlds, %s, seed %d%n", WORLDS, time, seed);
        Path folder = Files.createTempDirectory("understudy-soak-");
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"))) {
            Outcome outcome = new Soak(server, seed, time).run();
            System.out.print(text(outcome));
            boolean flat = outcome.heapGrowth() < 24 << 20;
            System.out.println(flat ? "memory is flat" : "MEMORY GROWS");
            if (!flat) {
                System.exit(3);
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
        System.out.println("the store is sound");
    }

    Outcome run() throws Exception {
        List<World> worlds = new ArrayList<>();
        List<Long> heap = new ArrayList<>();
        List<Long> resident = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(WORLDS);
        try {
            List<Future<?>> running = new ArrayList<>();
            long end = System.nanoTime() + time.toNanos();
            for (int i = 1; i <= WORLDS; i++) {
                World world = new World(i, seed, server);
                worlds.add(world);
                running.add(threads.submit(() -> {
                    while (System.nanoTime() < end && !stop.get()) {
                        world.step();
                    }
                    world.compareAll();
                    return null;
                }));
            }
            long between = Math.clamp(time.toMillis() / 20, 1_000, 30_000);
            for (Future<?> one : running) {
                while (true) {
                    try {
                        one.get(between, java.util.concurrent.TimeUnit.MILLISECONDS);
                        break;
                    } catch (java.util.concurrent.TimeoutException e) {
                        look(heap, resident);
                    } catch (ExecutionException e) {
                        stop.set(true);
                        throw e.getCause() instanceof Exception cause ? cause : e;
                    }
                }
            }
            look(heap, resident);
            return outcome(worlds, heap, resident);
        } finally {
            stop.set(true);
            threads.shutdown();
            for (World world : worlds) {
                world.close();
            }
        }
    }

    private static Outcome outcome(List<World> worlds, List<Long> heap, List<Long> resident) {
        Map<World.Act, Long> done = new EnumMap<>(World.Act.class);
        Map<String, Long> balance = new LinkedHashMap<>();
        for (World world : worlds) {
            world.done.forEach((act, times) -> done.merge(act, times, Long::sum));
            world.balance.forEach((what, messages) -> balance.merge(what, messages, Long::sum));
            balance.merge(
                    "there now",
                    world.mailboxes.values().stream()
                            .flatMap(all -> all.values().stream())
                            .mapToLong(one -> one.messages.size())
                            .sum(),
                    Long::sum);
        }
        return new Outcome(worlds.get(0).shared, done, balance, heap, resident);
    }

    private static void look(List<Long> heap, List<Long> resident) throws IOException {
        System.gc();
        heap.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident.add(Long.parseLong(line.replaceAll("\\D", "")) * 1024);
            }
        }
    }

    static String text(Outcome outcome) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%,d steps: %s%n", outcome.steps(), outcome.done()));
        if (!outcome.shared()) {
            text.append("shared mailboxes cannot be opened by others here; they were left out\n");
        }
        text.append("messages: ").append(outcome.balance()).append('\n');
        text.append("heap after collections, MB: ")
                .append(megabytes(outcome.heap()))
                .append('\n');
        text.append("resident, MB: ").append(megabytes(outcome.resident())).append('\n');
        return text.toString();
    }

    private static List<Long> megabytes(List<Long> octets) {
        return octets.stream().map(one -> one / 1_000_000).toList();
    }
}

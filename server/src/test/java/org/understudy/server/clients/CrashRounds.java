package org.understudy.server.clients;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.fsck.CheckStore;
import org.understudy.restore.progress.Progress;
import org.understudy.server.admin.AdminClient;

/**
 * Kills a server, or takes its power away, again and again while clients append, flag, move and expunge; after each time
 * all that was acknowledged must be as acknowledged, a command that was under way must have happened wholly or not at
 * all, and fsck must find nothing. By command: {@code benchmarks/crash ROUNDS [SEED]}.
 */
final class CrashRounds {
    private static final int CLIENTS = 4;
    private static final int MOST_COMMANDS = 250;

    private final Path folder;
    private final FaultyDisk disk;
    private final Path durable;
    private final Random random;
    private final List<CrashClient> clients = new ArrayList<>();
    private long acknowledged;
    private int losses;

    private CrashRounds(Path folder, FaultyDisk disk, Path durable, long seed) {
        this.folder = folder;
        this.disk = disk;
        this.durable = durable;
        this.random = new Random(seed);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new CrashClient(i, random.nextLong()));
        }
    }

    /**
     * @param rounds of which about every other one is a loss of power
     * @return how many commands were acknowledged in all
     */
    static long run(Path folder, int rounds, long seed) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Path workshop = Files.createDirectories(folder.resolve("workshop"));
        FaultyDisk disk = FaultyDisk.over(folder.resolve("data"), workshop);
        Path durable = Files.createDirectories(folder.resolve("durable"));
        CrashRounds all = new CrashRounds(folder, disk, durable, seed);
        all.run(rounds);
        return all.acknowledged;
    }

    private void run(int rounds) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            boolean power = random.nextBoolean();
            try (ChildServer server =
                    ChildServer.start(folder, power ? disk.environment(durable) : disk.environment())) {
                if (round == 0) {
                    server.addAnna();
                    for (CrashClient client : clients) {
                        client.begin(server.login());
                    }
                }
                for (CrashClient client : clients) {
                    try (WireClient wire = server.login()) {
                        client.check(wire);
                    }
                }
                sound(server, round);
                if (round == rounds) {
                    return;
                }
                work(server);
            }
            int dropped = power ? PowerLoss.strike(folder.resolve("data").toRealPath(), durable, random) : 0;
            losses += power ? 1 : 0;
            System.out.printf(
                    "round %d of %d: %s; %,d commands acknowledged so far%n",
                    round + 1, rounds, power ? "power lost, " + dropped + " files shorter" : "killed", acknowledged);
        }
    }

    private void work(ChildServer server) throws Exception {
        CountDownLatch enough = new CountDownLatch(20 + random.nextInt(MOST_COMMANDS));
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<Long>> working = new ArrayList<>();
        for (CrashClient client : clients) {
            WireClient wire = server.login();
            working.add(threads.submit(() -> {
                try (wire) {
                    return client.work(wire, enough);
                }
            }));
        }
        if (!enough.await(120, TimeUnit.SECONDS)) {
            throw new AssertionError("too slow:\n" + server.log());
        }
        server.kill();
        for (Future<Long> one : working) {
            acknowledged += one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    private static void sound(ChildServer server, int round) throws Exception {
        try (AdminClient admin = server.admin()) {
            CheckStore.Result result =
                    admin.run(RestoreOperations.checkStore(), new CheckStore.Request(true), Progress.SILENT);
            if (!result.sound()) {
                throw new AssertionError("fsck before round " + (round + 1) + ": " + result.findings());
            }
        }
    }

    /** By command: ROUNDS [SEED]. */
    public static void main(String[] args) throws Exception {
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        Path folder = Files.createTempDirectory("crash-rounds");
        long acknowledged = run(folder, Integer.parseInt(args[0]), seed);
        System.out.printf(
                "%s rounds, %,d acknowledged commands, none lost, fsck clean each time%n", args[0], acknowledged);
    }
}

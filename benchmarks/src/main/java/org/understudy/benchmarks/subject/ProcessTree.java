package org.understudy.benchmarks.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process with all its descendants, as /proc has them (proc(5)). Those that ended meanwhile count with their parent. */
public final class ProcessTree {
    private static final Duration END = Duration.ofSeconds(10);
    private static final Path PROC = Path.of("/proc");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Java runs on

    private final long root;

    public ProcessTree(long root) {
        this.root = root;
    }

    /**
     * Memory of all processes.
     *
     * @param processes how many
     * @param pssBytes shared pages divided among those that share them
     */
    public record Memory(int processes, long pssBytes) {}

    /** What one line of /proc/PID/stat says. */
    private record Stat(long parent, long ticks, long childTicks, boolean ended) {}

    /** CPU seconds of all, user and system, with those of children that ended and were waited for. */
    public double cpuSeconds() {
        double seconds = 0;
        for (long pid : pids()) {
            Optional<Stat> stat = stat(pid);
            if (stat.isPresent()) {
                // Ticks know threads that have ended; the scheduler knows nanoseconds of those that live.
                double own = Math.max(stat.get().ticks() / TICKS_PER_SECOND, threadNanos(pid) / 1e9);
                seconds += own + stat.get().childTicks() / TICKS_PER_SECOND;
            }
        }
        return seconds;
    }

    private static long threadNanos(long pid) {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
            for (Path thread : threads) {
                nanos += Long.parseLong(
                        Files.readString(thread.resolve("schedstat")).split(" ")[0]);
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException gone) {
            return 0; // ended between being listed and being read, or a kernel without these figures: ticks count
        }
        return nanos;
    }

    public Memory memory() {
        long kib = 0;
        int processes = 0;
        for (long pid : pids()) {
            try {
                for (String line : Files.readAllLines(PROC.resolve(pid + "/smaps_rollup"))) {
                    if (line.startsWith("Pss:")) {
                        kib += Long.parseLong(line.replaceAll("\\D", ""));
                        processes++;
                    }
                }
            } catch (IOException gone) {
                if (Files.isDirectory(PROC.resolve(Long.toString(pid)))
                        && !stat(pid).map(Stat::ended).orElse(true)) {
                    throw new UncheckedIOException(
                            "the memory of process " + pid + " cannot be read; run as root", gone);
                }
            }
        }
        return new Memory(processes, kib * 1024);
    }

    /** The root, then its descendants. */
    public List<Long> pids() {
        Map<Long, List<Long>> children = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path one : all) {
                long pid = Long.parseLong(one.getFileName().toString());
                stat(pid)
                        .ifPresent(stat -> children.computeIfAbsent(stat.parent(), parent -> new ArrayList<>())
                                .add(pid));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("/proc cannot be read", e);
        }
        List<Long> tree = new ArrayList<>();
        Deque<Long> todo = new ArrayDeque<>(List.of(root));
        while (!todo.isEmpty()) {
            long pid = todo.remove();
            tree.add(pid);
            todo.addAll(children.getOrDefault(pid, List.of()));
        }
        return tree;
    }

    /** Ends what still runs of {@code pids}, which were taken while the root lived, and waits for that, a few seconds at most. */
    static void killAll(List<Long> pids) {
        List<ProcessHandle> running = pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(ProcessHandle::isAlive)
                .toList();
        running.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + END.toNanos();
        for (ProcessHandle one : running) {
            try {
                one.onExit().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                System.err.println("process " + one.pid() + " does not end: " + e);
            }
        }
    }

    /** CPU seconds of the whole machine, busy with anything. */
    public static double machineSeconds() {
        try {
            String[] words =
                    Files.readAllLines(PROC.resolve("stat")).get(0).trim().split("\\s+");
            long ticks = 0;
            for (int i = 1; i <= 8; i++) {
                if (i != 4 && i != 5) { // idle, iowait
                    ticks += Long.parseLong(words[i]);
                }
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/stat cannot be read", e);
        }
    }

    private static Optional<Stat> stat(long pid) {
        try {
            String text = Files.readString(PROC.resolve(pid + "/stat"));
            String[] words = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return Optional.of(new Stat(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[11]) + Long.parseLong(words[12]),
                    Long.parseLong(words[13]) + Long.parseLong(words[14]),
                    words[0].equals("Z")));
        } catch (IOException gone) {
            return Optional.empty(); // ended between being listed and being read
        }
    }
}

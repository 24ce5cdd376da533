package org.understudy.server.doctor;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that the memory which the configuration allows is there. */
final class MemoryChecks {
    private static final Pattern TOTAL = Pattern.compile("^MemTotal:\\s+(\\d+) kB", Pattern.MULTILINE);
    private static final Pattern AVAILABLE = Pattern.compile("^MemAvailable:\\s+(\\d+) kB", Pattern.MULTILINE);
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB", Pattern.MULTILINE);
    private static final Pattern SWAPPED = Pattern.compile("^VmSwap:\\s+(\\d+) kB", Pattern.MULTILINE);
    private static final Pattern SWAP_TOTAL = Pattern.compile("^SwapTotal:\\s+(\\d+) kB", Pattern.MULTILINE);
    private static final Pattern SWAP_FREE = Pattern.compile("^SwapFree:\\s+(\\d+) kB", Pattern.MULTILINE);
    /** What the rest of a small system wants. */
    private static final long OTHERS = 150L << 20;

    private static final String CHANGE = "Give the machine more memory, or take less: UNDERSTUDY_HEAP (in"
            + " /etc/default/understudy), memory.store, search.memory, shadows.open.";

    private MemoryChecks() {}

    /** @param running the process id of the server that runs */
    static Advice budget(MemoryBudget budget, Machine machine, Optional<Long> running) {
        Optional<Long> total = machine.read("/proc/meminfo").flatMap(text -> kib(TOTAL, text));
        if (total.isEmpty()) {
            return Advice.warn(
                    "memory",
                    "how much memory this machine has cannot be told",
                    "Compare it with " + mib(budget.total()) + " MiB yourself.");
        }
        long limit = total.get();
        String whose = "this machine";
        Optional<Long> container = machine.read("/sys/fs/cgroup/memory.max")
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf);
        if (container.isPresent() && container.get() < limit) {
            limit = container.get();
            whose = "the container";
        }
        String found = String.format(
                Locale.ROOT,
                "the server may take %,d MiB (%s), and %s has %,d MiB",
                mib(budget.total()),
                budget.words(),
                whose,
                mib(limit));
        Optional<String> status = running.flatMap(pid -> machine.read("/proc/" + pid + "/status"));
        Optional<Long> resident = status.flatMap(text -> kib(RESIDENT, text));
        if (resident.isPresent()) {
            found += String.format(Locale.ROOT, "; the running server takes %,d MiB now", mib(resident.get()));
        }
        if (budget.total() > limit) {
            return Advice.fail("memory", found, CHANGE);
        }
        long swapped = status.flatMap(text -> kib(SWAPPED, text)).orElse(0L);
        if (swapped > 0) {
            return Advice.warn(
                    "memory",
                    found + String.format(Locale.ROOT, ", and %,d MiB of it are swapped out", mib(swapped)),
                    CHANGE);
        }
        if (budget.total() + OTHERS > limit) {
            return Advice.warn("memory", found + ", which leaves little to the rest of the system", CHANGE);
        }
        Optional<Long> available = machine.read("/proc/meminfo").flatMap(text -> kib(AVAILABLE, text));
        if (running.isEmpty() && available.isPresent() && available.get() < budget.total()) {
            return Advice.warn(
                    "memory",
                    found + String.format(Locale.ROOT, ", of which %,d MiB are free for it now", mib(available.get())),
                    "Find out what else takes memory here ('ps aux --sort=-rss | head'), or take less: UNDERSTUDY_HEAP,"
                            + " memory.store.");
        }
        return Advice.ok("memory", found);
    }

    /** Whether what does not fit goes to a disk, and has gone there. */
    static Advice swap(Machine machine) {
        Optional<String> text = machine.read("/proc/meminfo");
        Optional<Long> total = text.flatMap(all -> kib(SWAP_TOTAL, all));
        Optional<Long> free = text.flatMap(all -> kib(SWAP_FREE, all));
        if (total.isEmpty() || free.isEmpty()) {
            return Advice.warn("swap", "whether this machine swaps cannot be told", "Look at 'free -m' yourself.");
        }
        if (total.get() == 0) {
            return Advice.ok(
                    "swap",
                    "there is none: when memory ends, the kernel ends a process, and systemd starts the"
                            + " server again");
        }
        long used = total.get() - free.get();
        String found = String.format(Locale.ROOT, "%,d of %,d MiB of swap are in use", mib(used), mib(total.get()));
        return used > total.get() / 2
                ? Advice.warn(
                        "swap",
                        found + ": this machine has too little memory for what runs on it",
                        "Find out what takes it ('ps aux --sort=-rss | head'). Java that is swapped out answers after"
                                + " seconds: move other programs elsewhere, or add memory.")
                : Advice.ok("swap", found);
    }

    private static Optional<Long> kib(Pattern line, String text) {
        Matcher matcher = line.matcher(text);
        return matcher.find() ? Optional.of(Long.parseLong(matcher.group(1)) << 10) : Optional.empty();
    }

    private static long mib(long bytes) {
        return bytes >> 20;
    }
}

package org.understudy.server.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of what the host gives every process: Java, open files, clock, time zone. */
final class HostChecks {
    private static final int WANTED_JAVA = 25;
    /** What a server of few users needs: 4,096 tables of the store and some hundred connections. */
    private static final long FEWEST_FILES = 8_192;

    /** What Java, the store and a restore start, several times over. */
    private static final long WANTED_THREADS = 1_024;

    private static final long FEWEST_THREADS = 200;

    private static final Pattern THREADS = Pattern.compile("^Max processes\\s+(\\d+|unlimited)", Pattern.MULTILINE);
    private static final Pattern OPEN_FILES =
            Pattern.compile("^Max open files\\s+(\\d+|unlimited)\\s+(\\d+|unlimited)", Pattern.MULTILINE);
    private static final Duration DRIFT = Duration.ofMillis(20);
    private static final Duration SLACK = Duration.ofSeconds(2);

    private HostChecks() {}

    static Advice java(Doctor.JavaProcess java) {
        String bits = java.bits();
        String found = "Java " + java.version() + " of " + java.vendor() + ", " + bits + " bits"
                + (java.packaged() ? ", the package's own" : "");
        if (!bits.equals("64")) {
            return Advice.fail("java", found, "Run it on a 64-bit Java; the store's library has no other.");
        }
        if (java.packaged() && !java.archive()) {
            return Advice.warn(
                    "java",
                    found + ", without an archive of classes",
                    "Starts take twice as long as they could: run 'quicken', which lies beside 'understudy' in the"
                            + " package (after Debian's package: '/usr/lib/understudy/bin/quicken"
                            + " /var/cache/understudy/classes.jsa').");
        }
        return java.feature() >= WANTED_JAVA
                ? Advice.ok("java", found)
                : Advice.warn(
                        "java",
                        found,
                        "Java " + WANTED_JAVA + " or newer starts in half the time and needs less memory; the packages"
                                + " bring it.");
    }

    /**
     * The limit of the server's process if one runs, else of this one.
     *
     * @param server its process id; null if none runs
     * @param connections how many the configuration admits at once
     */
    static Advice openFiles(Machine machine, @Nullable Long server, int connections) {
        String whose = server == null ? "this process" : "the running server";
        Optional<String> limits = machine.read("/proc/" + (server == null ? "self" : server) + "/limits");
        Matcher matcher = OPEN_FILES.matcher(limits.orElse(""));
        if (!matcher.find()) {
            return Advice.warn(
                    "files",
                    "how many files " + whose + " may open cannot be told",
                    "Run this command as root or as the server's account.");
        }
        String soft = matcher.group(1);
        long allowed = soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
        // The store opens 4,096 tables at most; each connection takes one, with COMPRESS and literals a second for a
        // while.
        long wanted = Math.max(FEWEST_FILES, 4_096 + 2L * connections);
        String found = whose + " may open "
                + (soft.equals("unlimited") ? "any number of" : String.format(Locale.ROOT, "%,d", allowed)) + " files";
        String change = "Set LimitNOFILE=65536 in the unit ('systemctl edit understudy'), or 'ulimit -n 65536' before"
                + " starting by hand.";
        if (allowed < FEWEST_FILES) {
            return Advice.fail("files", found + String.format(Locale.ROOT, ", and %,d are needed", wanted), change);
        }
        if (allowed < wanted) {
            return Advice.warn(
                    "files",
                    found
                            + String.format(
                                    Locale.ROOT,
                                    ", and %,d are needed for limits.connections = %,d",
                                    wanted,
                                    connections),
                    change);
        }
        return Advice.ok("files", found);
    }

    /** How many threads and processes the server's account may have, by its limit and its container's. */
    static Advice threads(Machine machine, @Nullable Long server) {
        String whose = server == null ? "this process" : "the running server";
        Matcher matcher = THREADS.matcher(machine.read("/proc/" + (server == null ? "self" : server) + "/limits")
                .orElse(""));
        if (!matcher.find()) {
            return Advice.warn(
                    "threads",
                    "how many threads " + whose + " may start cannot be told",
                    "Run this command as root or as the server's account.");
        }
        long allowed = matcher.group(1).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(matcher.group(1));
        long container = machine.read("/sys/fs/cgroup/pids.max")
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .orElse(Long.MAX_VALUE);
        long least = Math.min(allowed, container);
        String found = whose + " may have "
                + (least == Long.MAX_VALUE ? "any number of" : String.format(Locale.ROOT, "%,d", least)) + " threads"
                + (container < allowed ? " (the container's limit)" : "");
        String change = "Raise it to " + WANTED_THREADS + ": TasksMax and LimitNPROC in the unit, 'ulimit -u', or the"
                + " container's limit of processes.";
        if (least < FEWEST_THREADS) {
            return Advice.fail("threads", found, change);
        }
        return least < WANTED_THREADS ? Advice.warn("threads", found, change) : Advice.ok("threads", found);
    }

    /**
     * @param newestFile when the newest file of the store was written, by the clock of then; null where there is no store
     */
    static List<Advice> clock(Machine machine, Instant now, @Nullable Instant newestFile) throws InterruptedException {
        if (newestFile != null && newestFile.isAfter(now.plus(SLACK))) {
            return List.of(Advice.fail(
                    "clock",
                    "the clock says " + now + ", and a file of the store was written at " + newestFile
                            + ": it has gone back by "
                            + Duration.between(now, newestFile).toSeconds() + " s",
                    "Set the clock right before the server takes mail: dates of messages, the window of expunged mail and"
                            + " restores to the second go by it."));
        }
        long drift = machine.wallClockDrift();
        if (Math.abs(drift) > DRIFT.toNanos()) {
            return List.of(Advice.warn(
                    "clock",
                    String.format(Locale.ROOT, "the clock jumped by %,d ms while it was watched", drift / 1_000_000),
                    "Let one time service slew it: 'apt install chrony' or systemd-timesyncd, never ntpdate by cron."));
        }
        return List.of(synchronised(machine));
    }

    private static Advice synchronised(Machine machine) {
        Optional<String> said = machine.command("timedatectl", "show", "--property=NTPSynchronized", "--value")
                .map(String::strip)
                .filter(word -> word.equals("yes") || word.equals("no"));
        if (said.isEmpty()
                && machine.command("chronyc", "-c", "waitsync", "1", "1").isPresent()) {
            said = Optional.of("yes");
        }
        String change = "Run a time service: 'apt install chrony', or 'timedatectl set-ntp true'.";
        return switch (said.orElse("")) {
            case "yes" -> Advice.ok("clock", "the clock is synchronised and does not jump");
            case "no" -> Advice.warn("clock", "the clock is not synchronised", change);
            default ->
                Advice.warn(
                        "clock",
                        "nobody can say whether the clock is synchronised (neither timedatectl nor chronyc answers); it"
                                + " did not jump while it was watched",
                        change + " In a container, the host's counts.");
        };
    }

    /** @param schedule whose wall clock the schedule means */
    static Advice zone(ZoneId system, ZoneId schedule, Instant now) {
        String found = "times of day are meant in " + schedule;
        if (!schedule.normalized().equals(system.normalized())) {
            return Advice.ok("zone", found + " (schedule.zone); the system is in " + system);
        }
        boolean utc = schedule.getRules().getOffset(now).equals(ZoneOffset.UTC)
                && schedule.getRules().isFixedOffset();
        return Advice.ok(
                "zone",
                found + ", the system's time zone"
                        + (utc ? ", which is UTC: nights there may be working hours here" : ""));
    }
}

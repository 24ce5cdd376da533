package org.understudy.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.understudy.server.doctor.SyncTrial.Latencies;

/** Checks of the disk that the data folder lies on. */
final class DiskChecks {
    /** Those that lose locks, renames or syncs of another machine. */
    private static final Set<String> REMOTE = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "9p",
            "ceph",
            "glusterfs",
            "fuse.sshfs",
            "fuse.glusterfs",
            "fuse.s3fs",
            "afs",
            "virtiofs");

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> PROVEN = Set.of("ext4", "xfs", "btrfs", "zfs", "ext3");

    private static final long GIB = 1L << 30;
    /** Below it no medium with a head that moves can have written anything. */
    private static final double ROTATING_MICROS = 1_500;
    /** Below it a write has gone no further than this machine's memory or a cache that a battery keeps. */
    private static final double PLAUSIBLE_MICROS = 30;

    private static final double SLOW_MICROS = 20_000;

    private static final Pattern VIRTUAL = Pattern.compile("x?vd[a-z]+\\d*");

    private DiskChecks() {}

    static Advice fileSystem(Path data, Optional<Mount> found) {
        if (found.isEmpty()) {
            return Advice.warn(
                    "filesystem",
                    "what " + data + " lies on cannot be told",
                    "Make sure that it is a local disk with ext4 or xfs.");
        }
        Mount mount = found.get();
        String words = data + " is on " + mount.type() + " (" + mount.source() + " at " + mount.point() + ")";
        if (REMOTE.contains(mount.type())) {
            return Advice.fail(
                    "filesystem",
                    words + ", which is not a local disk",
                    "Put data-folder on a local disk. Over a network, locks and syncs do not hold what the store relies"
                            + " on; the repository may lie there.");
        }
        if (IN_MEMORY.contains(mount.type())) {
            return Advice.fail(
                    "filesystem",
                    words + ": all mail is gone after a restart of the machine",
                    "Put data-folder on a disk.");
        }
        if (mount.options().contains("ro")) {
            return Advice.fail(
                    "filesystem",
                    words + ", mounted read-only",
                    "Mount it for writing; look at 'dmesg' for why it is not.");
        }
        List<String> reckless = mount.options().stream()
                .filter(option -> Set.of("nobarrier", "barrier=0", "nointegrity", "sync=disabled")
                        .contains(option))
                .toList();
        if (!reckless.isEmpty()) {
            return Advice.fail(
                    "filesystem",
                    words + ", mounted with " + String.join(",", reckless),
                    "Mount it without that: a power cut would take mail that was acknowledged.");
        }
        if (mount.type().equals("overlay")) {
            return Advice.warn(
                    "filesystem",
                    words + ": the layer of a container, which goes with the container",
                    "Mount a volume of the host at " + data + ".");
        }
        return PROVEN.contains(mount.type())
                ? Advice.ok("filesystem", words)
                : Advice.warn("filesystem", words + ", on which Understudy is not tried", "Prefer ext4 or xfs.");
    }

    static Advice space(Path data, long usable, long held) {
        String found = String.format(
                Locale.ROOT, "%,.1f GB are free for %s, which holds %,.1f GB", usable / 1e9, data, held / 1e9);
        if (usable < GIB) {
            return Advice.fail(
                    "space", found, "Free some, or move data-folder: below 1 GiB the store soon stops taking mail.");
        }
        // A shadow of the largest restore, and compactions, want room beside the mail.
        return usable < Math.max(5 * GIB, held / 4)
                ? Advice.warn(
                        "space",
                        found,
                        "Have a quarter of the store free, and 5 GiB at least: restores and compactions need it.")
                : Advice.ok("space", found);
    }

    static List<Advice> sync(Path tried, Optional<Mount> mount, Machine machine, SyncTrial trial) {
        Latencies latencies;
        try {
            latencies = trial.measure(tried);
        } catch (IOException e) {
            return List.of(Advice.fail(
                    "disk",
                    "a trial file could not be written and synced in " + tried + ": " + e,
                    "Look at 'dmesg' for errors of the disk, and at the folder's rights."));
        }
        List<Advice> all = new ArrayList<>();
        all.add(speed(latencies));
        all.add(honesty(
                latencies,
                mount.flatMap(m -> m.queue("rotational", machine)),
                mount.flatMap(m -> m.queue("write_cache", machine)),
                mount.map(m -> m.disk(machine)).orElse("the disk")));
        return all;
    }

    static Advice speed(Latencies latencies) {
        double middle = latencies.percentile(50);
        String found = String.format(
                Locale.ROOT,
                "a durable 4 KiB takes %,.0f µs (median), %,.0f µs (90 %%), %,.0f µs (99 %%), %,.0f µs at most of %d;"
                        + " %,.0f MB a second in bulk",
                middle,
                latencies.percentile(90),
                latencies.percentile(99),
                latencies.percentile(100),
                latencies.count(),
                latencies.octetsPerSecond() / 1e6);
        return middle > SLOW_MICROS
                ? Advice.warn(
                        "disk",
                        found,
                        "One connection gets some " + Math.max(1, Math.round(1e6 / middle))
                                + " messages a second onto this disk, many at once more. A solid-state disk, or a"
                                + " controller whose cache has a battery, is what mail wants.")
                : Advice.ok("disk", found);
    }

    /** What can be known of whether a sync reaches the medium: that some are too quick for it. */
    static Advice honesty(Latencies latencies, Optional<String> rotational, Optional<String> cache, String disk) {
        double quickest = latencies.percentile(1);
        // What a virtual disk says of itself is the default of its driver.
        boolean virtual = VIRTUAL.matcher(disk).matches();
        boolean rotates = !virtual && rotational.filter("1"::equals).isPresent();
        boolean writeBack = cache.filter("write back"::equals).isPresent();
        String measured = String.format(Locale.ROOT, "%,.0f µs", quickest);
        String kind = disk
                + (virtual
                        ? ", a virtual disk"
                        : rotational.isEmpty() ? "" : rotates ? ", a rotating disk" : ", not rotating")
                + cache.map(words -> ", write cache: " + words).orElse("");
        String change =
                "Find out what keeps acknowledged writes through a power cut: a battery or capacitors, or turn the"
                        + " write cache off ('hdparm -W0', the controller's tool); in a virtual machine, the host's cache mode.";
        if (quickest < PLAUSIBLE_MICROS) {
            return Advice.warn(
                    "fsync",
                    "a sync comes back after " + measured + " on " + kind
                            + ": too quick for any disk to have written it",
                    change);
        }
        if (rotates && quickest < ROTATING_MICROS) {
            return Advice.warn(
                    "fsync",
                    "a sync comes back after " + measured + " on " + kind
                            + ": quicker than a head moves, so a cache answered",
                    change);
        }
        if (virtual) {
            return Advice.ok(
                    "fsync",
                    "syncs take plausible time (" + measured + " and more) on " + kind
                            + "; what the machine below does with them cannot be seen from here");
        }
        if (!writeBack && cache.isPresent() && !rotates) {
            return Advice.ok(
                    "fsync",
                    "syncs take plausible time (" + measured + " and more) on " + kind
                            + "; whether they outlive a power cut only one would show");
        }
        return Advice.ok(
                "fsync",
                "syncs take plausible time (" + measured + " and more) on " + kind
                        + "; the system asks the disk to empty its cache at each, and only a power cut shows whether it does");
    }
}

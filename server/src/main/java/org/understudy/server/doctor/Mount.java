package org.understudy.server.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code /proc/self/mountinfo} (proc(5)).
 *
 * @param device major and minor number, for example {@code 8:1}; the major one is 0 where no block device lies below
 * @param type of the file system, for example {@code ext4}
 * @param source what is mounted, for example {@code /dev/sda1} or {@code server:/export}
 * @param options of the mount and of the file system
 */
record Mount(String device, Path point, String type, String source, List<String> options) {
    private static final String END_OF_OPTIONAL = "-";

    /** The mount that a folder lies on; empty if the table cannot be read or names none. */
    static Optional<Mount> of(Path folder, Machine machine) {
        Path real = machine.nearest(folder);
        return machine.read("/proc/self/mountinfo").stream()
                .flatMap(String::lines)
                .flatMap(line -> parse(line).stream())
                .filter(mount -> real.startsWith(mount.point))
                // Of two mounts at one place the later one covers the other.
                .reduce((a, b) -> longest(a, b));
    }

    private static Mount longest(Mount a, Mount b) {
        return Comparator.comparingInt((Mount m) -> m.point.getNameCount()).compare(a, b) > 0 ? a : b;
    }

    static Optional<Mount> parse(String line) {
        List<String> words = Arrays.asList(line.strip().split(" "));
        int dash = words.indexOf(END_OF_OPTIONAL);
        if (dash < 6 || words.size() < dash + 4) {
            return Optional.empty();
        }
        List<String> options = new ArrayList<>(List.of(words.get(5).split(",")));
        options.addAll(List.of(words.get(dash + 3).split(",")));
        return Optional.of(new Mount(
                words.get(2),
                Path.of(unescaped(words.get(4))),
                words.get(dash + 1),
                unescaped(words.get(dash + 2)),
                List.copyOf(options)));
    }

    /** Blank, tab, line end and backslash stand there as a backslash and three octal digits. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    /** A property of the queue of the disk below, for example {@code rotational}; of a partition, that of its disk. */
    Optional<String> queue(String property, Machine machine) {
        Optional<Path> link = machine.link("/sys/dev/block/" + device);
        if (link.isEmpty()) {
            return Optional.empty();
        }
        Path disk = link.get();
        return machine.read(disk + "/queue/" + property)
                .or(() -> machine.read(disk.getParent() + "/queue/" + property))
                .map(String::strip);
    }

    /** The disk below, by its name in /sys; for a partition the disk that it is on, else the device number. */
    String disk(Machine machine) {
        Optional<Path> link = machine.link("/sys/dev/block/" + device);
        if (link.isEmpty()) {
            return device.startsWith("0:") ? source : device;
        }
        Path path = link.get();
        boolean partition = machine.read(path + "/partition").isPresent();
        Path parent = path.getParent();
        return String.valueOf((partition && parent != null ? parent : path).getFileName());
    }
}

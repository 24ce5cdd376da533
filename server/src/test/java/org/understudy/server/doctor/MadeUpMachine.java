package org.understudy.server.doctor;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A host of the tests' choosing. */
final class MadeUpMachine implements Machine {
    final Map<String, String> files = new HashMap<>();
    final Map<String, String> commands = new HashMap<>();
    final Map<String, Path> links = new HashMap<>();
    final Map<Long, List<String>> holders = new HashMap<>();
    final Map<Path, String> rights = new HashMap<>();
    final Map<Path, String> owners = new HashMap<>();
    long drift;
    boolean writable = true;
    String account = "root";

    MadeUpMachine with(String file, String text) {
        files.put(file, text);
        return this;
    }

    /** A disk with one partition {@code 8:1}, mounted at {@code point}. */
    MadeUpMachine disk(String type, String point, String options, String rotational, String cache) {
        links.put("/sys/dev/block/8:1", Path.of("/sys/devices/sda/sda1"));
        return with(
                        "/proc/self/mountinfo",
                        "20 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n"
                                + "21 20 8:1 / " + point + " " + options + " shared:2 master:1 - " + type
                                + " /dev/sda1 rw\n")
                .with("/sys/devices/sda/sda1/partition", "1\n")
                .with("/sys/devices/sda/queue/rotational", rotational + "\n")
                .with("/sys/devices/sda/queue/write_cache", cache + "\n");
    }

    @Override
    public Optional<String> read(String file) {
        return Optional.ofNullable(files.get(file));
    }

    @Override
    public Optional<String> command(String... words) {
        return Optional.ofNullable(commands.get(words[0]));
    }

    @Override
    public Path nearest(Path folder) {
        return folder;
    }

    @Override
    public long usableSpace(Path folder) {
        return 1L << 40;
    }

    @Override
    public boolean writable(Path folder) {
        return writable;
    }

    @Override
    public Optional<Set<PosixFilePermission>> rights(Path file) {
        return Optional.ofNullable(rights.get(file)).map(PosixFilePermissions::fromString);
    }

    @Override
    public String owner(Path folder) {
        return owners.getOrDefault(folder, "understudy");
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public Optional<Path> link(String file) {
        return Optional.ofNullable(links.get(file));
    }

    @Override
    public List<String> holders(long inode) {
        return holders.getOrDefault(inode, List.of());
    }

    @Override
    public long wallClockDrift() {
        return drift;
    }
}

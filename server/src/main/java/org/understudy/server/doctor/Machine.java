package org.understudy.server.doctor;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a host tells of itself. */
public interface Machine {
    /** The text of one of the kernel's files, for example {@code /proc/meminfo}; empty if it cannot be read. */
    Optional<String> read(String file);

    /** Standard output of a command that ended with 0; empty if there is none, it failed, or took longer than 5 s. */
    Optional<String> command(String... words);

    /** The folder itself if it exists, else the nearest one above that does; links resolved. */
    Path nearest(Path folder);

    /** Bytes that this process may still write there. */
    long usableSpace(Path folder);

    /** Whether this process may make files there. */
    boolean writable(Path folder);

    /** Who may do what with it; empty if it is not there, or the file system has no such rights. */
    Optional<Set<PosixFilePermission>> rights(Path file);

    /** The account that owns it. */
    String owner(Path folder);

    /** The account that this process runs as. */
    String account();

    /** Where the address points, or what is below a folder of links, such as {@code /sys/dev/block/8:1}. */
    Optional<Path> link(String file);

    /** Which processes hold the socket of that number open, as {@code name (pid N)}; empty if that may not be seen. */
    List<String> holders(long inode);

    /** How far the wall clock moved against the steady one over a short while, in nanoseconds. */
    long wallClockDrift() throws InterruptedException;
}

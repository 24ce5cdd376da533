package org.understudy.server.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The host that this process runs on. On systems other than Linux most of it is empty, which checks call unknown. */
public final class LinuxMachine implements Machine {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration DRIFT_WATCH = Duration.ofMillis(500);

    private final InstantSource clock;

    public LinuxMachine(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> command(String... words) {
        try {
            Path out = Files.createTempFile("understudy-doctor", ".out");
            try {
                Process process = new ProcessBuilder(words)
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                return process.exitValue() == 0 ? Optional.of(Files.readString(out)) : Optional.empty();
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public Path nearest(Path folder) {
        Path at = folder.toAbsolutePath().normalize();
        while (!Files.exists(at)) {
            Path parent = at.getParent();
            if (parent == null) {
                return at;
            }
            at = parent;
        }
        try {
            return at.toRealPath();
        } catch (IOException e) {
            return at;
        }
    }

    /** By the folder itself, not by its mount, which a process in a changed root does not see. */
    @Override
    public long usableSpace(Path folder) {
        return folder.toFile().getUsableSpace();
    }

    @Override
    public boolean writable(Path folder) {
        return Files.isDirectory(folder) && Files.isWritable(folder);
    }

    @Override
    public Optional<Set<PosixFilePermission>> rights(Path file) {
        try {
            return Optional.of(Files.getPosixFilePermissions(file));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public String owner(Path folder) {
        try {
            return Files.getOwner(folder).getName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String account() {
        return System.getProperty("user.name", "?");
    }

    @Override
    public Optional<Path> link(String file) {
        try {
            return Optional.of(Path.of(file).toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> holders(long inode) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), "socket:[" + inode + "]")) {
                    String name = read(process + "/comm").orElse("?").strip();
                    found.add(name + " (pid " + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /** Processes of other accounts do not let their files be seen, and some end meanwhile: those hold nothing we know. */
    private static boolean holds(Path files, String target) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(files)) {
            for (Path one : open) {
                if (points(one, target)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean points(Path link, String target) {
        try {
            return Files.readSymbolicLink(link).toString().equals(target);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public long wallClockDrift() throws InterruptedException {
        long steady = System.nanoTime();
        var wall = clock.instant();
        TimeUnit.NANOSECONDS.sleep(DRIFT_WATCH.toNanos());
        long passed = System.nanoTime() - steady;
        return Duration.between(wall, clock.instant()).toNanos() - passed;
    }
}

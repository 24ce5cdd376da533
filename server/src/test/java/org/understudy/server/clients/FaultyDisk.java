package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A disk that fails as the test wants, and a clock that jumps, for a process that was started with {@link #environment}: the library of
 * {@code src/test/c/faults.c}, which is compiled here with cc. Tests are skipped where there is none.
 */
final class FaultyDisk {
    private static final int SIZE = 4096;

    /** A call that may fail; the order is the library's. */
    enum Call {
        WRITE,
        SYNC,
        CREATE,
        FALLOCATE,
        READ
    }

    /** Which files are concerned; the order is the library's. */
    enum Concerned {
        ALL,
        LOGS,
        TABLES,
        MANIFESTS,
        GUARD
    }

    /** Numbers of Linux. */
    enum Error {
        EIO(5),
        EMFILE(24),
        ENOSPC(28);

        private final int number;

        Error(int number) {
            this.number = number;
        }
    }

    private final Path folder;
    private final Path library;
    private final Path control;
    private final MappedByteBuffer switches;

    private FaultyDisk(Path folder, Path library, Path control, MappedByteBuffer switches) {
        this.folder = folder;
        this.library = library;
        this.control = control;
        this.switches = switches;
    }

    /**
     * Makes one.
     *
     * @param folder calls on files below it are concerned; must exist
     * @param workshop another folder, for the library and its switches
     */
    static FaultyDisk over(Path folder, Path workshop) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux") && Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")),
                "faults of a disk are simulated on Linux with glibc on x86-64 only");
        Path library = workshop.resolve("faults.so");
        Path source = source();
        Process compiler;
        try {
            compiler = new ProcessBuilder(
                            "cc",
                            "-shared",
                            "-fPIC",
                            "-O2",
                            "-o",
                            library.toString(),
                            source.toString(),
                            "-ldl",
                            "-lpthread")
                    .redirectErrorStream(true)
                    .redirectOutput(workshop.resolve("cc.log").toFile())
                    .start();
        } catch (IOException e) {
            Assumptions.abort("there is no C compiler to build the faulty disk with: " + e.getMessage());
            throw e;
        }
        assertThat(compiler.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(compiler.exitValue())
                .as(Files.readString(workshop.resolve("cc.log")))
                .isZero();
        Path control = Files.write(workshop.resolve("faults"), new byte[SIZE]);
        try (FileChannel channel = FileChannel.open(control, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer switches = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
            switches.order(ByteOrder.nativeOrder());
            return new FaultyDisk(folder.toRealPath(), library, control, switches);
        }
    }

    private static Path source() {
        Path here = Path.of("src", "test", "c", "faults.c");
        return Files.exists(here) ? here : Path.of("server").resolve(here);
    }

    /** What a process must have in its environment. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAULTS_FOLDER", folder.toString(),
                "FAULTS_CONTROL", control.toString());
    }

    /**
     * The same, and what would outlive a loss of power is kept in a folder.
     *
     * @param durable must exist, on the same file system
     */
    Map<String, String> environment(Path durable) {
        Map<String, String> all = new HashMap<>(environment());
        all.put("FAULTS_DURABLE", durable.toString());
        return all;
    }

    /** From now on the call fails. */
    void fail(Call call, Error error, Concerned files) {
        switches.putInt(4 * 6, files.ordinal());
        switches.putInt(4 * call.ordinal(), error.number);
    }

    /** From now on no file can be opened. */
    void failOpening(Error error, Concerned files) {
        switches.putInt(4 * 6, files.ordinal());
        switches.putInt(4 * 7, error.number);
    }

    /** From now on the clock of the day is wrong by so much, less than 68 years. */
    void setClockWrongBy(Duration by) {
        switches.putInt(4 * 8, Math.toIntExact(by.toSeconds()));
    }

    /** How many calls were made to fail. */
    int failed() {
        return switches.getInt(4 * 5);
    }

    /** From now on all is well. */
    void heal() {
        for (Call call : Call.values()) {
            switches.putInt(4 * call.ordinal(), 0);
        }
        switches.putInt(4 * 7, 0);
    }
}

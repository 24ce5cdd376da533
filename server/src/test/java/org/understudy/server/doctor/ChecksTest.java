package org.understudy.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.server.admin.ServerStatus.Listening;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.doctor.Advice.Level;
import org.understudy.server.doctor.SyncTrial.Latencies;

/** Each rule, against hosts made up for it. */
class ChecksTest {
    private static final Path DATA = Path.of("/var/lib/understudy");
    private static final Instant NOW = Instant.parse("2026-05-27T12:00:00Z");

    private final MadeUpMachine machine = new MadeUpMachine();

    private static Latencies micros(long quickest) {
        return new Latencies(
                LongStream.range(0, 100).mapToObj(i -> (quickest + i) * 1000).toList(), 1e8);
    }

    @ParameterizedTest
    @CsvSource({"1024, 10000, FAIL", "10000, 10000, WARN", "65536, 10000, OK", "unlimited, 10000, OK", "8192, 100, OK"})
    void openFilesMustDoForTablesAndConnections(String limit, int connections, Level level) {
        machine.with(
                "/proc/self/limits",
                "Max processes  1 1 p\nMax open files            " + limit
                        + "              524288               files     \n");
        assertThat(HostChecks.openFiles(machine, null, connections).level()).isEqualTo(level);
    }

    @Test
    void theLimitOfTheRunningServerIsTheOneThatCounts() {
        machine.with("/proc/self/limits", "Max open files  1000000 1000000 files")
                .with("/proc/77/limits", "Max open files  1024 1048576 files");
        assertThat(HostChecks.openFiles(machine, 77L, 100)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.FAIL);
            assertThat(one.found()).isEqualTo("the running server may open 1,024 files, and 8,192 are needed");
        });
        assertThat(HostChecks.openFiles(machine, 78L, 100).level()).isEqualTo(Level.WARN);
    }

    @ParameterizedTest
    @CsvSource({
        "100, max, FAIL, 'this process may have 100 threads'",
        "500, max, WARN, 'this process may have 500 threads'",
        "63000, max, OK, 'this process may have 63,000 threads'",
        "unlimited, max, OK, 'this process may have any number of threads'",
        "unlimited, 150, FAIL, 'this process may have 150 threads (the container''s limit)'"
    })
    void threadsMustDoByTheAccountsLimitAndTheContainers(String limit, String pids, Level level, String found) {
        machine.with("/proc/self/limits", "Max processes             " + limit + "   63000   processes \n")
                .with("/sys/fs/cgroup/pids.max", pids + "\n");
        Advice one = HostChecks.threads(machine, null);
        assertThat(one.level()).isEqualTo(level);
        assertThat(one.found()).isEqualTo(found);
        assertThat(HostChecks.threads(machine, 99L).found()).endsWith("cannot be told");
    }

    @ParameterizedTest
    @CsvSource({
        "25, 64, false, false, OK",
        "25, 64, true, true, OK",
        "25, 64, true, false, WARN",
        "21, 64, false, false, WARN",
        "25, 32, false, false, FAIL"
    })
    void javaMustBeOfSixtyFourBitsAndIsBetterNewAndWithItsArchive(
            int feature, String bits, boolean packaged, boolean archive, Level level) {
        assertThat(HostChecks.java(new Doctor.JavaProcess("x", "Adoptium", feature, bits, 1, 1, packaged, archive))
                        .level())
                .isEqualTo(level);
    }

    @Test
    void theDataFolderIsTheServersAlone() {
        assertThat(FolderChecks.rights(DATA, machine).found()).contains("is not there yet");
        machine.rights.put(DATA, "rwx------");
        assertThat(FolderChecks.rights(DATA, machine)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.OK);
            assertThat(one.found()).isEqualTo("only understudy may enter /var/lib/understudy");
        });
        machine.rights.put(DATA, "rwxr-x---");
        assertThat(FolderChecks.rights(DATA, machine).level()).isEqualTo(Level.WARN);
        machine.rights.put(DATA, "rwx-----x");
        assertThat(FolderChecks.rights(DATA, machine)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.FAIL);
            assertThat(one.change()).contains("chmod 0700 /var/lib/understudy");
        });
        machine.rights.put(DATA, "rwx------");
        machine.rights.put(DATA.resolve("store"), "rwx------");
        machine.owners.put(DATA.resolve("store"), "root");
        assertThat(FolderChecks.rights(DATA, machine)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.FAIL);
            assertThat(one.found()).contains("store belongs to root, and /var/lib/understudy to understudy");
            assertThat(one.change()).contains("chown -R understudy:");
        });
    }

    @Test
    void aMachineThatSwapsIsToldAndOneWithoutSwapIsNotBlamed() {
        assertThat(MemoryChecks.swap(machine).level()).isEqualTo(Level.WARN);
        machine.with("/proc/meminfo", "SwapTotal: 0 kB\nSwapFree: 0 kB\n");
        assertThat(MemoryChecks.swap(machine).level()).isEqualTo(Level.OK);
        machine.with("/proc/meminfo", "SwapTotal: 1048576 kB\nSwapFree: 1000000 kB\n");
        assertThat(MemoryChecks.swap(machine).level()).isEqualTo(Level.OK);
        machine.with("/proc/meminfo", "SwapTotal: 1048576 kB\nSwapFree: 102400 kB\n");
        assertThat(MemoryChecks.swap(machine)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.WARN);
            assertThat(one.found()).startsWith("924 of 1,024 MiB of swap are in use");
        });
    }

    @Test
    void aRepositoryWithoutRoomForASnapshotIsToldBeforeTheSnapshotFails() {
        Path folder = Path.of("/backup");
        assertThat(RepositoryChecks.space(folder, 5_000_000_000L, 10_000_000_000L)
                        .level())
                .isEqualTo(Level.WARN);
        assertThat(RepositoryChecks.space(folder, 500_000_000L, 0).level()).isEqualTo(Level.WARN);
        assertThat(RepositoryChecks.space(folder, 50_000_000_000L, 10_000_000_000L)
                        .level())
                .isEqualTo(Level.OK);
    }

    @Test
    void aClockThatWentBackIsToldByTheStore() throws Exception {
        machine.commands.put("timedatectl", "yes\n");
        assertThat(HostChecks.clock(machine, NOW, NOW.minusSeconds(60)))
                .extracting(Advice::level)
                .containsExactly(Level.OK);
        assertThat(HostChecks.clock(machine, NOW, NOW.plusSeconds(3600)).get(0)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.FAIL);
            assertThat(one.found()).contains("it has gone back by 3600 s");
        });
    }

    @Test
    void aClockThatJumpsOrIsNotSynchronisedIsToldAndAnUnknownOneIsNotCalledGood() throws Exception {
        assertThat(HostChecks.clock(machine, NOW, null).get(0).found()).startsWith("nobody can say");
        machine.commands.put("timedatectl", "no\n");
        assertThat(HostChecks.clock(machine, NOW, null).get(0).found()).isEqualTo("the clock is not synchronised");
        machine.commands.put("timedatectl", "yes\n");
        machine.drift = -Duration.ofMillis(300).toNanos();
        assertThat(HostChecks.clock(machine, NOW, null).get(0)).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.WARN);
            assertThat(one.found()).contains("jumped by -300 ms");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "ext4, 'rw,relatime', OK",
        "xfs, rw, OK",
        "nfs4, rw, FAIL",
        "cifs, rw, FAIL",
        "tmpfs, rw, FAIL",
        "ext4, ro, FAIL",
        "ext4, 'rw,nobarrier', FAIL",
        "overlay, rw, WARN",
        "reiserfs, rw, WARN"
    })
    void mailWantsALocalDiskThatKeepsItsOrder(String type, String options, Level level) {
        machine.disk(type, "/var/lib", options, "0", "write back");
        Advice one = DiskChecks.fileSystem(DATA, Mount.of(DATA, machine));
        assertThat(one.level()).isEqualTo(level);
        assertThat(one.found()).contains("/var/lib/understudy is on " + type + " (/dev/sda1 at /var/lib)");
    }

    @Test
    void theMountIsTheDeepestAndTheLastOne() {
        machine.with(
                "/proc/self/mountinfo",
                "1 1 8:2 / / rw - ext4 /dev/a rw\n2 1 8:3 / /var rw - ext4 /dev/b rw\n"
                        + "3 1 8:4 / /var/lib/under rw - ext4 /dev/c rw\n4 1 8:5 / /var rw - xfs /dev/d\\040e rw\nrubbish\n");
        assertThat(Mount.of(DATA, machine)).hasValueSatisfying(mount -> {
            assertThat(mount.type()).isEqualTo("xfs");
            assertThat(mount.source()).isEqualTo("/dev/d e");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "12, 0, write back, WARN, too quick for any disk",
        "12, 0, write through, WARN, too quick for any disk",
        "400, 1, write back, WARN, quicker than a head moves",
        "8000, 1, write back, OK, plausible",
        "90, 0, write through, OK, plausible",
        "90, 0, write back, OK, only a power cut shows"
    })
    void syncsThatCannotBeTrueAreDoubted(long micros, String rotational, String cache, Level level, String words) {
        machine.disk("ext4", "/var", "rw", rotational, cache);
        Mount mount = Mount.of(DATA, machine).orElseThrow();
        Advice one = DiskChecks.honesty(
                micros(micros),
                mount.queue("rotational", machine),
                mount.queue("write_cache", machine),
                mount.disk(machine));
        assertThat(one.level()).isEqualTo(level);
        assertThat(one.found()).contains(words).contains("sda");
    }

    @Test
    void aVirtualDiskIsNotBelievedToRotate() {
        assertThat(DiskChecks.honesty(micros(144), Optional.of("1"), Optional.of("write back"), "vda"))
                .satisfies(one -> {
                    assertThat(one.level()).isEqualTo(Level.OK);
                    assertThat(one.found()).contains("vda, a virtual disk").contains("cannot be seen from here");
                });
    }

    @Test
    void aSlowDiskAndLittleSpaceAreToldInNumbers() {
        assertThat(DiskChecks.speed(micros(30_000)).change())
                .startsWith("One connection gets some 33 messages a second");
        assertThat(DiskChecks.speed(micros(300)).level()).isEqualTo(Level.OK);
        assertThat(DiskChecks.space(DATA, 500_000_000, 0).level()).isEqualTo(Level.FAIL);
        assertThat(DiskChecks.space(DATA, 20_000_000_000L, 100_000_000_000L).level())
                .isEqualTo(Level.WARN);
        assertThat(DiskChecks.space(DATA, 20_000_000_000L, 10_000_000_000L).level())
                .isEqualTo(Level.OK);
    }

    @Test
    void aPortInUseNamesWhoHoldsIt() {
        Configuration.Listener listener = new Configuration.Listener(true, "0.0.0.0", 993);
        machine.with("/proc/net/tcp6", """
                  sl  local_address                         remote_address st tx rx tr tm retr uid timeout inode
                   0: 00000000000000000000000000000000:03E1 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 4711 1 0
                   1: 00000000000000000000000000000000:03E1 00000000000000000000000000000001:9999 01 0:0 0:0 0 0 0 4712 1 0
                """);
        machine.holders.put(4711L, List.of("dovecot (pid 12)"));
        machine.holders.put(4712L, List.of("somebody (pid 13)"));
        PortTrial taken = (host, port) -> new PortTrial.Outcome.Taken();
        assertThat(PortChecks.port("imaps", listener, List.of(), taken, machine))
                .satisfies(one -> {
                    assertThat(one.level()).isEqualTo(Level.FAIL);
                    assertThat(one.found()).isEqualTo("0.0.0.0:993 is held by dovecot (pid 12)");
                });
        List<Listening> running = List.of(new Listening("imaps", "0.0.0.0", 993));
        assertThat(PortChecks.port("imaps", listener, running, taken, machine).level())
                .isEqualTo(Level.OK);
        List<Listening> elsewhere = List.of(new Listening("imaps", "0.0.0.0", 9993));
        assertThat(PortChecks.port("imaps", listener, elsewhere, taken, machine).level())
                .isEqualTo(Level.WARN);
        assertThat(PortChecks.port("imaps", listener, List.of(), (h, p) -> new PortTrial.Outcome.Forbidden(), machine)
                        .change())
                .contains("CAP_NET_BIND_SERVICE");
    }

    @Test
    void theBudgetAddsUpAndMustFitTheMachineOrItsContainer() {
        Configuration configuration = ConfigurationReader.defaults(Path.of("/x"));
        MemoryBudget budget = MemoryBudget.of(configuration, 256L << 20, 128L << 20);
        assertThat(budget.words())
                .isEqualTo("heap 256 + buffers 128 + store 256 + search 32 + shadows 80 + Java itself 200");
        assertThat(budget.total() >> 20).isEqualTo(952);
        machine.with("/proc/meminfo", "MemTotal: 2097152 kB\nMemFree: 1 kB\nMemAvailable: 1900000 kB\n");
        assertThat(MemoryChecks.budget(budget, machine, Optional.empty()).level())
                .isEqualTo(Level.OK);
        machine.with("/proc/9/status", "VmRSS:   204800 kB\nVmSwap:   51200 kB\n");
        assertThat(MemoryChecks.budget(budget, machine, Optional.of(9L)).found())
                .contains("takes 200 MiB now", "50 MiB of it are swapped out");
        machine.with("/sys/fs/cgroup/memory.max", "536870912\n");
        assertThat(MemoryChecks.budget(budget, machine, Optional.empty())).satisfies(one -> {
            assertThat(one.level()).isEqualTo(Level.FAIL);
            assertThat(one.found()).contains("the container has 512 MiB");
        });
        machine.with("/sys/fs/cgroup/memory.max", "max\n")
                .with("/proc/meminfo", "MemTotal: 2097152 kB\nMemAvailable: 500000 kB\n");
        assertThat(MemoryChecks.budget(budget, machine, Optional.empty()).level())
                .isEqualTo(Level.WARN);
    }
}

package org.understudy.server.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.DeliverySettings;

/** Puts all questions to a host. */
public final class Doctor {
    private final Machine machine;
    private final SyncTrial syncs;
    private final PortTrial ports;
    private final Clock clock;

    public Doctor(Machine machine, SyncTrial syncs, PortTrial ports, Clock clock) {
        this.machine = machine;
        this.syncs = syncs;
        this.ports = ports;
        this.clock = clock;
    }

    /** The host that this process runs on. */
    public static Doctor ofThisHost(Clock clock) {
        return new Doctor(new LinuxMachine(clock), new FileSyncTrial(), new SocketPortTrial(), clock);
    }

    /**
     * What a server started like this process has.
     *
     * @param feature the first number of its version
     * @param bits of its addresses
     * @param heap the largest heap, in bytes
     * @param direct the same of buffers outside the heap
     * @param packaged whether it came with the program
     * @param archive whether it was given an archive of classes
     */
    public record JavaProcess(
            String version,
            String vendor,
            int feature,
            String bits,
            long heap,
            long direct,
            boolean packaged,
            boolean archive) {
        public static JavaProcess ofThisProcess() {
            long heap = Runtime.getRuntime().maxMemory();
            return new JavaProcess(
                    System.getProperty("java.version", "?"),
                    System.getProperty("java.vendor", "?"),
                    Runtime.version().feature(),
                    System.getProperty("sun.arch.data.model", "64"),
                    heap,
                    heap / 2,
                    Files.exists(Path.of(System.getProperty("java.home", "")).resolveSibling("bin/understudy")),
                    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                            .anyMatch(word -> word.startsWith("-XX:SharedArchiveFile=")));
        }
    }

    /**
     * What the doctor found.
     *
     * @param serverRunning whether a server works on the data folder
     * @param worst the level of the worst advice
     */
    public record Report(boolean serverRunning, String dataFolder, Advice.Level worst, List<Advice> advice) {
        public Report {
            advice = List.copyOf(advice);
        }
    }

    /** What a server may take of memory, in a line for the log. */
    public static String memory(Configuration configuration, JavaProcess java) {
        MemoryBudget budget = MemoryBudget.of(configuration, java.heap(), java.direct());
        long machine = Long.getLong("understudy.machine.memory", 0);
        return String.format(
                Locale.ROOT,
                "Memory: %,d MiB at most (%s)%s; collector %s",
                budget.total() >> 20,
                budget.words(),
                machine == 0 ? "" : String.format(Locale.ROOT, " of the %,d MiB here", machine),
                ManagementFactory.getGarbageCollectorMXBeans()
                                .getFirst()
                                .getName()
                                .startsWith("G1")
                        ? "G1"
                        : "serial");
    }

    /** @param running what the server on the data folder says of itself; empty if none runs */
    public Report examine(
            Configuration configuration, RepositoryPlace repository, Optional<ServerStatus> running, JavaProcess java)
            throws InterruptedException {
        Path data = configuration.dataFolder();
        Path tried = machine.nearest(data);
        Instant now = clock.instant();
        Long server = running.isEmpty() ? null : holder(running.get());
        Optional<Mount> mount = Mount.of(data, machine);
        List<Advice> all = new ArrayList<>();
        all.add(HostChecks.java(java));
        all.add(HostChecks.openFiles(machine, server, configuration.limits().connections()));
        all.add(HostChecks.threads(machine, server));
        all.addAll(HostChecks.clock(machine, now, newestFile(configuration.storeFolder())));
        all.add(HostChecks.zone(ZoneId.systemDefault(), configuration.routine().zone(), now));
        all.add(MemoryChecks.budget(
                MemoryBudget.of(configuration, java.heap(), java.direct()), machine, Optional.ofNullable(server)));
        all.add(MemoryChecks.swap(machine));
        all.add(DiskChecks.fileSystem(data, mount));
        all.add(FolderChecks.rights(data, machine));
        long held = size(configuration.storeFolder());
        all.add(DiskChecks.space(data, machine.usableSpace(tried), held));
        if (machine.writable(tried)) {
            all.addAll(DiskChecks.sync(tried, mount, machine, syncs));
        } else {
            all.add(Advice.fail(
                    "disk",
                    "the account " + machine.account() + " may not write in " + tried + ", which belongs to "
                            + machine.owner(tried),
                    "Run this command as root or as the server's account; if it is the server's, give it the folder"
                            + " ('chown -R understudy:understudy " + tried + "')."));
        }
        all.addAll(ports(configuration, running));
        all.addAll(CertificateChecks.all(configuration, machine, now));
        all.addAll(RepositoryChecks.all(
                data,
                Optional.ofNullable(configuration.repository().folder()),
                Optional.ofNullable(configuration.repository().keyFile()),
                repository.backend(),
                machine));
        Path folder = configuration.repository().folder();
        if (folder != null) {
            all.add(RepositoryChecks.space(folder, machine.usableSpace(machine.nearest(folder)), held));
        }
        Advice.Level worst =
                all.stream().map(Advice::level).max(Comparator.naturalOrder()).orElse(Advice.Level.OK);
        return new Report(running.isPresent(), data.toString(), worst, all);
    }

    private List<Advice> ports(Configuration configuration, Optional<ServerStatus> running) {
        List<ServerStatus.Listening> listening =
                running.map(ServerStatus::listeners).orElse(List.of());
        Configuration.Listeners listeners = configuration.listeners();
        List<Advice> all = new ArrayList<>();
        port("imaps", listeners.imaps(), listening, all);
        port("imap", listeners.imap(), listening, all);
        DeliverySettings delivery = configuration.delivery();
        port("pop3s", delivery.pop3s(), listening, all);
        port("pop3", delivery.pop3(), listening, all);
        port("lmtp", delivery.lmtp(), listening, all);
        port("metrics", listeners.metrics(), listening, all);
        port("autoconfig", listeners.autoconfig(), listening, all);
        Configuration.Admin admin = configuration.admin();
        port("admin", new Configuration.Listener(admin.port() != 0, admin.host(), admin.port()), listening, all);
        return all;
    }

    private void port(
            String name, Configuration.Listener listener, List<ServerStatus.Listening> listening, List<Advice> all) {
        if (listener.enabled()) {
            all.add(PortChecks.port(name, listener, listening, ports, machine));
        }
    }

    /** The process that holds the port of the admin API; null where this account may not see it. */
    private @Nullable Long holder(ServerStatus status) {
        return status.listeners().stream()
                .flatMap(one -> PortChecks.holders(one.port(), machine).stream())
                .map(words -> Long.valueOf(words.replaceAll(".*pid ([0-9]+)\\)$", "$1")))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Instant newestFile(Path folder) {
        return files(folder, Doctor::writtenAt).max(Comparator.naturalOrder()).orElse(null);
    }

    private static long size(Path folder) {
        return files(folder, file -> {
                    long size = file.toFile().length();
                    return Optional.of(size);
                })
                .mapToLong(Long::longValue)
                .sum();
    }

    private interface Reading<T> {
        Optional<T> of(Path file);
    }

    private static <T> Stream<T> files(Path folder, Reading<T> reading) {
        if (!Files.isReadable(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.flatMap(file -> reading.of(file).stream()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for a file that the server has deleted meanwhile. */
    private static Optional<Instant> writtenAt(Path file) {
        long millis = file.toFile().lastModified();
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}

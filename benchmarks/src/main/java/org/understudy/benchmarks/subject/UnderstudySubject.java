package org.understudy.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.benchmarks.wire.Endpoint;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.UserOperations;
import org.understudy.server.admin.AdminClient;

/** Our server, in a process of its own as the launcher starts it. Every OK to a write means that it is on disk. */
public final class UnderstudySubject implements Subject {
    private static final Duration START = Duration.ofSeconds(60);

    private final Grounds grounds;
    private final List<String> command;
    private final Path data;
    private final Path configuration;
    private final int plain;
    private final int tls;
    private @Nullable OwnProcess process;

    private UnderstudySubject(
            Grounds grounds, List<String> command, Path data, Path configuration, int plain, int tls) {
        this.grounds = grounds;
        this.command = command;
        this.data = data;
        this.configuration = configuration;
        this.plain = plain;
        this.tls = tls;
    }

    /** @param command starts the program, to which {@code --config FILE server} is added */
    public static UnderstudySubject in(Grounds grounds, List<String> command) throws IOException {
        Path folder = grounds.folder("understudy");
        Path data = folder.resolve("data");
        int plain = OwnProcess.freePort();
        int tls = OwnProcess.freePort();
        Path configuration = Files.writeString(folder.resolve("understudy.conf"), """
            data-folder = "%s"
            listeners {
              imaps { enabled = true, host = 127.0.0.1, port = %d }
              imap { enabled = true, host = 127.0.0.1, port = %d, local-logins-without-tls = true }
            }
            tls { certificate = "%s", key = "%s" }
            limits { connections = 20000, connections-per-address = 20000, connections-per-user = 20000 }
            accounts { hash { memory = %d KiB, passes = 1, lanes = 1 } }
            archive { enabled = false }
            """.formatted(
                        data, tls, plain, grounds.certificate(), grounds.key(), Grounds.HASH_KIB));
        return new UnderstudySubject(grounds, command, data, configuration, plain, tls);
    }

    /** The launcher of a source tree or a package. */
    public static List<String> launcher(Path root) {
        return List.of(root.resolve("understudy").toString());
    }

    /** The classes of this process, with the options that the launcher gives. */
    public static List<String> classesOfThisProcess(Path root) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms32m",
                "-Xmx512m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:G1HeapRegionSize=4m",
                "-XX:-G1UseAdaptiveIHOP",
                "-XX:InitiatingHeapOccupancyPercent=65",
                "-XX:GCTimeRatio=4",
                "-XX:MetaspaceSize=96m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true"));
        if (Runtime.version().feature() >= 23) {
            words.add("--sun-misc-unsafe-memory-access=allow");
        }
        if (Runtime.version().feature() >= 25) {
            words.add("-XX:+UseCompactObjectHeaders");
        }
        Path logback = root.resolve("conf/logback.xml");
        if (Files.exists(logback)) {
            words.add("-Dlogback.configurationFile=" + logback);
        }
        String further = System.getenv("UNDERSTUDY_JAVA_OPTIONS");
        if (further != null && !further.isBlank()) {
            words.addAll(List.of(further.strip().split("\\s+")));
        }
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.understudy.server.cli.Main"));
        return words;
    }

    @Override
    public String name() {
        return "understudy";
    }

    @Override
    public String user(int number) {
        return Grounds.userName(number);
    }

    @Override
    public String password() {
        return Grounds.PASSWORD;
    }

    @Override
    public Endpoint endpoint(boolean secured) {
        return new Endpoint("127.0.0.1", secured ? tls : plain, secured);
    }

    @Override
    public boolean speaksTls() {
        return true;
    }

    @Override
    public void need(Durability durability) throws IOException, InterruptedException {
        if (process == null) {
            boolean fresh = !Files.exists(data);
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--config", configuration.toString(), "server"));
            process =
                    OwnProcess.start(words, Map.of("MALLOC_ARENA_MAX", "2"), data.resolveSibling("server.log"), plain);
            if (fresh) {
                addUsers();
            }
        }
    }

    private void addUsers() throws IOException, InterruptedException {
        try (AdminClient admin = admin()) {
            for (int i = 1; i <= Grounds.USERS; i++) {
                admin.run(
                        new UserOperations.Add(),
                        new UserOperations.Credentials(user(i), grounds.passwordHash(), null),
                        Progress.SILENT);
            }
        }
    }

    /** It listens for mail programs before it does for administrators. */
    private AdminClient admin() throws IOException, InterruptedException {
        for (long end = System.nanoTime() + START.toNanos(); System.nanoTime() < end; Thread.sleep(50)) {
            Optional<AdminClient> admin = AdminClient.connect(data);
            if (admin.isPresent()) {
                return admin.get();
            }
        }
        throw new IOException("the server does not answer at its admin address");
    }

    @Override
    public boolean restart() throws IOException, InterruptedException {
        stop();
        need(Durability.SYNCED);
        return true;
    }

    private void stop() {
        if (process != null) {
            process.stop();
            process = null;
        }
    }

    @Override
    public Optional<ProcessTree> processes() {
        return Optional.ofNullable(process).map(OwnProcess::tree);
    }

    @Override
    public Duration idleSettling() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void close() {
        stop();
    }
}

package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.UserOperations;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;

/** The server in a process of its own, on a free port of loopback; with the user anna once {@link #addAnna} was called. */
final class ChildServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final Path data;
    private final Path log;
    private final Process process;

    private ChildServer(Path data, Path log, Process process) {
        this.data = data;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts one; it is ready when {@link #admin} returns.
     *
     * @param folder holds the data folder, {@code data}, and the log
     */
    static ChildServer start(Path folder, Map<String, String> environment, String... words) throws IOException {
        return startFrom(System.getProperty("java.class.path"), folder, environment, words);
    }

    /** Starts one whose classes come from there. */
    static ChildServer startFrom(String classPath, Path folder, Map<String, String> environment, String... words)
            throws IOException {
        Path configuration = folder.resolve("understudy.conf");
        if (!Files.exists(configuration)) {
            Files.writeString(
                    configuration,
                    "data-folder = data\nrepository-folder = repository\n"
                            + "listeners { imaps { port = 0 }, imap { enabled = false } }\n"
                            + "accounts { hash { memory = 1 MiB, passes = 1 } }\nmemory { store = 48 MiB }\n");
        }
        Path log = folder.resolve("server.log");
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                "org.understudy.server.cli.Main",
                "server",
                "--config",
                configuration.toString()));
        command.addAll(java.util.List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ChildServer(folder.resolve("data"), log, builder.start());
    }

    long pid() {
        return process.pid();
    }

    Path data() {
        return data;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    AdminClient admin() {
        return Awaitility.await("the server to answer")
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .conditionEvaluationListener(new org.awaitility.core.ConditionEvaluationListener<Object>() {
                    @Override
                    public void conditionEvaluated(org.awaitility.core.EvaluatedCondition<Object> condition) {}

                    @Override
                    public void onTimeout(org.awaitility.core.TimeoutEvent event) {
                        throw new AssertionError("the server does not answer:\n" + log());
                    }
                })
                .until(
                        () -> {
                            assertThat(process.isAlive())
                                    .as(() -> "the server ended by itself:\n" + log())
                                    .isTrue();
                            return AdminClient.connect(data);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    ServerStatus status() throws Exception {
        try (AdminClient admin = admin()) {
            return admin.status();
        }
    }

    void addAnna() throws Exception {
        try (AdminClient admin = admin()) {
            addUser(admin, "anna");
        }
    }

    /** Adds a user whose password is {@link ServerUnderClients#PASSWORD}. */
    void addUser(AdminClient admin, String user) throws Exception {
        PasswordHash hashes = new PasswordHash(new HashCost(new DataSize(64 * 1024), 1, 1), new SecureRandom());
        admin.run(
                new UserOperations.Add(),
                new UserOperations.Credentials(user, hashes.hash(ServerUnderClients.PASSWORD.toCharArray()), null),
                Progress.SILENT);
    }

    WireClient login() throws Exception {
        ServerStatus.Listening imaps = status().listeners().stream()
                .filter(one -> one.name().equals("imaps"))
                .findFirst()
                .orElseThrow();
        WireClient client = WireClient.connect(
                new InetSocketAddress(imaps.host(), imaps.port()), data.resolve(ImapServices.CERTIFICATE));
        client.ok("LOGIN anna " + ServerUnderClients.PASSWORD);
        return client;
    }

    /** SIGTERM, as a service manager does it; returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** Waits until it has ended by itself; returns the exit code. */
    int exit() throws InterruptedException {
        return process.waitFor();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

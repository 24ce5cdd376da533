package org.understudy.server.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.search.IndexStatus;
import org.understudy.server.tls.TlsStatus;

@Timeout(180)
class SystemdTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Prints each datagram on a line of its own, as systemd would read it. */
    private static final String RECEIVER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            open(sys.argv[2] + '.bound', 'w').close()
            out = open(sys.argv[2], 'w')
            while True:
                out.write(s.recv(4096).decode().replace('\\n', ' ').strip() + '\\n')
                out.flush()
            """;

    @TempDir
    Path folder;

    private Path heard;
    private Path socket;
    private Process receiver;

    @BeforeEach
    void listen() throws Exception {
        assumeTrue(found("systemd-notify") && found("python3"), "needs systemd-notify and python3");
        heard = folder.resolve("heard");
        socket = folder.resolve("notify");
        receiver = new ProcessBuilder("python3", "-c", RECEIVER, socket.toString(), heard.toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        await().atMost(LONG).until(() -> Files.exists(folder.resolve("heard.bound")));
    }

    @AfterEach
    void stop() throws Exception {
        if (receiver != null) {
            receiver.destroyForcibly();
            assertThat(receiver.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean found(String command) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(one -> Files.isExecutable(Path.of(one, command)));
    }

    private List<String> heard() throws IOException {
        return Files.exists(heard) ? Files.readAllLines(heard) : List.of();
    }

    private static ServerStatus listening(String name, int port) {
        return new ServerStatus(
                "test",
                "store",
                "/data",
                Instant.EPOCH,
                Duration.ZERO,
                List.of(new ServerStatus.Listening(name, "0.0.0.0", port)),
                2,
                3,
                4,
                5,
                new ServerStatus.Loss(null, "", false, 0, 0, 0, false, ""),
                new ServerStatus.Archive(false, Duration.ZERO, "", "", null, "", "", null),
                IndexStatus.OFF,
                ScrubStatus.OFF,
                ReclaimStatus.OFF,
                new BackupHealth(Instant.EPOCH, Instant.EPOCH, null, null, null, null, "", "", List.of(), List.of()),
                AccountsStatus.NONE,
                TlsStatus.NONE);
    }

    @Test
    void hearsReadyThenThatItLivesThenThatItStops() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greetAll(server, "* OK ready\r\n", new AtomicInteger()));
            Supervision systemd = new Systemd(
                    new NotifyCommand("systemd-notify", socket.toString()), Optional.of(Duration.ofSeconds(3)));
            try (Supervision.Serving serving = systemd.serving(listening("imap", server.getLocalPort()))) {
                assertThat(serving).isNotNull();
                await().atMost(LONG)
                        .until(() -> heard().stream()
                                        .filter(line -> line.startsWith("WATCHDOG=1"))
                                        .count()
                                >= 2);
            }
            await().atMost(LONG).until(() -> heard().stream().anyMatch(line -> line.startsWith("STOPPING=1")));
            assertThat(heard().get(0)).isEqualTo("READY=1 STATUS=2 users, 4 messages");
        }
    }

    @Test
    void hearsOfAReloadBeforeAndAfterItEvenIfItFails() throws Exception {
        Supervision systemd = new Systemd(new NotifyCommand("systemd-notify", socket.toString()), Optional.empty());
        try (Supervision.Serving serving = systemd.serving(listening("imap", 1))) {
            serving.reloading(() -> await().atMost(LONG)
                    .until(() -> heard().stream().anyMatch(line -> line.startsWith("RELOADING=1"))));
            assertThatThrownBy(() -> serving.reloading(() -> {
                        throw new IllegalStateException("no such file");
                    }))
                    .hasMessage("no such file");
        }
        await().atMost(LONG).until(() -> heard().stream().anyMatch(line -> line.startsWith("STOPPING=1")));
        assertThat(heard().stream().map(line -> line.replaceAll("=.*", "")).filter(word -> !word.equals("BARRIER")))
                .containsExactly("READY", "RELOADING", "READY", "RELOADING", "READY", "STOPPING");
        // MONOTONIC_USEC by the clock that the kernel shows in seconds.
        double up = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        String told = heard().stream()
                .filter(line -> line.startsWith("RELOADING=1"))
                .findFirst()
                .orElseThrow();
        assertThat(Long.parseLong(told.replaceAll(".*MONOTONIC_USEC=(\\d+).*", "$1")) / 1e6)
                .isBetween(up - 600, up + 1);
    }

    @Test
    void hearsNothingOfLifeFromAServerThatClosesWithoutAWord() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greetAll(server, "", tries));
            Supervision systemd = new Systemd(
                    new NotifyCommand("systemd-notify", socket.toString()), Optional.of(Duration.ofMillis(300)));
            try (Supervision.Serving serving = systemd.serving(listening("imap", server.getLocalPort()))) {
                assertThat(serving).isNotNull();
                await().atMost(LONG).until(() -> tries.get() >= 3);
            }
            assertThat(heard()).noneMatch(line -> line.contains("WATCHDOG"));
        }
    }

    private static void greetAll(ServerSocket server, String greeting, AtomicInteger tries) {
        while (true) {
            try (Socket client = server.accept()) {
                tries.incrementAndGet();
                client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void speaksOnlyWhereSystemdAskedForIt() {
        assertThat(Systemd.of(Map.of())).isSameAs(Supervision.NONE);
        assertThat(Systemd.interval(Map.of("WATCHDOG_USEC", "30000000"), 7)).contains(Duration.ofSeconds(30));
        assertThat(Systemd.interval(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8"), 7))
                .isEmpty();
        assertThat(Systemd.interval(Map.of("WATCHDOG_USEC", "soon"), 7)).isEmpty();
    }
}

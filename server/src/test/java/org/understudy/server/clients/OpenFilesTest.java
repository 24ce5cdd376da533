package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.admin.ServerStatus;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.fsck.Fsck;

/** The kernel gives the running server no more open files (EMFILE), by a limit that is lowered under it. */
class OpenFilesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SPARE = 6;

    @TempDir
    Path folder;

    private FaultyDisk disk;
    private ChildServer server;
    private int number;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "open files are counted by /proc");
        Files.createDirectories(folder.resolve("data"));
        disk = FaultyDisk.over(folder.resolve("data"), Files.createDirectory(folder.resolve("workshop")));
        server = ChildServer.startFrom(JarredClasses.in(folder.resolve("workshop")), folder, disk.environment());
        server.addAnna();
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void sessionsGoOnAndNewOnesComeInOnceThereAreFilesAgain() throws Exception {
        List<SocketChannel> crowd = new ArrayList<>();
        try (WireClient client = server.login()) {
            client.ok("SELECT INBOX");
            useOnce(client);
            await("the rehearsal, which has files of its own, to end")
                    .atMost(PATIENCE)
                    .until(() -> server.log().contains("rehearsed"));
            ServerStatus.Listening imaps = server.status().listeners().stream()
                    .filter(one -> one.name().equals("imaps"))
                    .findFirst()
                    .orElseThrow();
            limit(open() + SPARE);
            for (int i = 0; i < 5 * SPARE; i++) {
                // Not waited for: the kernel completes each when it will, whether or not the server takes it.
                SocketChannel socket = SocketChannel.open();
                crowd.add(socket);
                socket.configureBlocking(false);
                socket.connect(new InetSocketAddress(imaps.host(), imaps.port()));
            }
            await("the server to say it")
                    .atMost(PATIENCE)
                    .until(() -> server.log().contains("Too many open files"));
            append(client);
            client.ok("UID STORE 1 +FLAGS (\\Flagged)");
            everythingIsThere(client);
            assertThat(server.log().lines().filter(line -> line.contains("cannot take new connections")))
                    .as("said, not shouted")
                    .hasSize(1);
            limit(4096);
            for (SocketChannel socket : crowd) {
                socket.close();
            }
            try (WireClient other = server.login()) {
                other.ok("SELECT INBOX");
                everythingIsThere(other);
                append(other);
            }
        }
        soundWithAll();
    }

    /** A snapshot needs files of its own: it fails with words, harms nothing, and succeeds later. */
    @Test
    void aSnapshotFailsWithWordsAndMailGoesOn() throws Exception {
        try (WireClient client = server.login();
                AdminClient admin = server.admin()) {
            client.ok("SELECT INBOX");
            append(client);
            disk.failOpening(FaultyDisk.Error.EMFILE, FaultyDisk.Concerned.ALL);
            assertThatThrownBy(() -> admin.run(
                            RestoreOperations.takeSnapshot(), new TakeSnapshot.Request(false), Progress.SILENT))
                    .isInstanceOfSatisfying(
                            OperatorException.class,
                            e -> assertThat(e.getMessage() + e.hint()).contains("Too many open files"));
            append(client);
            everythingIsThere(client);
            disk.heal();
            assertThat(admin.run(RestoreOperations.takeSnapshot(), new TakeSnapshot.Request(false), Progress.SILENT)
                            .id())
                    .isNotBlank();
            append(client);
            everythingIsThere(client);
        }
        soundWithAll();
    }

    private void useOnce(WireClient client) throws Exception {
        append(client);
        client.ok("UID STORE 1 +FLAGS (\\Answered)");
        everythingIsThere(client);
    }

    private void append(WireClient client) throws Exception {
        client.await(client.sendAppend("INBOX", "", SampleMessages.message(number++)));
    }

    private void everythingIsThere(WireClient client) throws Exception {
        for (int uid = 1; uid <= number; uid++) {
            assertThat(client.ok("UID FETCH " + uid + " (BODY.PEEK[])")
                            .getFirst()
                            .literals())
                    .singleElement()
                    .isEqualTo(SampleMessages.message(uid - 1));
        }
    }

    private int open() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(server.pid()), "fd"))) {
            return (int) descriptors.count();
        }
    }

    private void limit(int files) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder("prlimit", "--pid", String.valueOf(server.pid()), "--nofile=" + files + ":")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("there is no prlimit (util-linux) here: " + e.getMessage());
            throw e;
        }
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(words).isZero();
    }

    private void soundWithAll() throws Exception {
        assertThat(server.stop()).isZero();
        try (MailStore store =
                MailStore.open(folder.resolve("data/store"), new MailStore.Options(64L << 20, Clock.systemUTC()))) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        }
    }
}

package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.UserOperations;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;

/** The server in a process of its own, killed with SIGKILL again and again while clients append. */
class KilledServerTest {
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 4;
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 150;
    private static final int IN_FLIGHT = 8;
    private static final Duration START = Duration.ofSeconds(90);
    private static final Pattern APPENDED = Pattern.compile("APPENDUID \\d+ (\\d+)");
    private static final Pattern UID = Pattern.compile("UID (\\d+)");
    private static final Pattern NUMBER = Pattern.compile("Message-ID: <number-(\\d+)@example.org>");

    @TempDir
    Path folder;

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, Place> acknowledged = new ConcurrentHashMap<>();
    private final List<Process> started = new ArrayList<>();

    /** Where an acknowledged message must be. */
    private record Place(String mailbox, long uid) {}

    @AfterEach
    void endChildren() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void losesNoAcknowledgedAppend() throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("understudy.conf"),
                "data-folder = data\nlisteners { imaps { port = 0 }, imap { enabled = false } }\n"
                        + "accounts { hash { memory = 1 MiB, passes = 1 } }\n");
        Path data = folder.resolve("data");
        Process server = start(configuration);
        addAnna(data, server);
        for (int round = 1; round <= ROUNDS; round++) {
            int before = acknowledged.size();
            appendUntilKilled(data, server);
            System.out.printf("kill %d after %d acknowledged appends%n", round, acknowledged.size() - before);
            server = start(configuration);
            allAcknowledgedAreThere(data, server);
        }
        server.destroyForcibly().waitFor();
        try (MailStore store =
                MailStore.open(data.resolve("store"), new MailStore.Options(64L << 20, Clock.systemUTC()))) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        }
    }

    private Process start(Path configuration) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.understudy.server.cli.Main",
                        "server",
                        "--config",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .start();
        started.add(process);
        return process;
    }

    private AdminClient admin(Path data, Process server) {
        return Awaitility.await("the server to answer")
                .atMost(START)
                .until(
                        () -> {
                            assertThat(server.isAlive())
                                    .as(() -> "the server ended by itself:\n" + log())
                                    .isTrue();
                            return AdminClient.connect(data);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("server.log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private void addAnna(Path data, Process server) throws Exception {
        PasswordHash hashes = new PasswordHash(new HashCost(new DataSize(64 * 1024), 1, 1), new SecureRandom());
        try (AdminClient admin = admin(data, server)) {
            admin.run(
                    new UserOperations.Add(),
                    new UserOperations.Credentials(
                            "anna", hashes.hash(ServerUnderClients.PASSWORD.toCharArray()), null),
                    Progress.SILENT);
        }
        try (WireClient client = login(data, server)) {
            client.ok("CREATE Other");
        }
    }

    private WireClient login(Path data, Process server) throws Exception {
        try (AdminClient admin = admin(data, server)) {
            ServerStatus.Listening imaps = admin.status().listeners().stream()
                    .filter(one -> one.name().equals("imaps"))
                    .findFirst()
                    .orElseThrow();
            WireClient client = WireClient.connect(
                    new InetSocketAddress(imaps.host(), imaps.port()), data.resolve(ImapServices.CERTIFICATE));
            client.ok("LOGIN anna " + ServerUnderClients.PASSWORD);
            return client;
        }
    }

    private void appendUntilKilled(Path data, Process server) throws Exception {
        CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_THE_KILL);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            WireClient client = login(data, server);
            String mailbox = i % 2 == 0 ? "INBOX" : "Other";
            clients.add(threads.submit(() -> {
                try (client) {
                    append(client, mailbox, enough);
                }
                return null;
            }));
        }
        assertThat(enough.await(60, TimeUnit.SECONDS))
                .as(() -> "appends are too slow:\n" + log())
                .isTrue();
        server.destroyForcibly().waitFor(); // SIGKILL
        for (Future<?> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    /** Appends with some commands in flight until the connection breaks. */
    private void append(WireClient client, String mailbox, CountDownLatch enough) {
        record Sent(String tag, int number) {}
        Deque<Sent> inFlight = new ArrayDeque<>();
        try {
            while (true) {
                int number = numbers.getAndIncrement();
                inFlight.add(new Sent(client.sendAppend(mailbox, "", SampleMessages.message(number)), number));
                if (inFlight.size() == IN_FLIGHT) {
                    Sent oldest = inFlight.remove();
                    List<WireClient.Response> responses = client.await(oldest.tag());
                    Matcher appended = APPENDED.matcher(responses.getLast().text());
                    assertThat(appended.find()).as(responses.getLast().text()).isTrue();
                    acknowledged.put(oldest.number(), new Place(mailbox, Long.parseLong(appended.group(1))));
                    enough.countDown();
                }
            }
        } catch (IOException killed) {
            // What was in flight may or may not be in the store; only acknowledged messages count.
            assertThat(inFlight).hasSizeLessThan(IN_FLIGHT + 1);
        }
    }

    private void allAcknowledgedAreThere(Path data, Process server) throws Exception {
        Map<Integer, Place> found = new ConcurrentHashMap<>();
        try (WireClient client = login(data, server)) {
            for (String mailbox : List.of("INBOX", "Other")) {
                client.ok("EXAMINE " + mailbox);
                for (WireClient.Response response : client.ok("UID FETCH 1:* (BODY.PEEK[])")) {
                    if (response.literals().isEmpty()) {
                        continue;
                    }
                    byte[] octets = response.literals().get(0);
                    Matcher number = NUMBER.matcher(new String(octets, StandardCharsets.ISO_8859_1));
                    Matcher uid = UID.matcher(response.text());
                    assertThat(number.find() && uid.find()).as(response.text()).isTrue();
                    int value = Integer.parseInt(number.group(1));
                    assertThat(Arrays.equals(octets, SampleMessages.message(value)))
                            .as("number %d is as it was sent", value)
                            .isTrue();
                    Place other = found.put(value, new Place(mailbox, Long.parseLong(uid.group(1))));
                    assertThat(other).as("number %d is there twice", value).isNull();
                }
            }
        }
        assertThat(found).containsAllEntriesOf(acknowledged);
    }
}

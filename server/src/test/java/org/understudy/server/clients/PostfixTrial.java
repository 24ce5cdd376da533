package org.understudy.server.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.UserOperations;
import org.understudy.server.admin.AdminClient;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.MailboxRow;

/**
 * Postfix delivers messages by LMTP while the server is killed with SIGKILL: at last each must be there once or more, and
 * Postfix's queue be empty. By command: {@code benchmarks/postfix MESSAGES KILLS}.
 */
final class PostfixTrial {
    private static final int SENDERS = 8;
    private static final int USERS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Pattern NUMBER = Pattern.compile("(?m)^Message-ID: <trial-(\\d+)@example.net>$");

    private PostfixTrial() {}

    /**
     * What came of a trial.
     *
     * @param missing numbers of messages that are nowhere
     * @param again how many copies there are beyond one of each
     * @param deferred how often Postfix had to try again
     * @param findings of fsck
     */
    record Result(
            int messages, int kills, List<Integer> missing, int again, int deferred, List<?> findings, long millis) {}

    /** @param folder empty; other accounts must be able to pass through it */
    static Result run(Path folder, int messages, int kills) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int lmtp = freePort();
        int smtp = freePort();
        Path home = Files.createDirectories(folder.resolve("understudy"));
        Files.writeString(
                home.resolve("understudy.conf"),
                "data-folder = data\nrepository-folder = repository\n"
                        + "listeners { imaps { port = 0 }, imap { enabled = false }, lmtp { enabled = true, port = "
                        + lmtp
                        + " } }\ndelivery { local-domains = [ here.example ] }\n"
                        + "accounts { hash { memory = 1 MiB, passes = 1 } }\nmemory { store = 48 MiB }\n");
        ChildServer server = ChildServer.start(home, Map.of());
        try {
            try (AdminClient admin = server.admin()) {
                for (int user = 0; user < USERS; user++) {
                    server.addUser(admin, "user" + user);
                }
            }
            long begun = System.nanoTime();
            int deferred;
            try (Postfix postfix = Postfix.start(folder.resolve("postfix"), smtp, lmtp);
                    ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
                AtomicInteger next = new AtomicInteger();
                List<Future<?>> sending = new ArrayList<>();
                for (int i = 0; i < SENDERS; i++) {
                    sending.add(senders.submit(() -> {
                        send(smtp, messages, next);
                        return null;
                    }));
                }
                for (int kill = 1; kill <= kills; kill++) {
                    long enough = (long) messages * kill / (kills + 1);
                    await("message " + enough, server, enough);
                    server.kill();
                    server = ChildServer.start(home, Map.of());
                    server.admin().close();
                }
                for (Future<?> one : sending) {
                    one.get();
                }
                postfix.flush();
                Awaitility.await("Postfix's queue to drain")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> postfix.queued() == 0);
                deferred = postfix.log("status=deferred").size();
            }
            long millis = (System.nanoTime() - begun) / 1_000_000;
            int code = server.stop();
            if (code != 0) {
                throw new AssertionError("the server ended with " + code + ":\n" + server.log());
            }
            return count(home.resolve("data").resolve("store"), messages, kills, deferred, millis);
        } finally {
            server.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void await(String what, ChildServer server, long enough) throws Exception {
        try (AdminClient admin = server.admin()) {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(
                            () -> admin
                                            .run(
                                                    new UserOperations.ListAll(),
                                                    new UserOperations.Everyone(),
                                                    Progress.SILENT)
                                            .users()
                                            .stream()
                                            .mapToLong(UserOperations.User::messages)
                                            .sum()
                                    >= enough);
        }
    }

    private static void send(int port, int messages, AtomicInteger next) throws IOException {
        try (LineClient client = LineClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            expect("220", client.reply());
            client.say("EHLO sender.example");
            expect("250", client.reply());
            for (int number = next.getAndIncrement(); number < messages; number = next.getAndIncrement()) {
                client.raw("MAIL FROM:<sender@example.net>\r\nRCPT TO:<user" + number % USERS
                        + "@here.example>\r\nDATA\r\n");
                expect("250", client.reply());
                expect("250", client.reply());
                expect("354", client.reply());
                client.raw(message(number) + ".\r\n");
                expect("250", client.reply());
            }
            client.say("QUIT");
            expect("221", client.reply());
        }
    }

    private static void expect(String code, List<String> reply) {
        if (!reply.getLast().startsWith(code)) {
            throw new AssertionError("expected " + code + ", got " + reply);
        }
    }

    private static String message(int number) {
        return "From: sender@example.net\r\nTo: user@here.example\r\nMessage-ID: <trial-" + number
                + "@example.net>\r\nDate: Mon, 27 May 2024 00:00:00 +0000\r\nSubject: trial " + number + "\r\n\r\n"
                + ("A line of the message number " + number + ".\r\n").repeat(20 + number % 200);
    }

    private static Result count(Path folder, int messages, int kills, int deferred, long millis) {
        Map<Integer, Integer> found = new TreeMap<>();
        try (MailStore store = MailStore.open(folder, new MailStore.Options(32L << 20, Clock.systemUTC()))) {
            for (MailboxRow mailbox : store.mailboxes().all()) {
                store.messages().scan(mailbox.id(), 1, 0xFFFF_FFFFL, facts -> {
                    String text = new String(store.bodies().read(facts.body()), StandardCharsets.ISO_8859_1);
                    Matcher id = NUMBER.matcher(text);
                    if (!id.find()
                            || !text.endsWith(
                                    message(Integer.parseInt(id.group(1))).substring(200))
                            || !mailbox.path().owner().equals("user" + Integer.parseInt(id.group(1)) % USERS)) {
                        throw new AssertionError("a message is not as it was sent: "
                                + text.substring(0, Math.min(text.length(), 1_000)));
                    }
                    found.merge(Integer.parseInt(id.group(1)), 1, Integer::sum);
                });
            }
            List<Integer> missing = new ArrayList<>();
            for (int number = 0; number < messages; number++) {
                if (!found.containsKey(number)) {
                    missing.add(number);
                }
            }
            int copies = found.values().stream().mapToInt(Integer::intValue).sum();
            return new Result(
                    messages,
                    kills,
                    missing,
                    copies - found.size(),
                    deferred,
                    store.fsck(Fsck.Depth.BODIES).findings(),
                    millis);
        }
    }

    public static void main(String[] words) throws Exception {
        int messages = words.length > 0 ? Integer.parseInt(words[0]) : 10_000;
        int kills = words.length > 1 ? Integer.parseInt(words[1]) : 3;
        String missing = Postfix.missing();
        if (!missing.isEmpty()) {
            System.err.println(missing);
            System.exit(1);
        }
        Path folder = Files.createTempDirectory("postfix-trial");
        Result result = run(folder, messages, kills);
        System.out.printf(
                "%,d messages by Postfix, %d kills: %d missing, %d there again, %,d deliveries put off, queue empty,"
                        + " %d findings of fsck; %.1f s%n",
                result.messages(),
                result.kills(),
                result.missing().size(),
                result.again(),
                result.deferred(),
                result.findings().size(),
                result.millis() / 1e3);
        boolean good = result.missing().isEmpty() && result.findings().isEmpty();
        System.out.println(good ? "Good." : "Missing: " + result.missing() + "; " + result.findings());
        if (!good) {
            System.exit(1);
        }
    }
}

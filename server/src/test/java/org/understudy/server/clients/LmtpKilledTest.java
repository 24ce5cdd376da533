package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.admin.ServerStatus;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.MailboxPath;

/** What LMTP has answered 250 for is there after SIGKILL, whole, and what is there is whole. */
class LmtpKilledTest {
    private static final int ROUNDS = 2;
    private static final int CLIENTS = 4;
    private static final int ANSWERED_BEFORE_THE_KILL = 150;

    @TempDir
    Path folder;

    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<Integer> answered = ConcurrentHashMap.newKeySet();

    private static String message(int number) {
        return "Message-ID: <" + number + ">\r\n\r\n" + ("Line " + number + "\r\n").repeat(1 + number % 400);
    }

    @Test
    void losesNothingThatWasAnsweredAndStoresNoHalves() throws Exception {
        Files.writeString(
                folder.resolve("understudy.conf"),
                "data-folder = data\nrepository-folder = repository\nlisteners { imaps { port = 0 }, imap { enabled = false },"
                        + " lmtp { enabled = true, port = 0 } }\nmemory { store = 48 MiB }\n");
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildServer server = ChildServer.start(folder, Map.of())) {
                if (round == 0) {
                    server.addAnna();
                    try (AdminClient admin = server.admin()) {
                        server.addUser(admin, "bert");
                    }
                }
                sendUntilKilled(server);
            }
        }
        try (MailStore store = MailStore.open(
                folder.resolve("data").resolve("store"), new MailStore.Options(32L << 20, Clock.systemUTC()))) {
            for (String user : List.of("anna", "bert")) {
                List<Integer> there = there(store, user);
                assertThat(there).as(user).containsAll(answered);
            }
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        }
    }

    private static List<Integer> there(MailStore store, String user) {
        List<Integer> there = new ArrayList<>();
        var inbox = store.mailboxes().find(MailboxPath.of(user, "INBOX")).orElseThrow();
        store.messages().scan(inbox.id(), 1, 0xFFFF_FFFFL, facts -> {
            String text = new String(store.bodies().read(facts.body()), StandardCharsets.US_ASCII);
            int from = text.indexOf("Message-ID: <");
            int number = Integer.parseInt(text.substring(from + 13, text.indexOf('>', from)));
            assertThat(text).startsWith("Return-Path: <>\r\nReceived: ").endsWith("\r\n" + message(number));
            there.add(number);
        });
        return there;
    }

    private void sendUntilKilled(ChildServer server) throws Exception {
        ServerStatus.Listening lmtp = server.status().listeners().stream()
                .filter(one -> one.name().equals("lmtp"))
                .findFirst()
                .orElseThrow();
        CountDownLatch enough = new CountDownLatch(ANSWERED_BEFORE_THE_KILL);
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                sending.add(clients.submit(() -> send(new InetSocketAddress(lmtp.host(), lmtp.port()), enough)));
            }
            assertThat(enough.await(120, TimeUnit.SECONDS)).as(server::log).isTrue();
            server.kill();
            for (Future<?> one : sending) {
                one.get();
            }
        }
    }

    private void send(InetSocketAddress server, CountDownLatch enough) {
        try (LineClient client = LineClient.connect(server)) {
            client.say("LHLO x");
            List<String> greeting = client.reply();
            assertThat(greeting).last().asString().startsWith("220 ");
            assertThat(client.reply()).last().asString().startsWith("250 ");
            while (true) {
                int number = numbers.getAndIncrement();
                client.raw("MAIL FROM:<>\r\nRCPT TO:<anna>\r\nRCPT TO:<bert>\r\nDATA\r\n");
                for (String code : List.of("250", "250", "250", "354")) {
                    assertThat(client.line()).startsWith(code);
                }
                client.raw(message(number) + ".\r\n");
                assertThat(client.line()).startsWith("250 2.0.0 ");
                assertThat(client.line()).startsWith("250 2.0.0 ");
                answered.add(number);
                enough.countDown();
            }
        } catch (IOException killed) {
            // The server is gone, as it is to be.
        }
    }
}

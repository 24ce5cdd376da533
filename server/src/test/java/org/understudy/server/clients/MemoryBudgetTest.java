package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that ask for far more memory at once than the server has (a heap of 256 MiB, 48 MiB for the store): slow ones that
 * send large messages, 240 MiB together, and ones that fetch large messages and do not read them, 4,800 MiB together.
 */
class MemoryBudgetTest {
    private static final int CLIENTS = 20;
    private static final int OCTETS = 12 << 20;
    private static final long BUDGET_KIB = 800 << 10;

    @TempDir
    Path folder;

    private final List<WireClient> clients = new ArrayList<>();
    private ChildServer server;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "memory is read from /proc");
        server = ChildServer.start(folder, Map.of());
        server.addAnna();
    }

    @AfterEach
    void end() throws Exception {
        for (WireClient client : clients) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void largeMessagesOfManyClientsAtOnceStayWithinTheBudget() throws Exception {
        byte[] message = large();
        for (int i = 0; i < CLIENTS; i++) {
            WireClient client = server.login();
            clients.add(client);
            client.sendPart("big APPEND INBOX {" + OCTETS + "+}\r\n", message, 0, OCTETS / 2);
        }
        small("while all send");
        for (WireClient client : clients) {
            client.sendPart("", message, OCTETS / 2, OCTETS);
            client.sendPart("\r\n", message, 0, 0);
        }
        for (WireClient client : clients) {
            assertThat(client.next().text()).startsWith("big OK");
        }
        assertThat(resident()).isLessThan(BUDGET_KIB);
        for (WireClient client : clients) {
            client.ok("SELECT INBOX");
            client.sendPart("all UID FETCH 1:* (BODY.PEEK[])\r\n", message, 0, 0);
        }
        small("while none reads");
        assertThat(resident()).isLessThan(BUDGET_KIB);
        WireClient one = clients.getFirst();
        for (int i = 0; i < CLIENTS; i++) {
            WireClient.Response fetched = one.next();
            assertThat(fetched.literals())
                    .singleElement()
                    .satisfies(octets -> assertThat(octets)
                            .hasSizeGreaterThanOrEqualTo(60)
                            .satisfies(body -> assertThat(
                                            body.length == OCTETS ? Arrays.equals(body, message) : body.length < 2000)
                                    .isTrue()));
        }
        assertThat(resident()).isLessThan(BUDGET_KIB);
        assertThat(server.log()).doesNotContain("OutOfMemory");
    }

    /** Another client works as ever meanwhile. */
    private void small(String when) throws Exception {
        try (WireClient other = server.login()) {
            other.await(other.sendAppend("INBOX", "", SampleMessages.message(1)));
            assertThat(other.ok("STATUS INBOX (MESSAGES)")).as(when).isNotEmpty();
        }
    }

    private static byte[] large() {
        byte[] message = new byte[OCTETS];
        Random random = new Random(7);
        byte[] head = "From: anna@example.org\r\nSubject: large\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < OCTETS; i++) {
            message[i] = (byte) (i % 72 == 70 ? '\r' : i % 72 == 71 ? '\n' : 'a' + random.nextInt(26));
        }
        System.arraycopy(head, 0, message, 0, head.length);
        return message;
    }

    /** Resident memory of the server in KiB, without files that are mapped. */
    private long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}

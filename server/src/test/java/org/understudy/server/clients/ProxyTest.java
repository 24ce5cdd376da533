package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.config.Configuration.Listener;
import org.understudy.server.config.DeliverySettings;
import org.understudy.storage.keyspace.MailboxPath;

/** The PROXY protocol before IMAP, POP3 and LMTP: by hand, and with HAProxy. */
class ProxyTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @TempDir
    Path folder;

    private ServerUnderClients server;

    @BeforeEach
    void start() throws Exception {
        server = start("data", List.of("127.0.0.1/32"));
    }

    private ServerUnderClients start(String data, List<String> proxies) throws Exception {
        Listener any = new Listener(true, "127.0.0.1", 0);
        Map<String, List<String>> all =
                Map.of("imap", proxies, "imaps", proxies, "pop3", proxies, "pop3s", proxies, "lmtp", proxies);
        return ServerUnderClients.start(
                folder.resolve(data),
                new DeliverySettings(
                        any, null, List.of("192.0.2.0/24", "2001:db8::/32"), 100, any, any, all, "+", Set.of(), false),
                "anna");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private LineClient connect(String listener) throws IOException {
        return LineClient.connect(server.listener(listener));
    }

    /** Delivers one message after a header. @return the address in its Received */
    private String delivered(byte[] header) throws IOException {
        try (LineClient client = connect("lmtp")) {
            client.raw(header);
            client.raw("LHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<anna>\r\nBDAT 2 LAST\r\n\r\n");
            assertThat(client.line()).startsWith("220 ");
            assertThat(client.reply().getLast()).startsWith("250 ");
            for (int i = 0; i < 3; i++) {
                assertThat(client.line()).startsWith("250 ");
            }
        }
        var inbox =
                server.live().mailboxes().find(MailboxPath.of("anna", "INBOX")).orElseThrow();
        var last = new Object() {
            String text = "";
        };
        server.live()
                .messages()
                .scan(
                        inbox.id(),
                        1,
                        0xFFFF_FFFFL,
                        facts -> last.text =
                                new String(server.live().bodies().read(facts.body()), StandardCharsets.US_ASCII));
        return last.text.substring(last.text.indexOf("([") + 2, last.text.indexOf("])"));
    }

    private static byte[] text(String header) {
        return header.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] binary(String hex) {
        return HexFormat.of().parseHex(SIGNATURE + hex);
    }

    @Test
    void theClientIsWhoTheHeaderSays() throws Exception {
        assertThat(delivered(text("PROXY TCP4 192.0.2.7 127.0.0.1 1234 24\r\n")))
                .isEqualTo("192.0.2.7");
        assertThat(delivered(text("PROXY TCP6 2001:db8::7 ::1 1234 24\r\n"))).isEqualTo("IPv6:2001:db8:0:0:0:0:0:7");
        assertThat(delivered(binary("2111000c" + "c0000208" + "7f000001" + "04d2" + "0018")))
                .isEqualTo("192.0.2.8");
        // With an authority TLV (type 2) and one of no known type.
        assertThat(delivered(binary("2111001d" + "c0000209" + "7f000001" + "04d2" + "0018" + "020004" + "6d782e61"
                        + "ee0004" + "00000000" + "040000")))
                .isEqualTo("192.0.2.9");
    }

    @Test
    void whatTheHeaderSaysIsWhatMayConnectAndIsCounted() throws Exception {
        try (LineClient client = connect("lmtp")) {
            client.raw("PROXY TCP4 198.51.100.1 127.0.0.1 1234 24\r\n");
            assertThat(client.line()).startsWith("421 4.7.1 ");
            assertThat(client.closed()).isTrue();
        }
        try (LineClient client = connect("imap")) {
            client.raw("PROXY TCP4 198.51.100.1 127.0.0.1 1234 24\r\na NOOP\r\n");
            assertThat(client.line()).startsWith("* OK ");
            assertThat(client.line()).startsWith("a OK ");
        }
        try (LineClient client = connect("pop3")) {
            client.raw(binary("20000000"));
            assertThat(client.line()).as("LOCAL").startsWith("+OK ");
        }
    }

    @Test
    void tlsFollowsTheHeader() throws Exception {
        InetSocketAddress imaps = server.listener("imaps");
        try (Socket plain = new Socket(imaps.getAddress(), imaps.getPort())) {
            plain.getOutputStream().write(text("PROXY TCP4 192.0.2.7 127.0.0.1 1234 993\r\n"));
            LineClient client = LineClient.over(
                    Pop3Test.trusting().getSocketFactory().createSocket(plain, "localhost", imaps.getPort(), true));
            assertThat(client.line()).startsWith("* OK ");
        }
    }

    @Test
    void whatIsNoHeaderEndsTheConnection() throws Exception {
        try (LineClient silent = connect("imap");
                LineClient slow = connect("imap");
                LineClient other = connect("imap")) {
            slow.raw("PROXY TC");
            other.raw("a NOOP\r\n");
            for (String wrong : List.of("PROXY TCP4 nonsense 1 2 3\r\n", "PROXY " + "x".repeat(200))) {
                try (LineClient client = connect("imap")) {
                    client.raw(wrong);
                    assertThat(client.closed()).as(wrong).isTrue();
                }
            }
            assertThat(silent.closed()).as("no header within five seconds").isTrue();
            assertThat(slow.closed()).as("half a header within five seconds").isTrue();
            assertThat(other.closed()).as("a command within five seconds").isTrue();
        }
    }

    @Test
    void fromOthersAHeaderIsRefused() throws Exception {
        server.close();
        server = start("other", List.of("203.0.113.0/24"));
        try (LineClient client = connect("imap")) {
            assertThat(client.line()).startsWith("* OK ");
            assertThat(client.ask("PROXY TCP4 192.0.2.7 127.0.0.1 1234 143")).startsWith("* BYE ");
        }
        try (LineClient client = connect("pop3")) {
            assertThat(client.line()).startsWith("+OK ");
            assertThat(client.ask("PROXY TCP4 192.0.2.7 127.0.0.1 1234 110")).startsWith("-ERR");
        }
        try (LineClient client = connect("lmtp")) {
            client.raw("PROXY TCP4 192.0.2.7 127.0.0.1 1234 24\r\n");
            assertThat(client.line()).as("127.0.0.1 may not deliver here").startsWith("421 4.7.1");
        }
        InetSocketAddress imaps = server.listener("imaps");
        try (LineClient client = LineClient.connect(imaps)) {
            client.raw("PROXY TCP4 192.0.2.7 127.0.0.1 1234 993\r\n");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void haproxyCarriesMail() throws Exception {
        ExternalProgram.assume(
                Files.isExecutable(Path.of("/usr/sbin/haproxy")), "haproxy is not installed: Debian package haproxy");
        int[] ports = new int[3];
        for (int i = 0; i < ports.length; i++) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports[i] = socket.getLocalPort();
            }
        }
        Path settings = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                  mode tcp
                  timeout connect 10s
                  timeout client 60s
                  timeout server 60s
                listen imap
                  bind 127.0.0.1:%d
                  server one 127.0.0.1:%d send-proxy check
                listen imaps
                  bind 127.0.0.1:%d
                  server one 127.0.0.1:%d send-proxy-v2 proxy-v2-options unique-id,authority check
                listen pop3s
                  bind 127.0.0.1:%d
                  server one 127.0.0.1:%d send-proxy-v2
                """.formatted(
                        ports[0],
                        server.listener("imap").getPort(),
                        ports[1],
                        server.listener("imaps").getPort(),
                        ports[2],
                        server.listener("pop3s").getPort()));
        Process haproxy = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.log").toFile())
                .start();
        try {
            assertThat(greeting(ports[0], false)).startsWith("* OK ");
            assertThat(greeting(ports[1], true)).startsWith("* OK ");
            assertThat(greeting(ports[2], true)).startsWith("+OK ");
        } finally {
            haproxy.destroyForcibly().waitFor();
        }
    }

    private static String greeting(int port, boolean tls) {
        return Awaitility.await("HAProxy to carry a connection")
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> {
                            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                            try (LineClient client = LineClient.over(
                                    tls
                                            ? Pop3Test.trusting()
                                                    .getSocketFactory()
                                                    .createSocket(socket, "localhost", port, true)
                                            : socket)) {
                                return client.line();
                            }
                        },
                        line -> true);
    }
}

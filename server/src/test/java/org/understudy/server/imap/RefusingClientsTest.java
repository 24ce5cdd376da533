package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerReader;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.tls.IssuingAuthority;

/** What the ledger says of real clients that do not want the certificate, and of those that do. */
@Timeout(180)
final class RefusingClientsTest {
    private static final AtomicInteger WAYS = new AtomicInteger();
    private static final Map<String, StoreServer> SERVERS = new HashMap<>();

    /** One server for each engine. */
    @TempDir
    static Path folder;

    private static Path authority;
    private static Path stranger;

    /** Where and how clients connect; each has host names of its own, by which its rows are found. */
    private record Way(String listener, String engine, String version, String label) {
        /** @param words listener, engine and version each */
        static List<Way> of(String... words) {
            return Stream.of(words)
                    .map(word -> word.split(" "))
                    .filter(word -> word[1].equals("java") || OpenSsl.isAvailable())
                    .map(word -> new Way(word[0], word[1], word[2], "w" + WAYS.incrementAndGet()))
                    .toList();
        }

        String good() {
            return label + ".good.example";
        }

        String wrong() {
            return label + ".wrong.example";
        }

        String late() {
            return label + ".late.example";
        }

        InetSocketAddress at() {
            return SERVERS.get(engine).listener(listener);
        }
    }

    @BeforeAll
    static void certificates() throws Exception {
        IssuingAuthority ca = new IssuingAuthority("Test CA");
        Instant now = Instant.now();
        authority = ca.write(folder.resolve("ca.pem"));
        stranger = new IssuingAuthority("Another CA").write(folder.resolve("other.pem"));
        for (String engine : List.of("java", "native")) {
            Path its = Files.createDirectory(folder.resolve(engine));
            IssuingAuthority.write(its.resolve("default.pem"), ca.issue("default.example"));
            IssuingAuthority.write(its.resolve("good.pem"), ca.issue("*.good.example"));
            IssuingAuthority.write(
                    its.resolve("late.pem"),
                    ca.issue(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(2)), "*.late.example"));
            if (engine.equals("java") || OpenSsl.isAvailable()) {
                start(engine);
            }
        }
    }

    private static void start(String engine) throws Exception {
        SERVERS.put(
                engine,
                StoreServer.start(
                                folder.resolve(engine),
                                "listeners { pop3s { enabled = true, port = 0 }",
                                "pop3 { enabled = true, port = 0 }, lmtp { enabled = true, port = 0 } }",
                                "tls { engine = " + engine,
                                "certificate = default.pem, key = default.pem",
                                "hosts = [ { name = \"*.good.example\", certificate = good.pem, key = good.pem }",
                                "{ name = \"*.late.example\", certificate = late.pem, key = late.pem } ] }")
                        .with("anna"));
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(StoreServer::close);
        SERVERS.clear();
    }

    /** A client that asks for a host name, and trusts one authority. */
    private interface Client {
        void connect(Way way, String host, Path roots) throws Exception;
    }

    /** All that a client may mind, and a connection that it does not mind, by each way. */
    private static void connect(List<Way> ways, Client client) throws Exception {
        for (Way way : ways) {
            client.connect(way, way.good(), stranger);
            client.connect(way, way.wrong(), authority);
            client.connect(way, way.late(), authority);
            client.connect(way, way.good(), authority);
        }
    }

    @Test
    void openSslSaysWhatItMinds() throws Exception {
        assumeProgram("openssl");
        List<Way> ways = Way.of(
                "imaps java 1.2",
                "imaps java 1.3",
                "imaps native 1.2",
                "imaps native 1.3",
                "pop3s java 1.2",
                "pop3s java 1.3",
                "pop3s native 1.2",
                "pop3s native 1.3");
        connect(ways, RefusingClientsTest::openssl);
        for (Way way : ways) {
            List<LedgerRow> rows = rows(way, 4);
            expect(rows, way, way.good(), Fault.NONE, "alert:unknown_ca");
            expect(rows, way, way.wrong(), Fault.NAME, "alert:bad_certificate");
            expect(rows, way, way.late(), Fault.EXPIRED, "alert:certificate_expired");
            expect(rows, way, way.good(), Fault.NONE, "no-login", "no-command");
            assertThat(rows.stream().map(row -> row.key().family()))
                    .allMatch(family -> family.startsWith("1" + way.version().charAt(2) + "d"));
        }
    }

    @Test
    void pythonSaysWhatItMinds() throws Exception {
        assumeProgram("python3");
        List<Way> ways = Way.of("imaps java 1.2", "imaps java 1.3", "imaps native 1.2", "imaps native 1.3");
        connect(ways, RefusingClientsTest::python);
        for (Way way : ways) {
            List<LedgerRow> rows = rows(way, 4);
            expect(rows, way, way.good(), Fault.NONE, "alert:unknown_ca");
            expect(rows, way, way.wrong(), Fault.NAME, "alert:bad_certificate");
            expect(rows, way, way.late(), Fault.EXPIRED, "alert:certificate_expired");
            expect(rows, way, way.good(), Fault.NONE, "logged-in");
            assertThat(rows)
                    .anyMatch(row -> row.key().user().equals("anna")
                            && row.key().client().equals("Py Mail 1.2"));
        }
    }

    /** curl compares the name after the handshake, and hangs up without a word. */
    @Test
    void curlSaysItOrHangsUp() throws Exception {
        assumeProgram("curl");
        List<Way> ways = Way.of("imaps java 1.2", "imaps native 1.3", "pop3s java 1.3", "pop3s native 1.2");
        connect(ways, RefusingClientsTest::curl);
        for (Way way : ways) {
            List<LedgerRow> rows = rows(way, 4);
            expect(rows, way, way.good(), Fault.NONE, "alert:unknown_ca");
            expect(
                    rows,
                    way,
                    way.wrong(),
                    Fault.NAME,
                    "no-command",
                    "alert:bad_certificate",
                    "alert:certificate_unknown");
            expect(rows, way, way.late(), Fault.EXPIRED, "alert:certificate_expired");
            expect(rows, way, way.good(), Fault.NONE, "logged-in");
        }
    }

    /** Java has one word for all of it, and encrypts it in TLS 1.3: the fault says which. */
    @Test
    void javaSaysThatItMinds() throws Exception {
        List<Way> ways = Way.of(
                "imaps java 1.2",
                "imaps java 1.3",
                "imaps native 1.2",
                "imaps native 1.3",
                "pop3s java 1.3",
                "pop3s native 1.2",
                "pop3s native 1.3");
        connect(ways, RefusingClientsTest::java);
        for (Way way : ways) {
            List<LedgerRow> rows = rows(way, 4);
            expect(rows, way, way.good(), Fault.NONE, "alert:certificate_unknown");
            expect(rows, way, way.wrong(), Fault.NAME, "alert:certificate_unknown");
            expect(rows, way, way.late(), Fault.EXPIRED, "alert:certificate_unknown", "alert:certificate_expired");
            expect(rows, way, way.good(), Fault.NONE, "logged-in");
        }
    }

    /** What was said before STLS or STARTTLS is no command: who goes after the handshake went without a word. */
    @Test
    void whoBeginsInPlainTextIsSeenToo() throws Exception {
        assumeProgram("openssl");
        List<Way> ways = Way.of("pop3 java 1.3", "pop3 native 1.2", "lmtp java 1.2", "lmtp native 1.3");
        connect(ways, RefusingClientsTest::openssl);
        for (Way way : ways) {
            List<LedgerRow> rows = rows(way, 4);
            expect(rows, way, way.good(), Fault.NONE, "alert:unknown_ca");
            expect(rows, way, way.wrong(), Fault.NAME, "alert:bad_certificate");
            expect(rows, way, way.late(), Fault.EXPIRED, "alert:certificate_expired");
            expect(rows, way, way.good(), Fault.NONE, "no-login", "no-command");
        }
    }

    @Test
    void whatIsNoTlsAndWhoGoesInTheMiddleIsToldApart() throws Exception {
        Way way = new Way("imaps", "java", "", "");
        InetSocketAddress at = way.at();
        try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
            socket.getOutputStream().write("a LOGIN anna secret\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isNotNull();
        }
        try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
            socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
        }
        try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
            assertThat(socket.isConnected()).isTrue();
        }
        List<LedgerRow> rows = rows(way, 2);
        assertThat(rows.stream().map(row -> row.key().outcome().word()))
                .containsExactlyInAnyOrder("failed:not-tls", "failed:closed");
    }

    private static void expect(List<LedgerRow> rows, Way way, String host, Fault fault, String... outcomes) {
        assertThat(rows)
                .as("%s: a row for %s with one of %s", way, host, List.of(outcomes))
                .anyMatch(row -> row.key().host().equals(host)
                        && row.key().listener().equals(way.listener())
                        && row.key().port() > 0
                        && row.key().tls().equals("TLSv" + way.version())
                        && row.key().certificate().length() == 16
                        && row.key().fault() == fault
                        && List.of(outcomes).contains(row.key().outcome().word()));
    }

    /** Waits until the ledger's file tells of so many connections by that way. */
    private static List<LedgerRow> rows(Way way, long connections) {
        List<LedgerRow> found = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            found.clear();
            LedgerReader.own(folder.resolve(way.engine()).resolve("data"))
                    .map(LedgerContent::rows)
                    .ifPresent(found::addAll);
            found.removeIf(row -> !row.key().host().split("\\.")[0].equals(way.label()));
            assertThat(found.stream().mapToLong(LedgerRow::count).sum())
                    .as("%s", found)
                    .isEqualTo(connections);
        });
        return found;
    }

    private static void openssl(Way way, String host, Path roots) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-quiet",
                "-no_ign_eof",
                "-verify_return_error",
                "-connect",
                "127.0.0.1:" + way.at().getPort(),
                "-servername",
                host,
                "-verify_hostname",
                host,
                "-CAfile",
                roots.toString(),
                way.version().equals("1.2") ? "-tls1_2" : "-tls1_3"));
        if (!way.listener().endsWith("s")) {
            words.addAll(List.of("-starttls", way.listener()));
        }
        run(way.listener().equals("imaps") ? "a LOGOUT\r\n" : "QUIT\r\n", words.toArray(String[]::new));
    }

    private static void curl(Way way, String host, Path roots) throws Exception {
        int port = way.at().getPort();
        run(
                "",
                "curl",
                "-sS",
                "--tlsv" + way.version(),
                "--tls-max",
                way.version(),
                "--cacert",
                roots.toString(),
                "--resolve",
                host + ":" + port + ":127.0.0.1",
                "-u",
                "anna:" + StoreServer.PASSWORD,
                way.listener() + "://" + host + ":" + port + "/");
    }

    private static void python(Way way, String host, Path roots) throws Exception {
        Path script = folder.resolve("client.py");
        Files.writeString(script, """
                import imaplib, socket, ssl, sys
                host, port, roots, version, password = sys.argv[1:]
                context = ssl.create_default_context(cafile=roots)
                wanted = ssl.TLSVersion.TLSv1_2 if version == '1.2' else ssl.TLSVersion.TLSv1_3
                context.minimum_version = context.maximum_version = wanted
                raw = socket.create_connection(('127.0.0.1', int(port)))
                with context.wrap_socket(raw, server_hostname=host) as tls:
                    lines = tls.makefile('rb')
                    lines.readline()
                    for command in ('LOGIN anna ' + password, 'ID ("name" "Py Mail" "version" "1.2.3")', 'LOGOUT'):
                        tls.sendall(('a ' + command + '\\r\\n').encode())
                        while not lines.readline().startswith(b'a '):
                            pass
                """);
        run(
                "",
                "python3",
                script.toString(),
                host,
                String.valueOf(way.at().getPort()),
                roots.toString(),
                way.version(),
                StoreServer.PASSWORD);
    }

    private static void java(Way way, String host, Path roots) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(roots)) {
            trusted.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        InetSocketAddress at = way.at();
        Socket raw = new Socket(at.getAddress(), at.getPort());
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, at.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setProtocols(new String[] {"TLSv" + way.version()});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            String login = way.listener().equals("imaps")
                    ? "a LOGIN anna " + StoreServer.PASSWORD + "\r\nb LOGOUT\r\n"
                    : "USER anna\r\nPASS " + StoreServer.PASSWORD + "\r\nQUIT\r\n";
            socket.getOutputStream().write(login.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .containsPattern(way.listener().equals("imaps") ? "a OK" : "OK \\d+ messages");
        } catch (SSLException refused) {
            assertThat(roots.equals(authority) && host.equals(way.good()))
                    .as("%s", refused)
                    .isFalse();
        }
    }

    private static void run(String input, String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            // The client has given up before it read its input, as it should where it minds the certificate.
            assertThat(gone).hasMessageContaining("pipe");
        }
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private static void assumeProgram(String name) {
        Set<String> folders = new TreeSet<>(List.of(System.getenv("PATH").split(":")));
        assumeTrue(
                folders.stream().anyMatch(one -> Files.isExecutable(Path.of(one, name))), name + " is not installed");
    }
}

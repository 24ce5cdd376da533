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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerReader;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.tls.IssuingAuthority;

/** What the ledger says of real clients that do not want the certificate, and of those that do. */
@Timeout(180)
final class RefusingClientsTest {
    private static final String GOOD = "imap.good.example";
    private static final String WRONG = "imap.wrong.example";
    private static final String LATE = "imap.late.example";

    @TempDir
    Path folder;

    private Path authority;
    private Path stranger;
    private StoreServer server;

    @BeforeEach
    void certificates() throws Exception {
        IssuingAuthority ca = new IssuingAuthority("Test CA");
        Instant now = Instant.now();
        authority = ca.write(folder.resolve("ca.pem"));
        stranger = new IssuingAuthority("Another CA").write(folder.resolve("other.pem"));
        IssuingAuthority.write(folder.resolve("default.pem"), ca.issue("default.example"));
        IssuingAuthority.write(folder.resolve("good.pem"), ca.issue(GOOD));
        IssuingAuthority.write(
                folder.resolve("late.pem"),
                ca.issue(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(2)), LATE));
    }

    private void start(String engine) throws Exception {
        assumeTrue(engine.equals("java") || OpenSsl.isAvailable(), "no native library for this machine");
        server = StoreServer.start(
                        folder,
                        "tls { engine = " + engine,
                        "certificate = default.pem, key = default.pem",
                        "hosts = [ { name = " + GOOD + ", certificate = good.pem, key = good.pem }",
                        "{ name = " + LATE + ", certificate = late.pem, key = late.pem } ] }")
                .with("anna");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"java, 1.2", "java, 1.3", "native, 1.2", "native, 1.3"})
    void openSslSaysWhatItMinds(String engine, String version) throws Exception {
        assumeProgram("openssl");
        start(engine);
        openssl(version, GOOD, stranger);
        openssl(version, WRONG, authority);
        openssl(version, LATE, authority);
        openssl(version, GOOD, authority);
        List<LedgerRow> rows = rows(4);
        expect(rows, GOOD, version, Fault.NONE, "alert:unknown_ca");
        expect(rows, WRONG, version, Fault.NAME, "alert:bad_certificate");
        expect(rows, LATE, version, Fault.EXPIRED, "alert:certificate_expired");
        expect(rows, GOOD, version, Fault.NONE, "no-login", "no-command");
        assertThat(rows.stream().map(row -> row.key().family()))
                .allMatch(family -> family.startsWith("1" + version.charAt(2) + "d"));
    }

    @ParameterizedTest
    @CsvSource({"java, 1.2", "java, 1.3", "native, 1.2", "native, 1.3"})
    void pythonSaysWhatItMinds(String engine, String version) throws Exception {
        assumeProgram("python3");
        start(engine);
        python(version, GOOD, stranger);
        python(version, WRONG, authority);
        python(version, LATE, authority);
        python(version, GOOD, authority);
        List<LedgerRow> rows = rows(4);
        expect(rows, GOOD, version, Fault.NONE, "alert:unknown_ca");
        expect(rows, WRONG, version, Fault.NAME, "alert:bad_certificate");
        expect(rows, LATE, version, Fault.EXPIRED, "alert:certificate_expired");
        expect(rows, GOOD, version, Fault.NONE, "logged-in");
        assertThat(rows)
                .anyMatch(row ->
                        row.key().user().equals("anna") && row.key().client().equals("Py Mail 1.2"));
    }

    /** curl compares the name after the handshake, and hangs up without a word. */
    @ParameterizedTest
    @CsvSource({"java, 1.2", "native, 1.3"})
    void curlSaysItOrHangsUp(String engine, String version) throws Exception {
        assumeProgram("curl");
        start(engine);
        curl(version, GOOD, stranger);
        curl(version, WRONG, authority);
        curl(version, LATE, authority);
        curl(version, GOOD, authority);
        List<LedgerRow> rows = rows(4);
        expect(rows, GOOD, version, Fault.NONE, "alert:unknown_ca");
        expect(rows, WRONG, version, Fault.NAME, "no-command", "alert:bad_certificate", "alert:certificate_unknown");
        expect(rows, LATE, version, Fault.EXPIRED, "alert:certificate_expired");
        expect(rows, GOOD, version, Fault.NONE, "logged-in");
    }

    /** Java has one word for all of it, and encrypts it in TLS 1.3: the fault says which. */
    @ParameterizedTest
    @CsvSource({"java, 1.2", "java, 1.3", "native, 1.2", "native, 1.3"})
    void javaSaysThatItMinds(String engine, String version) throws Exception {
        start(engine);
        java(version, GOOD, stranger);
        java(version, WRONG, authority);
        java(version, LATE, authority);
        java(version, GOOD, authority);
        List<LedgerRow> rows = rows(4);
        expect(rows, GOOD, version, Fault.NONE, "alert:certificate_unknown");
        expect(rows, WRONG, version, Fault.NAME, "alert:certificate_unknown");
        expect(rows, LATE, version, Fault.EXPIRED, "alert:certificate_unknown", "alert:certificate_expired");
        expect(rows, GOOD, version, Fault.NONE, "logged-in");
    }

    @Test
    void whatIsNoTlsAndWhoGoesInTheMiddleIsToldApart() throws Exception {
        start("java");
        InetSocketAddress at = server.imaps();
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
        List<LedgerRow> rows = rows(2);
        assertThat(rows.stream().map(row -> row.key().outcome().word()))
                .containsExactlyInAnyOrder("failed:not-tls", "failed:closed");
    }

    private static void expect(List<LedgerRow> rows, String host, String version, Fault fault, String... outcomes) {
        assertThat(rows)
                .as("a row for %s with one of %s", host, List.of(outcomes))
                .anyMatch(row -> row.key().host().equals(host)
                        && row.key().listener().equals("imaps")
                        && row.key().port() > 0
                        && row.key().tls().equals("TLSv" + version)
                        && row.key().certificate().length() == 16
                        && row.key().fault() == fault
                        && List.of(outcomes).contains(row.key().outcome().word()));
    }

    /** Waits until the ledger's file tells of so many connections. */
    private List<LedgerRow> rows(long connections) {
        List<LedgerRow> found = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            found.clear();
            LedgerReader.own(folder.resolve("data")).map(LedgerContent::rows).ifPresent(found::addAll);
            assertThat(found.stream().mapToLong(LedgerRow::count).sum())
                    .as("%s", found)
                    .isEqualTo(connections);
        });
        return found;
    }

    private void openssl(String version, String host, Path roots) throws Exception {
        InetSocketAddress at = server.imaps();
        run(
                "a LOGOUT\r\n",
                "openssl",
                "s_client",
                "-quiet",
                "-no_ign_eof",
                "-verify_return_error",
                "-connect",
                "127.0.0.1:" + at.getPort(),
                "-servername",
                host,
                "-verify_hostname",
                host,
                "-CAfile",
                roots.toString(),
                version.equals("1.2") ? "-tls1_2" : "-tls1_3");
    }

    private void curl(String version, String host, Path roots) throws Exception {
        int port = server.imaps().getPort();
        run(
                "",
                "curl",
                "-sS",
                "--tlsv" + version,
                "--tls-max",
                version,
                "--cacert",
                roots.toString(),
                "--resolve",
                host + ":" + port + ":127.0.0.1",
                "-u",
                "anna:" + StoreServer.PASSWORD,
                "imaps://" + host + ":" + port + "/");
    }

    private void python(String version, String host, Path roots) throws Exception {
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
                String.valueOf(server.imaps().getPort()),
                roots.toString(),
                version,
                StoreServer.PASSWORD);
    }

    private void java(String version, String host, Path roots) throws Exception {
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
        InetSocketAddress at = server.imaps();
        Socket raw = new Socket(at.getAddress(), at.getPort());
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, at.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setProtocols(new String[] {"TLSv" + version});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream()
                    .write(("a LOGIN anna " + StoreServer.PASSWORD + "\r\nb LOGOUT\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("a OK");
        } catch (SSLException refused) {
            assertThat(roots.equals(authority) && host.equals(GOOD))
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

package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.RestoreOperations;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.cli.RunningServer;
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TestAuthority;
import org.understudy.storage.keyspace.Author;

/**
 * Three certificates, chosen by host name, are swapped again and again while real clients come and go and others stay: none
 * of them is dropped, none sees another host's certificate, and each checks chain and name.
 */
@Timeout(300)
class CertificateSwapTest {
    private static final String PASSWORD = "correct-horse";
    /** By the name of its files, the host name that clients ask for. */
    private static final Map<String, String> HOSTS =
            Map.of("one", "localhost", "two", "imap.two.example", "three", "any.three.example");

    private static final int CONNECTIONS = 40;
    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    private final TestAuthority root = TestAuthority.root("Root");
    private final TestAuthority middle = root.below("Middle");
    private final Map<String, List<ServerCertificate>> made = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private RunningServer server;
    private int port;

    private void start(String engine) throws Exception {
        made.put("one", List.of(middle.host("localhost"), middle.host("localhost")));
        made.put("two", List.of(middle.host("imap.two.example"), middle.host("imap.two.example")));
        made.put("three", List.of(middle.host("*.three.example"), middle.host("*.three.example")));
        for (Map.Entry<String, List<ServerCertificate>> one : made.entrySet()) {
            TestAuthority.write(folder, one.getKey(), one.getValue().getFirst());
        }
        TestAuthority.write(folder, "default", middle.host("default.example"));
        Files.writeString(folder.resolve("root.pem"), TestAuthority.pem(root.certificate()));
        Path file = Files.writeString(folder.resolve("understudy.conf"), """
            data-folder = data
            listeners { imaps { port = 0 }, imap { port = 0 } }
            accounts.hash { memory = 1 MiB, passes = 1 }
            tls {
              engine = %s
              watch = 1 s
              certificate = default.crt, key = default.key
              hosts = [
                { name = localhost, certificate = one.crt, key = one.key }
                { name = imap.two.example, certificate = two.crt, key = two.key }
                { name = "*.three.example", certificate = three.crt, key = three.key }
              ]
            }
            """.formatted(engine));
        Configuration configuration = ConfigurationReader.read(file);
        Clock clock = Clock.systemUTC();
        server =
                new ServerProcess("test", clock, RestoreOperations.all(), new ImapServices(clock)).start(configuration);
        server.workplace()
                .live()
                .accounts()
                .add(
                        "anna",
                        new PasswordHash(configuration.accounts().hash(), new SecureRandom())
                                .hash(PASSWORD.toCharArray()),
                        new Author.Housekeeping("test"));
        port = server.status().listeners().stream()
                .filter(one -> one.name().equals("imaps"))
                .findFirst()
                .orElseThrow()
                .port();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "native"})
    void swapsAreSeenByNobody(String engine) throws Exception {
        assumeTrue(engine.equals("java") || OpenSsl.isAvailable(), "no native library for this machine");
        start(engine);
        AtomicInteger seen = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch stayed = new CountDownLatch(HOSTS.size());
        try (RunningServer closing = server) {
            assertThat(closing).isNotNull();
            Thread swapper = Thread.ofPlatform().start(() -> guarded("swap", this::swap));
            for (Map.Entry<String, String> host : HOSTS.entrySet()) {
                threads.add(Thread.ofPlatform()
                        .start(() -> guarded("JDK, coming and going", () -> {
                            for (int i = 0; i < CONNECTIONS; i++) {
                                visit(host, i % 2 == 0 ? "TLSv1.3" : "TLSv1.2", seen);
                            }
                        })));
                Thread.ofPlatform().start(() -> guarded("JDK, staying", () -> stay(host, stayed)));
            }
            realClients();
            for (Thread thread : threads) {
                thread.join();
            }
            over.set(true);
            swapper.join();
            stayed.await();
            System.out.printf(
                    "%s: %d swaps, %d connections of Java, and those of real clients%n",
                    engine, closing.status().tls().reloads(), seen.get());
            assertThat(wrong).isEmpty();
            assertThat(seen).hasValue(HOSTS.size() * CONNECTIONS);
            assertThat(closing.status().tls().reloads()).isGreaterThan(20);
            assertThat(closing.status().tls().failedReloads())
                    .as("none was bad")
                    .isZero();
        } finally {
            over.set(true);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void guarded(String what, Work work) {
        try {
            work.run();
        } catch (Exception | AssertionError e) {
            wrong.add(what + ": " + e);
        }
    }

    private void swap() throws Exception {
        for (int turn = 1; !over.get(); turn++) {
            for (Map.Entry<String, List<ServerCertificate>> one : made.entrySet()) {
                TestAuthority.write(folder, one.getKey(), one.getValue().get(turn % 2));
            }
            server.reload();
        }
    }

    private SSLSocket connect(Map.Entry<String, String> host, String protocol) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        Socket plain = new Socket("127.0.0.1", port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host.getValue(), port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host.getValue())));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(60_000);
        socket.startHandshake();
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        assertThat(made.get(host.getKey()).stream()
                        .map(one -> one.chain().getFirst())
                        .toList())
                .contains(shown);
        return socket;
    }

    private void visit(Map.Entry<String, String> host, String protocol, AtomicInteger seen) throws Exception {
        try (SSLSocket socket = connect(host, protocol)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).startsWith("* OK ");
            say(socket, in, "LOGIN anna " + PASSWORD);
            say(socket, in, "SELECT INBOX");
            say(socket, in, "LOGOUT");
            seen.incrementAndGet();
        }
    }

    /** From before the first swap to after the last. */
    private void stay(Map.Entry<String, String> host, CountDownLatch stayed) throws Exception {
        try (SSLSocket socket = connect(host, "TLSv1.3")) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).startsWith("* OK ");
            say(socket, in, "LOGIN anna " + PASSWORD);
            while (!over.get()) {
                say(socket, in, "NOOP");
            }
            say(socket, in, "LOGOUT");
        } finally {
            stayed.countDown();
        }
    }

    private static void say(SSLSocket socket, BufferedReader in, String command) throws Exception {
        socket.getOutputStream().write(("t " + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null && !line.startsWith("t ")) {
            line = in.readLine();
        }
        assertThat(line).as(command).startsWith("t OK ");
    }

    private void realClients() throws Exception {
        Path own = Files.createDirectory(folder.resolve("clients"));
        String trusted = folder.resolve("root.pem").toString();
        ExternalProgram openssl = ExternalProgram.installed("openssl", "Debian package openssl", own, "s_client");
        ExternalProgram curl = ExternalProgram.installed(
                "curl",
                "Debian package curl",
                own,
                "--silent",
                "--show-error",
                "--max-time",
                "60",
                "--cacert",
                trusted);
        ExternalProgram python = ExternalProgram.installed("python3", "Debian package python3", own);
        for (int round = 0; round < ROUNDS; round++) {
            for (String host : HOSTS.values()) {
                assertThat(openssl.ok(
                                "-connect",
                                "127.0.0.1:" + port,
                                "-servername",
                                host,
                                "-verify_hostname",
                                host,
                                "-verify_return_error",
                                "-CAfile",
                                trusted))
                        .contains("Verify return code: 0 (ok)", "Verified peername: ");
                assertThat(curl.ok(
                                "--resolve",
                                host + ":" + port + ":127.0.0.1",
                                "--user",
                                "anna:" + PASSWORD,
                                "imaps://" + host + ":" + port))
                        .contains("INBOX");
                assertThat(python.ok(
                                ExternalProgram.scripts().resolve("sni.py").toString(),
                                host,
                                String.valueOf(port),
                                trusted,
                                "anna",
                                PASSWORD,
                                "5"))
                        .contains("5 logins");
            }
            mbsync(own, trusted);
        }
    }

    private void mbsync(Path own, String trusted) throws Exception {
        Path settings = Files.writeString(own.resolve("mbsyncrc"), """
            IMAPStore remote
            Host localhost
            Port %d
            User anna
            Pass %s
            SSLType IMAPS
            CertificateFile %s

            MaildirStore local
            Path %s/
            Inbox %s/INBOX

            Channel mail
            Far :remote:
            Near :local:
            Patterns INBOX
            Create Near
            SyncState *
            """.formatted(port, PASSWORD, trusted, own, own));
        ExternalProgram.installed("mbsync", "Debian package isync", own, "-c", settings.toString(), "mail")
                .ok();
    }
}

package org.understudy.restore.source.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.Sources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** What certificates are taken, and how one that is not is named. */
final class ServerTlsTest {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    /** A certificate of its own for a host name, with its key. */
    private Path keys(String name, String host, String... more) throws Exception {
        Path store = folder.resolve(name + ".p12");
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new java.util.ArrayList<>(List.of(
                tool,
                "-genkeypair",
                "-alias",
                "one",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString()));
        command.addAll(List.of(more));
        run(command);
        run(List.of(
                tool,
                "-exportcert",
                "-rfc",
                "-alias",
                "one",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString(),
                "-file",
                folder.resolve(name + ".pem").toString()));
        return store;
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static ScriptedServer server(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, STORE_PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, STORE_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        ScriptedServer server = new ScriptedServer(
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        server.box("INBOX").mail(1, "", AccountFetchTest.text(1));
        return server;
    }

    private Path fetch(ScriptedServer server, String pem) throws InterruptedException {
        return AccountFetch.run(
                ImapAddress.parse("imaps://ana@localhost:" + server.port() + "/"),
                ImapLogin.password("secret"),
                ImapSettings.STANDARD
                        .trusting(pem.isEmpty() ? null : folder.resolve(pem))
                        .waiting(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1)),
                folder.resolve("spool"),
                Clock.systemUTC(),
                Progress.SILENT);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNamedAndTakenWhereItIsTrusted() throws Exception {
        try (ScriptedServer server = server(keys("own", "localhost"))) {
            assertThatThrownBy(() -> fetch(server, ""))
                    .isInstanceOfSatisfying(OperatorException.class, e -> {
                        assertThat(e.reason()).isEqualTo(Reason.SOURCE);
                        assertThat(e.hint()).contains("--ca-file");
                    })
                    .hasMessageContaining(
                            "that nobody vouches for; the certificate is for localhost, issued by CN=localhost")
                    .hasMessageContaining("SHA-256");
            assertThat(server.commands).noneMatch(line -> line.contains("AUTHENTICATE"));
            assertThat(BackupItems.count(Sources.open(fetch(server, "own.pem"))))
                    .isEqualTo(1);
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefusedThoughItIsTrusted() throws Exception {
        try (ScriptedServer server = server(keys("other", "mail.example.org"))) {
            assertThatThrownBy(() -> fetch(server, "other.pem"))
                    .hasMessageContaining("for another host; the certificate is for mail.example.org");
            assertThat(server.commands).noneMatch(line -> line.contains("AUTHENTICATE"));
        }
    }

    @Test
    void anExpiredCertificateIsRefusedThoughItIsTrusted() throws Exception {
        try (ScriptedServer server = server(keys("old", "localhost", "-startdate", "-30d", "-validity", "10"))) {
            assertThatThrownBy(() -> fetch(server, "old.pem")).hasMessageContaining("that is not valid today");
        }
    }

    @Test
    void aServerWithoutTlsIsTold() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            assertThatThrownBy(() -> fetch(server, "")).hasMessageContaining("no TLS connection comes about");
        }
    }

    /** How many items a source gives. */
    private static final class BackupItems {
        static int count(org.understudy.restore.source.BackupSource source) throws Exception {
            try (source) {
                return org.understudy.restore.source.BackupSourceContract.all(source, 0)
                        .size();
            }
        }
    }
}

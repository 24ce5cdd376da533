package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.server.tls.TestCertificates;

/** Certificates by host name, protocol versions and STARTTLS. */
final class ImapTlsTest {
    private ImapTestServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = ImapTestServer.start(folder.resolve("spool"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void clientsSeeTheCertificateOfTheHostTheyAskFor() throws Exception {
        server.certificates().put("mail.one.example", TestCertificates.of("mail.one.example"));
        server.certificates().put("imap.two.example", TestCertificates.of("imap.two.example"));
        server.certificates().put("*.three.example", TestCertificates.of("*.three.example"));
        assertThat(shownTo("mail.one.example")).isEqualTo("CN=mail.one.example");
        assertThat(shownTo("IMAP.two.example")).isEqualTo("CN=imap.two.example");
        assertThat(shownTo("any.three.example")).isEqualTo("CN=*.three.example");
        assertThat(shownTo("two.labels.three.example")).isEqualTo("CN=default.example");
        assertThat(shownTo("unknown.example")).isEqualTo("CN=default.example");
        assertThat(shownTo(null)).isEqualTo("CN=default.example");
    }

    @Test
    void certificatesChangeWhileTheServerRuns() throws Exception {
        server.certificates().put("mail.example", TestCertificates.of("old.example"));
        try (ImapTestClient before = ImapTestClient.tls(server.imaps(), "mail.example")) {
            server.certificates().put("mail.example", TestCertificates.of("new.example"));
            server.certificates().replaceDefault(TestCertificates.of("other.example"));
            assertThat(shownTo("mail.example")).isEqualTo("CN=new.example");
            assertThat(shownTo(null)).isEqualTo("CN=other.example");
            server.certificates().remove("mail.example");
            assertThat(shownTo("mail.example")).isEqualTo("CN=other.example");
            before.line();
            before.ok("NOOP");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsOfTlsWork(String version) throws Exception {
        try (ImapTestClient client = ImapTestClient.tls(server.imaps(), "mail.example", version)) {
            client.line();
            client.ok("LOGIN anna secret");
            assertThat(client.tlsProtocol()).isEqualTo(version);
        }
    }

    @Test
    void startTlsOpensTheWayToLogin() throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(server.imap())) {
            client.line();
            client.ok("STARTTLS");
            client.startTls(server.imap());
            assertThat(client.ok("CAPABILITY").get(0))
                    .contains("AUTH=PLAIN")
                    .doesNotContain("STARTTLS")
                    .doesNotContain("LOGINDISABLED");
            assertThat(client.status("STARTTLS")).startsWith("BAD ");
            client.ok("LOGIN anna secret");
            client.ok("SELECT INBOX");
        }
    }

    @Test
    void withoutTlsNobodyLogsInUnlessLocalProgramsMay(@TempDir Path folder) throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(server.imap())) {
            assertThat(client.line()).contains("LOGINDISABLED").doesNotContain("AUTH=PLAIN");
            assertThat(client.status("LOGIN anna secret")).startsWith("NO ");
        }
        try (ImapTestServer local = ImapTestServer.start(folder.resolve("local"), ImapSettings::withLocalLogins);
                ImapTestClient client = ImapTestClient.plain(local.imap())) {
            assertThat(client.line()).contains("AUTH=PLAIN", "STARTTLS").doesNotContain("LOGINDISABLED");
            client.ok("LOGIN anna secret");
            client.ok("SELECT INBOX");
        }
    }

    @Test
    void whatFollowsStartTlsUnencryptedIsThrownAway() throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(server.imap())) {
            client.line();
            client.send("a STARTTLS\r\nb CAPABILITY\r\nc LOGIN anna {20}\r\n");
            assertThat(client.line()).startsWith("a OK ");
            client.startTls(server.imap());
            List<String> first = client.command("NOOP");
            assertThat(first).hasSize(1).allMatch(line -> line.startsWith("t1 OK "));
            assertThat(client.status("SELECT INBOX")).startsWith("NO ");
        }
    }

    @Test
    void startTlsIsUnknownWhereTlsIsOn() throws Exception {
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("STARTTLS")).startsWith("BAD ");
        }
    }

    @Test
    void plainTextOnTheTlsPortIsCutOff() throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(server.imaps())) {
            client.send("a CAPABILITY\r\n".repeat(5));
            assertThat(client.untilClosed()).noneMatch(line -> line.contains("CAPABILITY"));
        }
    }

    private String shownTo(String host) throws Exception {
        try (ImapTestClient client = ImapTestClient.tls(server.imaps(), host)) {
            client.line();
            X509Certificate certificate = client.certificate();
            return certificate.getSubjectX500Principal().getName();
        }
    }
}

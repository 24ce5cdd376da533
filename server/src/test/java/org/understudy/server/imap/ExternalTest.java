package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TestAuthority;

/** Logins by certificate (SASL EXTERNAL), over both engines and versions. */
@Timeout(120)
final class ExternalTest {
    @TempDir
    Path folder;

    private final TestAuthority staff = TestAuthority.root("Staff");

    private ServerCertificate made(String name, TestAuthority.Wanted wanted) {
        return staff.issue(name, wanted);
    }

    private static String base64(String text) {
        return text.isEmpty() ? "=" : Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"java, TLSv1.3", "java, TLSv1.2", "native, TLSv1.3", "native, TLSv1.2"})
    void usersLogInByGoodCertificatesAndOthersAreToldWhyNot(String engine, String protocol) throws Exception {
        assumeTrue(engine.equals("java") || OpenSsl.isAvailable(), "no native library for this machine");
        ServerCertificate anna = made("Anna", new TestAuthority.Wanted().address("Anna@example.org"));
        ServerCertificate bert = made("Bert", new TestAuthority.Wanted());
        ServerCertificate revoked = made("Rita", new TestAuthority.Wanted().address("anna@example.org"));
        ServerCertificate nobody = made("Nobody", new TestAuthority.Wanted().address("nobody@example.org"));
        ServerCertificate forServers = made(
                "s", new TestAuthority.Wanted().address("anna@example.org").purpose(KeyPurposeId.id_kp_serverAuth));
        Instant now = Instant.now();
        ServerCertificate expired = made(
                "Old",
                new TestAuthority.Wanted()
                        .address("anna@example.org")
                        .valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1))));
        ServerCertificate foreign = TestAuthority.root("Elsewhere")
                .issue("Mallory", new TestAuthority.Wanted().address("anna@example.org"));
        Files.writeString(folder.resolve("staff.pem"), TestAuthority.pem(staff.certificate()));
        Files.writeString(
                folder.resolve("staff.crl"), staff.revoking(revoked.chain().getFirst()));
        try (StoreServer server = StoreServer.start(
                        folder,
                        "tls { engine = " + engine + ", client-ca = staff.pem, client-crl = staff.crl",
                        "client-users = [ { certificate = \"CN=Bert\", user = bert } ] }")
                .with("anna@example.org")
                .with("bert")) {
            try (ImapTestClient client = ImapTestClient.tlsShowing(server.imaps(), anna, protocol)) {
                assertThat(client.line()).contains("AUTH=EXTERNAL", "AUTH=PLAIN");
                client.ok("AUTHENTICATE EXTERNAL =");
                client.ok("SELECT INBOX");
            }
            try (ImapTestClient client = ImapTestClient.tlsShowing(server.imaps(), bert, protocol)) {
                client.line();
                assertThat(client.status("AUTHENTICATE EXTERNAL " + base64("anna@example.org")))
                        .startsWith("NO [AUTHORIZATIONFAILED]");
                client.send("x AUTHENTICATE EXTERNAL\r\n");
                assertThat(client.line()).startsWith("+ ");
                client.send(base64("bert") + "\r\n");
                assertThat(client.line()).startsWith("x OK ");
            }
            refused(server, revoked, protocol, "NO AUTHENTICATE failed. Your certificate has been revoked.");
            refused(server, nobody, protocol, "NO AUTHENTICATE failed. There is no user for your certificate.");
            refused(
                    server,
                    forServers,
                    protocol,
                    "NO AUTHENTICATE failed. Your certificate is not made out for clients.");
            refused(server, expired, protocol, "NO AUTHENTICATE failed. Your certificate expired on ");
            refused(
                    server,
                    foreign,
                    protocol,
                    "NO AUTHENTICATE failed. Your certificate is from CN=Elsewhere, and leads to no authority that"
                            + " this server knows.");
            try (ImapTestClient client = ImapTestClient.tls(server.imaps(), "mail.example", protocol)) {
                assertThat(client.line()).doesNotContain("EXTERNAL");
                assertThat(client.status("AUTHENTICATE EXTERNAL ="))
                        .startsWith("NO AUTHENTICATE failed. The client has shown no certificate.");
            }
            Files.writeString(
                    folder.resolve("staff.crl"),
                    staff.revoking(revoked.chain().getFirst(), anna.chain().getFirst()));
            server.reload();
            refused(server, anna, protocol, "NO AUTHENTICATE failed. Your certificate has been revoked.");
        }
    }

    /** With a certificate that is good for nothing a client still gets in by password. */
    private static void refused(StoreServer server, ServerCertificate certificate, String protocol, String words)
            throws Exception {
        try (ImapTestClient client = ImapTestClient.tlsShowing(server.imaps(), certificate, protocol)) {
            assertThat(client.line()).contains("AUTH=PLAIN").doesNotContain("EXTERNAL");
            assertThat(client.status("AUTHENTICATE EXTERNAL =")).startsWith(words);
            client.ok("LOGIN bert " + StoreServer.PASSWORD);
        }
    }
}

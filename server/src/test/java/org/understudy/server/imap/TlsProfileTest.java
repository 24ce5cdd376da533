package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.server.tls.TestAuthority;

/** Protocols and cipher suites of each profile, on both engines. */
@Timeout(120)
final class TlsProfileTest {
    private static final String AUTHENTICATED = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private static final String OLD = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "java, modern, false, false",
        "java, intermediate, true, false",
        "java, old-clients, true, true",
        "native, modern, false, false",
        "native, intermediate, true, false",
        "native, old-clients, true, true"
    })
    void onlyWhatTheProfileHasIsSpoken(String engine, String profile, boolean tls12, boolean cbc) throws Exception {
        assumeTrue(engine.equals("java") || OpenSsl.isAvailable(), "no native library for this machine");
        TestAuthority.write(folder, "mail", TestAuthority.root("Root").host("mail.example"));
        try (StoreServer server = StoreServer.start(
                folder,
                "tls { engine = " + engine + ", profile = " + profile + ", certificate = mail.crt, key = mail.key }")) {
            assertThat(server.certificates().profile()).isEqualTo(profile);
            try (ImapTestClient client = ImapTestClient.tls(server.imaps(), "mail.example", "TLSv1.3")) {
                assertThat(client.line()).startsWith("* OK ");
                assertThat(client.tlsProtocol()).isEqualTo("TLSv1.3");
            }
            spoken(server, AUTHENTICATED, tls12);
            spoken(server, OLD, cbc);
        }
    }

    private static void spoken(StoreServer server, String suite, boolean expected) throws Exception {
        if (!expected) {
            assertThatThrownBy(() -> ImapTestClient.tlsWithSuites(server.imaps(), List.of(suite), "TLSv1.2")
                            .close())
                    .as(suite)
                    .isInstanceOf(SSLException.class)
                    .isInstanceOf(SSLHandshakeException.class);
            return;
        }
        try (ImapTestClient client = ImapTestClient.tlsWithSuites(server.imaps(), List.of(suite), "TLSv1.2")) {
            assertThat(client.line()).startsWith("* OK ");
            assertThat(client.cipherSuite()).isEqualTo(suite);
        }
    }
}

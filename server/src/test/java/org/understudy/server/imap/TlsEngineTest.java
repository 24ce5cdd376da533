package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same server over both engines of TLS. */
@Timeout(120)
final class TlsEngineTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"java, TLSv1.3", "java, TLSv1.2", "native, TLSv1.3", "native, TLSv1.2"})
    void mailGoesAndComesUnchanged(String engine, String protocol) throws Exception {
        assumeTrue(engine.equals("java") || OpenSsl.isAvailable(), "no native library for this machine");
        String text = letters(3_000_000);
        try (StoreServer server =
                        StoreServer.start(folder, "tls.engine = " + engine).with("anna");
                ImapTestClient client = ImapTestClient.tls(server.imaps(), null, protocol);
                ImapTestClient upgraded = ImapTestClient.plain(server.imap())) {
            client.line();
            client.ok("LOGIN anna " + StoreServer.PASSWORD);
            client.ok("APPEND INBOX {" + text.length() + "+}\r\n" + text);
            client.ok("SELECT INBOX");
            assertThat(client.ok("FETCH 1 BODY.PEEK[]").getFirst()).contains(text);
            upgraded.line();
            upgraded.ok("STARTTLS");
            upgraded.startTls(server.imap());
            upgraded.ok("LOGIN anna " + StoreServer.PASSWORD);
            upgraded.ok("EXAMINE INBOX");
            assertThat(upgraded.ok("FETCH 1 BODY.PEEK[]<1000000.100000>").getFirst())
                    .contains(text.substring(1_000_000, 1_100_000));
        }
    }

    /** Over TLS 1.3 mail programs bind to what only Java tells, since version 25 (RFC 9266). */
    @ParameterizedTest
    @CsvSource({"java, TLSv1.2, true", "native, TLSv1.2, true", "native, TLSv1.3, false"})
    void bindingIsOfferedWhereItCanBeHad(String engine, String protocol, boolean offered) throws Exception {
        assumeTrue(engine.equals("java") || OpenSsl.isAvailable(), "no native library for this machine");
        try (StoreServer server =
                        StoreServer.start(folder, "tls.engine = " + engine).with("anna");
                ImapTestClient client = ImapTestClient.tls(server.imaps(), null, protocol)) {
            assertThat(client.line().contains("AUTH=SCRAM-SHA-256-PLUS")).isEqualTo(offered);
            assertThat(client.ok("CAPABILITY").getFirst()).contains("AUTH=SCRAM-SHA-256");
        }
    }

    private static String letters(int count) {
        Random random = new Random(count);
        StringBuilder text = new StringBuilder("Subject: s\r\n\r\n");
        while (text.length() < count) {
            text.append((char) ('a' + random.nextInt(26))).append(text.length() % 70 == 0 ? "\r\n" : "");
        }
        return text.toString();
    }
}

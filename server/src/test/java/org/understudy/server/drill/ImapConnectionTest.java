package org.understudy.server.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TestCertificates;

class ImapConnectionTest {
    private static final ServerCertificate OWN = TestCertificates.DEFAULT;

    /** Greets one client with a certificate, and gives what that client then sent, or why the handshake failed. */
    private static CompletableFuture<String> serve(SSLServerSocket socket) {
        return CompletableFuture.supplyAsync(() -> {
            try (SSLSocket client = (SSLSocket) socket.accept()) {
                client.getOutputStream().write("* OK here\r\n".getBytes(StandardCharsets.US_ASCII));
                String command = new String(client.getInputStream().readNBytes(11), StandardCharsets.US_ASCII);
                client.getOutputStream().write("d1 OK bye\r\n".getBytes(StandardCharsets.US_ASCII));
                return command;
            } catch (IOException e) {
                return e.toString();
            }
        });
    }

    private static SSLServerSocket listener(ServerCertificate certificate) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "own", certificate.key(), new char[0], certificate.chain().toArray(new X509Certificate[0]));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static InetSocketAddress address(SSLServerSocket socket) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    @Test
    void aServerWithTheOwnCertificateIsTalkedTo() throws Exception {
        try (SSLServerSocket socket = listener(OWN)) {
            CompletableFuture<String> said = serve(socket);
            ImapConnection.open(address(socket), true, OWN.chain().getFirst()::equals)
                    .close();
            assertThat(said.get()).isEqualTo("d1 LOGOUT\r\n");
        }
    }

    @Test
    void aServerWithAnotherCertificateIsToldNothing() throws Exception {
        try (SSLServerSocket socket = listener(TestCertificates.of("default.example"))) {
            CompletableFuture<String> said = serve(socket);
            assertThatThrownBy(() -> ImapConnection.open(
                            address(socket), true, OWN.chain().getFirst()::equals))
                    .hasMessageContaining("another program answers on the server's port")
                    .hasMessageContaining("default.example");
            assertThat(said.get())
                    .as(
                            "ended before a command came, by the alert or by the closed connection, whichever is seen first")
                    .containsAnyOf("SSLHandshakeException", "SocketException");
        }
    }
}

package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Role;
import org.understudy.restore.progress.Progress;
import org.understudy.server.access.TokenBook;
import org.understudy.server.access.TokenOperations;
import org.understudy.server.access.TokenSecret;
import org.understudy.server.config.Configuration;
import org.understudy.server.tls.SelfSigned;
import org.understudy.storage.MailStore;

/** The Unix socket and the TLS listener, and tokens that end. */
@Timeout(240)
class ListenersTest {
    @TempDir
    Path data;

    private static Served served(Path data, Configuration.Admin admin) throws Exception {
        return Served.in(data, new Served.Offer(admin, List.of(), ApprovalRules.CLAIMED, List.of(), List.of()));
    }

    private static String overSocket(Path socket, String host, String token) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(("GET /v1/whoami HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                            + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            channel.shutdownOutput();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (channel.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void theSocketIsTheOwnersAloneAndNeedsATokenToo() throws Exception {
        Path socket = data.resolve("api.sock");
        try (Served served = served(data, new Configuration.Admin("127.0.0.1", 0, socket, null))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(overSocket(socket, "localhost", served.local)).startsWith("HTTP/1.1 200 ");
            assertThat(overSocket(socket, "localhost", "")).startsWith("HTTP/1.1 401 ");
            assertThat(overSocket(socket, "evil.example", served.local)).startsWith("HTTP/1.1 421 ");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void otherMachinesComeByTlsUnderAKnownNameOnly() throws Exception {
        Path pem = data.resolve("admin.pem");
        X509Certificate certificate = SelfSigned.readOrCreate(
                        pem, List.of("localhost"), Clock.systemUTC(), new SecureRandom())
                .chain()
                .getFirst();
        Configuration.AdminTls tls =
                new Configuration.AdminTls("127.0.0.1", 0, pem, pem, new TreeSet<>(List.of("localhost")));
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("admin", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Served served = served(data, new Configuration.Admin("127.0.0.1", 0, null, tls));
                HttpClient http = HttpClient.newBuilder().sslContext(context).build();
                HttpClient stranger = HttpClient.newHttpClient()) {
            int port = served.server.listening().stream()
                    .filter(one -> one.name().equals("admin-tls"))
                    .findFirst()
                    .orElseThrow()
                    .port();
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/whoami"))
                    .header("Authorization", "Bearer " + served.local)
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
            assertThatThrownBy(() -> stranger.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(javax.net.ssl.SSLException.class);
            HttpResponse<String> plain = stranger.send(
                    HttpRequest.newBuilder(URI.create(served.base + "/v1/whoami"))
                            .header("Authorization", "Bearer " + served.local)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(plain.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTokenEndsWhenItsTimeIsOver() throws Exception {
        AtomicReference<Instant> now =
                new AtomicReference<>(Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        InstantSource source = now::get;
        Clock clock = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return source.instant();
            }
        };
        try (MailStore store = MailStore.open(data.resolve("store"), MailStore.Options.defaults())) {
            TokenBook book = TokenBook.open(data, clock);
            TokenSecret secret = TokenSecret.fresh(new SecureRandom());
            TokenOperations.Make make = (TokenOperations.Make) TokenOperations.in(book).stream()
                    .filter(TokenOperations.Make.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            make.run(
                    new TokenOperations.Wanted(
                            secret.id(),
                            "erin",
                            Role.ENGINEER.word(),
                            secret.sha256(),
                            now.get().plusSeconds(3_600)),
                    AdminFixture.workplace(store, data, ApprovalRules.CLAIMED),
                    Progress.SILENT);
            assertThat(book.admit(secret.text())).isPresent();
            now.updateAndGet(at -> at.plus(Duration.ofSeconds(3_599)));
            assertThat(book.admit(secret.text())).isPresent();
            now.updateAndGet(at -> at.plus(Duration.ofSeconds(1)));
            assertThat(book.admit(secret.text()))
                    .as("at the second at which it ends")
                    .isEmpty();
            assertThat(TokenBook.open(data, clock).admit(secret.text())).isEmpty();
        }
    }
}

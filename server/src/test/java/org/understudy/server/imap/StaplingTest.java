package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.netty.handler.ssl.OpenSsl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CountDownLatch;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TestAuthority;

/** What an authority says of the server's certificate reaches clients (OCSP), and nobody waits for it. */
@Timeout(120)
final class StaplingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final TestAuthority authority = TestAuthority.root("Authority");
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private CertificateStatus says = CertificateStatus.GOOD;
    private PrivateKey signer = authority.key();
    private HttpServer responder;

    @BeforeEach
    void answer() throws Exception {
        assumeTrue(OpenSsl.isAvailable(), "no native library for this machine");
        responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        responder.createContext("/ocsp", exchange -> {
            try (exchange) {
                mayAnswer.await();
                byte[] answer = answer(exchange.getRequestBody().readAllBytes());
                exchange.getResponseHeaders().add("Content-Type", "application/ocsp-response");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        responder.start();
        ServerCertificate certificate = authority.issue(
                "mail.example",
                new TestAuthority.Wanted()
                        .host("mail.example")
                        .responder("http://127.0.0.1:" + responder.getAddress().getPort() + "/ocsp"));
        TestAuthority.write(folder, "mail", certificate);
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        if (responder != null) {
            responder.stop(0);
        }
    }

    private byte[] answer(byte[] asked) throws Exception {
        Req request = new OCSPReq(asked).getRequestList()[0];
        X509CertificateHolder holder = new JcaX509CertificateHolder(authority.certificate());
        BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(holder.getSubject()));
        Instant now = Instant.now();
        builder.addResponse(
                request.getCertID(),
                says,
                Date.from(now.minusSeconds(60)),
                Date.from(now.plus(Duration.ofDays(2))),
                null);
        BasicOCSPResp basic =
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer), null, Date.from(now));
        return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
    }

    private StoreServer server() throws Exception {
        return StoreServer.start(folder, "tls { engine = native, certificate = mail.crt, key = mail.key }");
    }

    private static String words(StoreServer server) {
        return server.certificates().certificates().getFirst().staple();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void goodAnswerReachesClientsAndHandshakesDoNotWaitForIt(String protocol) throws Exception {
        try (StoreServer server = server()) {
            try (ImapTestClient client = ImapTestClient.tls(server.imaps(), "mail.example", protocol)) {
                client.line();
                assertThat(client.staples())
                        .as("the responder has not answered yet")
                        .isEmpty();
            }
            mayAnswer.countDown();
            await().atMost(PATIENCE).until(() -> words(server).startsWith("good until "));
            try (ImapTestClient client = ImapTestClient.tls(server.imaps(), "mail.example", protocol)) {
                client.line();
                assertThat(client.staples()).hasSize(1);
                OCSPResp response = new OCSPResp(client.staples().getFirst());
                BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
                assertThat(basic.getResponses()[0].getCertID().getSerialNumber())
                        .isEqualTo(client.certificate().getSerialNumber());
                assertThat(basic.getResponses()[0].getCertStatus()).isEqualTo(CertificateStatus.GOOD);
            }
        }
    }

    @Test
    void revokedCertificateIsToldToTheOperator() throws Exception {
        says = new RevokedStatus(new Date(), 1);
        mayAnswer.countDown();
        assertNothingIsPassedOn("the authority says that the certificate is revoked");
    }

    @Test
    void answersOfOthersAreNotPassedOn() throws Exception {
        signer = TestAuthority.root("Authority").key();
        mayAnswer.countDown();
        assertNothingIsPassedOn("gave an answer that the authority has not signed");
    }

    private void assertNothingIsPassedOn(String words) throws Exception {
        try (StoreServer server = server()) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(words(server)).contains(words));
            try (ImapTestClient client = ImapTestClient.tls(server.imaps(), "mail.example")) {
                client.line();
                assertThat(client.staples()).isEmpty();
            }
        }
    }
}

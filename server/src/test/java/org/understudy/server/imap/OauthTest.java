package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OAUTHBEARER and XOAUTH2 with tokens of an issuer whose keys are served over HTTP on loopback. */
final class OauthTest {
    private static final String ISSUER = "https://login.example.org/realms/mail";

    private RSAKey key;
    private HttpServer keys;
    private StoreServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k1").generate();
        byte[] set = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keys.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        keys.start();
        server = StoreServer.start(
                        folder,
                        "accounts.oauth { issuer = \"" + ISSUER + "\", audience = imap, scope = mail, keys-url = "
                                + "\"http://127.0.0.1:" + keys.getAddress().getPort() + "/keys\" }")
                .with("anna@example.org")
                .with("bert@example.org");
    }

    @AfterEach
    void stop() {
        server.close();
        keys.stop(0);
    }

    @Test
    void tokenOfTheIssuerLetsItsUserIn() throws Exception {
        try (ImapTestClient client = ImapTestClient.tls(server.imaps(), null)) {
            assertThat(client.line()).contains(" AUTH=OAUTHBEARER ", " AUTH=XOAUTH2 ");
            assertThat(client.status("AUTHENTICATE OAUTHBEARER " + bearer("anna@example.org", signed(claims(), key))))
                    .startsWith("OK ");
            client.ok("SELECT Sent");
        }
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("AUTHENTICATE XOAUTH2 "
                            + base64("user=anna@example.org\u0001auth=Bearer " + signed(claims(), key)
                                    + "\u0001\u0001")))
                    .startsWith("OK ");
        }
    }

    @Test
    void otherTokensAreRefusedWithTheErrorOfTheRfc() throws Exception {
        RSAKey strange = new RSAKeyGenerator(2048).keyID("k1").generate();
        refused("anna@example.org", signed(claims(), strange));
        refused("bert@example.org", signed(claims(), key));
        refused("anna@example.org", signed(expiredClaims(), key));
        refused("anna@example.org", signed(claimsOf("https://elsewhere.example", "imap", "mail"), key));
        refused("anna@example.org", signed(claimsOf(ISSUER, "web", "mail"), key));
        refused("anna@example.org", signed(claimsOf(ISSUER, "imap", "profile"), key), "insufficient_scope");
        refused("anna@example.org", new PlainJWT(claims()).serialize());
        refused("anna@example.org", "nonsense");
    }

    @Test
    void userWithoutAccountIsRefused() throws Exception {
        JWTClaimsSet nobody = new JWTClaimsSet.Builder(claims())
                .claim("email", "nobody@example.org")
                .build();
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("AUTHENTICATE OAUTHBEARER " + bearer("", signed(nobody, key))))
                    .startsWith("NO [AUTHENTICATIONFAILED] ");
        }
    }

    private void refused(String user, String token) throws Exception {
        refused(user, token, "invalid_token");
    }

    private void refused(String user, String token, String status) throws Exception {
        try (ImapTestClient client = server.connect()) {
            client.send("o AUTHENTICATE OAUTHBEARER " + bearer(user, token) + "\r\n");
            String challenge = client.line();
            assertThat(challenge).startsWith("+ ");
            assertThat(new String(Base64.getDecoder().decode(challenge.substring(2)), StandardCharsets.UTF_8))
                    .isEqualTo("{\"status\":\"" + status + "\",\"scope\":\"mail\",\"openid-configuration\":\"" + ISSUER
                            + "/.well-known/openid-configuration\"}");
            client.send("AQ==\r\n");
            assertThat(client.line()).startsWith("o NO [AUTHENTICATIONFAILED] ");
        }
    }

    @Test
    void issuerThatIsAwayIsNoWrongToken() throws Exception {
        keys.stop(0);
        try (ImapTestClient client = server.connect()) {
            client.send("o AUTHENTICATE OAUTHBEARER " + bearer("anna@example.org", signed(claims(), key)) + "\r\n");
            String challenge = client.line();
            assertThat(new String(Base64.getDecoder().decode(challenge.substring(2)), StandardCharsets.UTF_8))
                    .startsWith("{\"status\":\"temporarily_unavailable\",");
            client.send("AQ==\r\n");
            assertThat(client.line()).startsWith("o NO [UNAVAILABLE] ");
        }
    }

    private static JWTClaimsSet claims() {
        return claimsOf(ISSUER, "imap", "openid mail");
    }

    private static JWTClaimsSet claimsOf(String issuer, String audience, String scope) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .subject("4711")
                .claim("email", "Anna@example.org")
                .claim("scope", scope)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build();
    }

    private static JWTClaimsSet expiredClaims() {
        return new JWTClaimsSet.Builder(claims())
                .expirationTime(Date.from(Instant.now().minusSeconds(600)))
                .build();
    }

    private static String signed(JWTClaimsSet claims, RSAKey key) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String bearer(String user, String token) {
        return base64("n," + (user.isEmpty() ? "" : "a=" + user)
                + ",\u0001host=localhost\u0001port=993\u0001auth=Bearer " + token + "\u0001\u0001");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

package org.understudy.server.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.config.OauthSettings;
import org.understudy.server.imap.sasl.BearerTokens.Answer;
import org.understudy.server.tls.SelfSigned;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.storage.OperatorException;

@Timeout(60)
class IssuersTest {
    private static RSAKey key;
    private static RSAKey next;

    @TempDir
    private Path folder;

    private IssuerDouble issuer;
    private long now;

    @BeforeAll
    static void keys() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k1").generate();
        next = new RSAKeyGenerator(2048).keyID("k2").generate();
    }

    @BeforeEach
    void start() throws Exception {
        issuer = new IssuerDouble(key);
        Files.writeString(folder.resolve("secret"), IssuerDouble.SECRET + "\n");
        Files.setPosixFilePermissions(folder.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    private OauthSettings settings(String name, @Nullable String introspection, boolean always) {
        return settings(name, null, introspection, always);
    }

    private OauthSettings settings(
            String name, @Nullable Path authorities, @Nullable String introspection, boolean always) {
        return new OauthSettings(
                name,
                "imap",
                null,
                null,
                "email",
                "mail",
                Duration.ofSeconds(30),
                authorities,
                introspection == null
                        ? null
                        : new OauthSettings.Introspection(
                                introspection.isEmpty() ? null : URI.create(introspection),
                                IssuerDouble.CLIENT,
                                folder.resolve("secret"),
                                always));
    }

    private Issuers issuers() {
        return new Issuers(List.of(settings(issuer.issuer(), null, false)), Clock.systemUTC(), () -> now);
    }

    private Issuers asking(boolean always) {
        return new Issuers(List.of(settings(issuer.issuer(), "", always)), Clock.systemUTC(), () -> now);
    }

    private static void assertInvalid(Answer answer, String why) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Invalid.class,
                        invalid -> assertThat(invalid.why()).containsIgnoringCase(why));
    }

    private static final Answer ANNA = new Answer.Valid("anna@example.org");

    @Test
    void issuerIsAskedByHttpsWhereItsAuthorityIsTrusted() throws Exception {
        ServerCertificate certificate = SelfSigned.readOrCreate(
                folder.resolve("issuer.pem"), List.of("localhost"), Clock.systemUTC(), new SecureRandom());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "issuer", certificate.key(), new char[0], certificate.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        Path authority = folder.resolve("issuer-ca.pem");
        Files.writeString(
                authority,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(certificate.chain().getFirst().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        try (IssuerDouble secure = IssuerDouble.secure(key, tls)) {
            String token = secure.signed(secure.claims().build());
            for (Path trusted : new Path[] {authority, null}) {
                Issuers issuers = new Issuers(
                        List.of(settings(secure.issuer(), trusted, null, false)), Clock.systemUTC(), () -> now);
                if (trusted != null) {
                    assertThat(issuers.check(token)).isEqualTo(ANNA);
                } else {
                    assertThat(issuers.check(token)).isInstanceOf(Answer.Unknown.class);
                }
            }
        }
        Path none = Files.writeString(folder.resolve("none.pem"), "nothing\n");
        assertThatThrownBy(() -> new Issuers(
                        List.of(settings("https://localhost", none, null, false)), Clock.systemUTC(), () -> now))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("accounts.oauth.ca-file");
    }

    @Test
    void findsTheKeysByDiscoveryOnce() throws Exception {
        Issuers issuers = issuers();
        for (int i = 0; i < 5; i++) {
            assertThat(issuers.check(issuer.signed(issuer.claims().build()))).isEqualTo(ANNA);
        }
        assertThat(issuer.discoveries()).isEqualTo(1);
        assertThat(issuer.keyFetches()).isEqualTo(1);
        now += Duration.ofMinutes(61).toNanos();
        assertThat(issuers.check(issuer.signed(issuer.claims().build()))).isEqualTo(ANNA);
        assertThat(issuer.discoveries()).isEqualTo(2);
    }

    @Test
    void keyThatIsNewAtTheIssuerIsFetchedAndTheOldOneNoLongerCounts() throws Exception {
        Issuers issuers = issuers();
        String old = issuer.signed(issuer.claims().build());
        assertThat(issuers.check(old)).isEqualTo(ANNA);
        issuer.rotate(next);
        assertThat(issuers.check(issuer.signed(issuer.claims().build()))).isEqualTo(ANNA);
        assertThat(issuer.keyFetches()).isEqualTo(2);
        assertThat(issuers.check(old)).isNotInstanceOf(Answer.Valid.class);
    }

    @Test
    void inventedKeysDoNotMakeTheServerFetchWithoutEnd() throws Exception {
        Issuers issuers = issuers();
        assertThat(issuers.check(issuer.signed(issuer.claims().build()))).isEqualTo(ANNA);
        for (int i = 0; i < 20; i++) {
            RSAKey invented = new RSAKey.Builder(next).keyID("invented" + i).build();
            assertThat(issuers.check(IssuerDouble.signed(issuer.claims().build(), invented)))
                    .isNotInstanceOf(Answer.Valid.class);
        }
        assertThat(issuer.keyFetches()).isLessThanOrEqualTo(4);
        assertThat(issuers.check(issuer.signed(issuer.claims().build()))).isEqualTo(ANNA);
    }

    @Test
    void algorithmsThatTheTokenChoosesForItselfAreRefused() throws Exception {
        Issuers issuers = issuers();
        JWTClaimsSet claims = issuer.claims().build();
        assertInvalid(issuers.check(new PlainJWT(claims).serialize()), "rejected");
        for (byte[] secret : List.of(
                key.toRSAPublicKey().getEncoded(),
                key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                pem(key).getBytes(StandardCharsets.US_ASCII),
                key.getModulus().decode())) {
            JWSObject forged = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), new Payload(claims.toJSONObject()));
            forged.sign(new MACSigner(secret));
            assertInvalid(issuers.check(forged.serialize()), "");
        }
        String signed = issuer.signed(claims);
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String[] parts = signed.split("\\.");
        assertInvalid(issuers.check(header + "." + parts[1] + "." + parts[2]), "");
        assertInvalid(issuers.check(header + "." + parts[1] + "."), "");
        JWSObject own = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .jwk(next.toPublicJWK())
                        .build(),
                new Payload(claims.toJSONObject()));
        own.sign(new com.nimbusds.jose.crypto.RSASSASigner(next));
        assertInvalid(issuers.check(own.serialize()), "");
    }

    private static String pem(RSAKey key) throws Exception {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    @Test
    void changedTokensAndThoseOfOthersAreRefused() throws Exception {
        Issuers issuers = issuers();
        RSAKey same = new RSAKeyGenerator(2048).keyID("k1").generate();
        assertInvalid(issuers.check(IssuerDouble.signed(issuer.claims().build(), same)), "");
        String[] parts = issuer.signed(issuer.claims().build()).split("\\.");
        String[] bert = IssuerDouble.signed(
                        issuer.claims().claim("email", "bert@example.org").build(), same)
                .split("\\.");
        assertInvalid(issuers.check(parts[0] + "." + bert[1] + "." + parts[2]), "");
        assertInvalid(
                issuers.check(issuer.signed(
                        issuer.claims().issuer("https://elsewhere.example").build())),
                "no issuer");
        assertInvalid(
                issuers.check(issuer.signed(issuer.claims().audience("web").build())), "aud");
        assertInvalid(
                issuers.check(
                        issuer.signed(issuer.claims().audience((String) null).build())),
                "aud");
        assertInvalid(issuers.check("nonsense"), "no signed");
        assertInvalid(issuers.check(""), "no signed");
        assertThat(issuers.check(
                        issuer.signed(issuer.claims().claim("scope", "openid").build())))
                .isInstanceOf(Answer.Insufficient.class);
        assertInvalid(
                issuers.check(issuer.signed(issuer.claims().claim("email", null).build())), "email");
        assertInvalid(
                issuers.check(issuer.signed(
                        issuer.claims().claim("email", List.of("a")).build())),
                "");
    }

    @Test
    void clocksMayDifferByHalfAMinute() throws Exception {
        Issuers issuers = issuers();
        assertThat(issuers.check(expiring(-10))).isEqualTo(ANNA);
        assertInvalid(issuers.check(expiring(-45)), "expired");
        assertThat(issuers.check(from(15))).isEqualTo(ANNA);
        assertInvalid(issuers.check(from(120)), "before use");
    }

    private String expiring(long seconds) throws Exception {
        return issuer.signed(issuer.claims()
                .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                .build());
    }

    private String from(long seconds) throws Exception {
        return issuer.signed(issuer.claims()
                .notBeforeTime(Date.from(Instant.now().plusSeconds(seconds)))
                .build());
    }

    @Test
    void issuerThatIsAwayMakesTokensUnknownUntilItIsBack() throws Exception {
        Issuers issuers = issuers();
        issuer.breaks(true);
        String token = issuer.signed(issuer.claims().build());
        assertThat(issuers.check(token)).isInstanceOf(Answer.Unknown.class);
        assertThat(issuers.check(token)).isInstanceOf(Answer.Unknown.class);
        assertThat(issuer.discoveries()).as("asked once within five seconds").isEqualTo(1);
        issuer.breaks(false);
        now += Duration.ofSeconds(6).toNanos();
        assertThat(issuers.check(token)).isEqualTo(ANNA);
    }

    @Test
    void documentOfAnotherIssuerIsNotBelieved() throws Exception {
        issuer.claims("https://login.example.org");
        assertThat(issuers().check(issuer.signed(issuer.claims().build()))).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void eachIssuersTokensAreCheckedByItsOwnKeysAlone() throws Exception {
        try (IssuerDouble other = new IssuerDouble(next)) {
            Issuers both = new Issuers(
                    List.of(settings(issuer.issuer(), null, false), settings(other.issuer(), null, false)),
                    Clock.systemUTC(),
                    () -> now);
            assertThat(both.check(issuer.signed(issuer.claims().build()))).isEqualTo(ANNA);
            assertThat(both.check(other.signed(other.claims().build()))).isEqualTo(ANNA);
            String crossed = other.signed(issuer.claims().build());
            assertThat(both.check(crossed)).isNotInstanceOf(Answer.Valid.class);
            assertThat(both.advice(crossed).discovery())
                    .isEqualTo(issuer.issuer() + "/.well-known/openid-configuration");
            assertThat(both.advice(other.signed(other.claims().build())).discovery())
                    .isEqualTo(other.issuer() + "/.well-known/openid-configuration");
        }
    }

    @Test
    void opaqueTokensAreAskedAboutEachTime() {
        Issuers issuers = asking(false);
        issuer.knows(
                "opaque.1", "{\"active\":true,\"aud\":[\"imap\"],\"scope\":\"mail\",\"email\":\"anna@example.org\"}");
        assertThat(issuers.check("opaque.1")).isEqualTo(ANNA);
        issuer.revoke("opaque.1");
        assertInvalid(issuers.check("opaque.1"), "inactive");
        assertInvalid(issuers.check("unheard+of/="), "inactive");
    }

    @Test
    void activeTokensMustStillBeForThisServer() {
        Issuers issuers = asking(false);
        String rest = ",\"scope\":\"mail\",\"email\":\"anna@example.org\"}";
        long time = Instant.now().getEpochSecond();
        issuer.knows("none", "{\"active\":true" + rest);
        issuer.knows("web", "{\"active\":true,\"aud\":\"web\"" + rest);
        issuer.knows("iss", "{\"active\":true,\"aud\":\"imap\",\"iss\":\"https://elsewhere.example\"" + rest);
        issuer.knows("exp", "{\"active\":true,\"aud\":\"imap\",\"exp\":" + (time - 45) + rest);
        issuer.knows("skew", "{\"active\":true,\"aud\":\"imap\",\"exp\":" + (time - 10) + rest);
        issuer.knows("nbf", "{\"active\":true,\"aud\":\"imap\",\"nbf\":" + (time + 120) + rest);
        issuer.knows("text", "{\"active\":\"true\",\"aud\":\"imap\"" + rest);
        issuer.knows("scope", "{\"active\":true,\"aud\":\"imap\",\"email\":\"anna@example.org\"}");
        issuer.knows("user", "{\"active\":true,\"aud\":\"imap\",\"scope\":\"mail\"}");
        assertInvalid(issuers.check("none"), "audience");
        assertInvalid(issuers.check("web"), "audience");
        assertInvalid(issuers.check("iss"), "another issuer");
        assertInvalid(issuers.check("exp"), "expired");
        assertThat(issuers.check("skew")).isEqualTo(ANNA);
        assertInvalid(issuers.check("nbf"), "not valid yet");
        assertInvalid(issuers.check("text"), "inactive");
        assertThat(issuers.check("scope")).isInstanceOf(Answer.Insufficient.class);
        assertInvalid(issuers.check("user"), "names no user");
    }

    @Test
    void revokedSignedTokenIsRefusedWhereTheIssuerIsAlwaysAsked() throws Exception {
        String token = issuer.signed(issuer.claims().build());
        assertThat(asking(false).check(token)).isEqualTo(ANNA);
        assertInvalid(asking(true).check(token), "inactive");
        issuer.knows(token, "{\"active\":true,\"aud\":\"imap\",\"scope\":\"mail\",\"email\":\"anna@example.org\"}");
        assertThat(asking(true).check(token)).isEqualTo(ANNA);
    }

    @Test
    void issuerThatDoesNotKnowTheClientOrIsAwayMakesOpaqueTokensUnknown() throws Exception {
        issuer.knows("one", "{\"active\":true,\"aud\":\"imap\",\"scope\":\"mail\",\"email\":\"anna@example.org\"}");
        Files.writeString(folder.resolve("secret"), "other");
        assertThat(asking(false).check("one")).isInstanceOf(Answer.Unknown.class);
        Files.writeString(folder.resolve("secret"), IssuerDouble.SECRET);
        Issuers issuers = asking(false);
        issuer.breaks(true);
        assertThat(issuers.check("one")).isInstanceOf(Answer.Unknown.class);
        issuer.breaks(false);
        now += Duration.ofSeconds(6).toNanos();
        assertThat(issuers.check("one")).isEqualTo(ANNA);
        Files.setPosixFilePermissions(folder.resolve("secret"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> asking(false)).isInstanceOf(OperatorException.class);
    }
}

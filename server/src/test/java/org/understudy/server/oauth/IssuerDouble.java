package org.understudy.server.oauth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An OpenID Connect issuer on loopback: discovery, keys, introspection for one client. It signs for real. */
final class IssuerDouble implements AutoCloseable {
    static final String CLIENT = "understudy server";
    static final String SECRET = "s3cret/+:";

    private final HttpServer http;
    private volatile RSAKey key;
    private volatile String claimedIssuer = "";
    private volatile boolean broken;
    private final AtomicInteger discoveries = new AtomicInteger();
    private final AtomicInteger keyFetches = new AtomicInteger();
    private final Map<String, String> opaque = new ConcurrentHashMap<>();

    IssuerDouble(RSAKey key) throws IOException {
        this(key, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    /** One that speaks https, for {@code localhost}. */
    static IssuerDouble secure(RSAKey key, SSLContext tls) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new IssuerDouble(key, https);
    }

    private IssuerDouble(RSAKey key, HttpServer http) {
        this.key = key;
        this.http = http;
        http.createContext("/.well-known/openid-configuration", exchange -> {
            discoveries.incrementAndGet();
            answer(
                    exchange,
                    "{\"issuer\":\"" + (claimedIssuer.isEmpty() ? issuer() : claimedIssuer) + "\",\"jwks_uri\":\""
                            + issuer() + "/keys\",\"introspection_endpoint\":\"" + issuer() + "/introspect\"}");
        });
        http.createContext("/keys", exchange -> {
            keyFetches.incrementAndGet();
            answer(exchange, new JWKSet(this.key.toPublicJWK()).toString());
        });
        http.createContext("/introspect", this::introspect);
        http.start();
    }

    String issuer() {
        return (http instanceof HttpsServer ? "https://localhost:" : "http://127.0.0.1:")
                + http.getAddress().getPort();
    }

    int discoveries() {
        return discoveries.get();
    }

    int keyFetches() {
        return keyFetches.get();
    }

    void rotate(RSAKey next) {
        key = next;
    }

    /** Every answer is an error from now, or not. */
    void breaks(boolean now) {
        broken = now;
    }

    void claims(String issuer) {
        claimedIssuer = issuer;
    }

    /** A token that means nothing but to this issuer, or is inactive where {@code answer} is not there. */
    void knows(String token, String answer) {
        opaque.put(token, answer);
    }

    void revoke(String token) {
        opaque.remove(token);
    }

    private void introspect(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        String pair = new String(Base64.getDecoder().decode(given.substring(6)), StandardCharsets.UTF_8);
        String[] parts = pair.split(":", 2);
        boolean known = URLDecoder.decode(parts[0], StandardCharsets.UTF_8).equals(CLIENT)
                && URLDecoder.decode(parts[1], StandardCharsets.UTF_8).equals(SECRET);
        if (!known) {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        String token = URLDecoder.decode(body.replaceAll("^token=|&.*$", ""), StandardCharsets.UTF_8);
        answer(exchange, opaque.getOrDefault(token, "{\"active\":false}"));
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
        byte[] octets = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(broken ? 503 : 200, octets.length);
        exchange.getResponseBody().write(octets);
        exchange.close();
    }

    JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience("imap")
                .claim("email", "anna@example.org")
                .claim("scope", "openid mail")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    String signed(JWTClaimsSet claims) throws Exception {
        return signed(claims, key);
    }

    static String signed(JWTClaimsSet claims, RSAKey by) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(by));
        return token.serialize();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}

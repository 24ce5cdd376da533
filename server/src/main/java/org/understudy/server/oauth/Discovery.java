package org.understudy.server.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer publishes of itself (OpenID Connect Discovery 1.0 section 4). Kept for an hour; while it cannot be fetched
 * anew the old one holds, and it is asked again after five seconds at the earliest. Thread-safe.
 */
final class Discovery {
    private static final long FRESH_NANOS = Duration.ofHours(1).toNanos();
    private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

    private final String issuer;
    private final IssuerWeb web;
    private final LongSupplier nanoTime;
    private @Nullable Document known;
    private long freshUntil;
    private String problem = "";
    private long pauseUntil;

    /** @param introspection where tokens can be asked about; null where it does not say */
    record Document(URI keys, @Nullable URI introspection) {}

    Discovery(String issuer, IssuerWeb web, LongSupplier nanoTime) {
        this.issuer = issuer;
        this.web = web;
        this.nanoTime = nanoTime;
    }

    /** Where the document is. */
    static String place(String issuer) {
        return issuer.replaceAll("/$", "") + "/.well-known/openid-configuration";
    }

    /** @throws IOException if there is none to be had */
    synchronized Document document() throws IOException {
        long now = nanoTime.getAsLong();
        Document old = known;
        if (old != null && freshUntil - now > 0) {
            return old;
        }
        if (!problem.isEmpty() && pauseUntil - now > 0) {
            return Optional.ofNullable(old).orElseThrow(() -> new IOException(problem));
        }
        try {
            Document fetched = read(web.get(URI.create(place(issuer))));
            known = fetched;
            freshUntil = now + FRESH_NANOS;
            problem = "";
            return fetched;
        } catch (IOException | IllegalArgumentException e) {
            problem = String.valueOf(e.getMessage());
            pauseUntil = now + PAUSE_NANOS;
            return Optional.ofNullable(old).orElseThrow(() -> new IOException(problem, e));
        }
    }

    private Document read(JsonNode node) throws IOException {
        if (!node.path("issuer").asText().equals(issuer)) {
            throw new IOException("the document at " + place(issuer) + " is another issuer's");
        }
        URI keys = address(node.path("jwks_uri").asText());
        String introspection = node.path("introspection_endpoint").asText();
        return new Document(keys, introspection.isEmpty() ? null : address(introspection));
    }

    /** Only what is as safe as the document itself is followed. */
    private URI address(String text) throws IOException {
        URI uri = URI.create(text);
        boolean loopback = "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost());
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && loopback)) {
            throw new IOException("the document at " + place(issuer) + " names no https address");
        }
        return uri;
    }
}

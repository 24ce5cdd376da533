package org.understudy.server.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.understudy.server.tls.TrustedAuthorities;

/** Asks issuers over HTTP: a few seconds at most, never elsewhere than asked, and no more than 256 KiB. Thread-safe. */
final class IssuerWeb {
    private static final Duration WAIT = Duration.ofSeconds(3);
    private static final int LARGEST = 256 * 1024;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final HttpClient http;

    /** @param authorities PEM file of those that issuers' certificates must lead to; null for those that Java trusts */
    IssuerWeb(@Nullable Path authorities) {
        http = HttpClient.newBuilder()
                .connectTimeout(WAIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(TrustedAuthorities.context(authorities, "accounts.oauth.ca-file"))
                .build();
    }

    JsonNode get(URI url) throws IOException {
        return send(HttpRequest.newBuilder(url)
                .timeout(WAIT)
                .header("Accept", "application/json")
                .GET()
                .build());
    }

    /**
     * @param authorization header
     * @param form application/x-www-form-urlencoded
     */
    JsonNode post(URI url, String authorization, String form) throws IOException {
        return send(HttpRequest.newBuilder(url)
                .timeout(WAIT)
                .header("Accept", "application/json")
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }

    private JsonNode send(HttpRequest request) throws IOException {
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] octets = body.readNBytes(LARGEST + 1);
                if (response.statusCode() != 200) {
                    throw new IOException(request.uri() + " answers with status " + response.statusCode());
                }
                if (octets.length > LARGEST) {
                    throw new IOException(request.uri() + " answers with more than " + LARGEST + " octets");
                }
                JsonNode answer = JSON.readTree(octets);
                if (answer == null || !answer.isObject()) {
                    throw new IOException(request.uri() + " answers with something else than a JSON object");
                }
                return answer;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

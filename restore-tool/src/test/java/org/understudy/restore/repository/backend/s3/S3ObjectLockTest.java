package org.understudy.restore.repository.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Payload;

/** What is asked of a service that keeps objects; none that runs here does, so its side is a few lines of HTTP. */
class S3ObjectLockTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");

    @TempDir
    private Path root;

    private final List<Headers> written = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer service;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", this::answer);
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        long length = exchange.getRequestBody().readAllBytes().length;
        String query = exchange.getRequestURI().getQuery();
        String method = exchange.getRequestMethod();
        requests.add(method + (query == null ? "" : " " + query));
        exchange.getResponseHeaders().set("ETag", "\"tag\"");
        if (method.equals("HEAD")) {
            boolean there = !written.isEmpty();
            if (there) {
                Headers put = written.getLast();
                exchange.getResponseHeaders().set("Content-Length", put.getFirst("X-Length"));
                exchange.getResponseHeaders().set("x-amz-checksum-sha256", put.getFirst("x-amz-checksum-sha256"));
            }
            exchange.sendResponseHeaders(there ? 200 : 404, -1);
        } else {
            if (method.equals("PUT")) {
                Headers put = new Headers();
                put.putAll(exchange.getRequestHeaders());
                put.set("X-Length", Long.toString(length));
                written.add(put);
            }
            exchange.sendResponseHeaders(200, -1);
        }
        exchange.close();
    }

    private Backend open(S3Settings.Retention retention) throws IOException {
        Path credentials = root.resolve("credentials");
        Files.writeString(credentials, "[backup]\naws_access_key_id = a\naws_secret_access_key = b\n");
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        return new S3Backend(
                new S3Settings(
                        URI.create("http://127.0.0.1:" + service.getAddress().getPort()),
                        "eu-central-1",
                        "backups",
                        "",
                        true,
                        credentials,
                        "backup",
                        S3Settings.ReadBack.CHECKSUM,
                        retention),
                Clock.fixed(NOW, ZoneOffset.UTC),
                S3Server.QUICK);
    }

    @Test
    void eachObjectIsKeptUntilItsTime() throws IOException, InterruptedException {
        try (Backend backend =
                open(new S3Settings.Retention(S3Settings.Retention.Mode.COMPLIANCE, Duration.ofDays(30)))) {
            backend.put("snapshots/a.json", Payload.of(new byte[1000]), Existing.REFUSE, ByteMeter.SILENT);
        }
        Headers put = written.getLast();
        assertThat(put.getFirst("x-amz-object-lock-mode")).isEqualTo("COMPLIANCE");
        assertThat(Instant.parse(put.getFirst("x-amz-object-lock-retain-until-date")))
                .isEqualTo(NOW.plus(Duration.ofDays(30)));
        assertThat(put.getFirst("If-None-Match")).isEqualTo("*");
        assertThat(put.getFirst("x-amz-checksum-sha256")).isNotBlank();
        assertThat(put.getFirst("Authorization")).contains("/eu-central-1/s3/").doesNotContain("Credential=b");
    }

    @Test
    void nothingIsAskedWhereNothingIsConfigured() throws IOException, InterruptedException {
        try (Backend backend = open(null)) {
            backend.put("keys/a.pub", Payload.of(new byte[10]), Existing.REPLACE, ByteMeter.SILENT);
        }
        Headers put = written.getLast();
        assertThat(put.containsKey("x-amz-object-lock-mode")).isFalse();
        assertThat(put.containsKey("If-None-Match")).isFalse();
        assertThat(requests).as("sent once, looked at once").containsExactly("PUT", "HEAD");
    }
}

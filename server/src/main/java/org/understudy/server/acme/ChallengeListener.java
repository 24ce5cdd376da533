package org.understudy.server.acme;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Answers {@code GET /.well-known/acme-challenge/TOKEN} (RFC 8555 section 8.3) while a certificate is being ordered, and
 * nothing else.
 */
final class ChallengeListener implements AutoCloseable {
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final WebServer web;

    private ChallengeListener(AcmeSettings settings) {
        web = WebServer.builder()
                .host(settings.host())
                .port(settings.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .maxPayloadSize(0L)
                .routing(this::route)
                .build();
    }

    /** @throws OperatorException {@link Reason#BUSY} if the port cannot be had */
    static ChallengeListener open(AcmeSettings settings) {
        ChallengeListener listener = new ChallengeListener(settings);
        listener.web.start();
        // Helidon logs that it could not bind, and returns.
        if (!listener.web.isRunning() || listener.web.port() <= 0) {
            throw new OperatorException(
                    Reason.BUSY,
                    "cannot listen on " + settings.host() + ":" + settings.port()
                            + ", where the authority asks whether the host names are this server's",
                    "free the port, or have what listens there pass /.well-known/acme-challenge/ on to tls.acme.port;"
                            + " ports below 1024 need the capability CAP_NET_BIND_SERVICE");
        }
        return listener;
    }

    /** Answers {@code token} with {@code authorization} from now on. */
    void answer(String token, String authorization) {
        answers.put(token, authorization);
    }

    int port() {
        return web.port();
    }

    private void route(HttpRouting.Builder routing) {
        routing.get("/.well-known/acme-challenge/{token}", this::tell)
                .any((request, response) -> response.status(404).send());
    }

    private void tell(ServerRequest request, ServerResponse response) {
        String answer = answers.get(request.path().pathParameters().get("token"));
        if (answer == null) {
            response.status(404).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
        response.send(answer);
    }

    @Override
    public void close() {
        web.stop();
    }
}

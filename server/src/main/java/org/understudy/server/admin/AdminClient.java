package org.understudy.server.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.understudy.restore.operation.FailedElsewhereException;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.progress.Progress;
import org.understudy.server.work.WorkView;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The command line's side of the admin API. One thread. */
public final class AdminClient implements AutoCloseable {
    /** Who runs the command line, as it claims; for the audit log. */
    static final String CALLER = "Understudy-Caller";

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int TRIES = 3;
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final AdminAddress address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT)
            .build();
    private final ObjectMapper json = OperationJson.mapper();

    private AdminClient(AdminAddress address) {
        this.address = address;
    }

    /**
     * Finds the server that works on a data folder and makes sure that it answers. Empty if there is none: no address,
     * nobody at that address, or somebody else there by now.
     */
    public static Optional<AdminClient> connect(Path dataFolder) throws IOException, InterruptedException {
        Optional<AdminAddress> address = AdminAddress.read(dataFolder);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        AdminClient client = new AdminClient(address.get());
        if (client.answers()) {
            return Optional.of(client);
        }
        client.close();
        return Optional.empty();
    }

    /** The address that a server has left in the data folder, whether or not it answers. */
    public static Optional<URI> addressLeftIn(Path dataFolder) throws IOException {
        return AdminAddress.read(dataFolder).map(AdminAddress::uri);
    }

    public ServerStatus status() throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(request("/v1/status").timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw refused(body.readAllBytes(), response.statusCode());
            }
            return json.readValue(body, ServerStatus.class);
        }
    }

    /**
     * Has the server do the work, and follows it. Interrupting this thread cancels the work there; if the connection
     * breaks it is made again, and the work goes on meanwhile.
     *
     * @throws OperatorException as the operation throws it; {@link Reason#UNREACHABLE} if the server is gone
     * @throws FailedElsewhereException if the server met a fault of the program
     */
    public <Q, R> R run(Operation<Q, R> operation, Q request, Progress progress) throws InterruptedException {
        String place = "";
        try {
            place = begin(operation, request);
            WorkFollower follower = new WorkFollower(progress, json);
            int fruitless = 0;
            while (!follower.ended()) {
                long before = follower.known();
                try {
                    follow(place, follower);
                    fruitless = 0;
                } catch (IOException e) {
                    fruitless = follower.known() > before ? 1 : fruitless + 1;
                    if (fruitless > TRIES || Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                }
            }
            return outcome(operation, place);
        } catch (InterruptedException e) {
            cancel(operation, place);
            throw e;
        } catch (IOException e) {
            if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
                cancel(operation, place);
                throw new InterruptedException();
            }
            throw broken(operation, e);
        }
    }

    /**
     * The place of the work that was begun. An interrupt waits for the answer, which comes at once, since work that has
     * begun can be cancelled only where its place is known.
     */
    private <Q> String begin(Operation<Q, ?> operation, Q request) throws IOException {
        ObjectNode order = json.createObjectNode().put("operation", operation.name());
        order.set("request", json.valueToTree(request));
        HttpRequest post = request("/v1/work")
                .header("Content-Type", "application/json")
                .header(WorkRoutes.KEY, UUID.randomUUID().toString())
                .timeout(ANSWER)
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(order)))
                .build();
        HttpResponse<byte[]> response = uninterrupted(post);
        if (response.statusCode() != 202) {
            throw refused(response.body(), response.statusCode());
        }
        return response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("the answer does not say where the work is"));
    }

    private HttpResponse<byte[]> uninterrupted(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads events until the server ends the stream, which it does after a time, or until the connection breaks. */
    private void follow(String place, WorkFollower follower) throws IOException, InterruptedException {
        HttpRequest get = request(place + "/events")
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", Long.toString(follower.known()))
                .timeout(ANSWER)
                .build();
        HttpResponse<InputStream> response = http.send(get, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() == 204) {
                follower.end();
                return;
            }
            if (response.statusCode() != 200) {
                throw refused(body.readAllBytes(), response.statusCode());
            }
            follower.read(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
        }
    }

    private <R> R outcome(Operation<?, R> operation, String place) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(request(place).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw refused(body.readAllBytes(), response.statusCode());
            }
            WorkView work = json.readValue(body, WorkView.class);
            Failure error = work.error();
            if (error != null) {
                throw thrown(error);
            }
            JsonNode result = work.result();
            if (result == null) {
                throw new IOException("the work has ended without a result");
            }
            return json.treeToValue(result, operation.resultType());
        }
    }

    /** Asks the server to stop the work; what cannot be asked is told, since the work then goes on. */
    private void cancel(Operation<?, ?> operation, String place) {
        if (place.isEmpty()) {
            return;
        }
        try {
            HttpResponse<byte[]> response =
                    http.send(request(place).timeout(ANSWER).DELETE().build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 202) {
                throw refused(response.body(), response.statusCode());
            }
        } catch (IOException e) {
            throw broken(operation, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RuntimeException refused(byte[] body, int status) {
        try {
            return thrown(json.readValue(body, Problem.class).failure());
        } catch (IOException e) {
            return new OperatorException(
                    Reason.UNREACHABLE,
                    address + " answered with HTTP status " + status + " and no explanation",
                    "see whether it is an Understudy server of the same version: 'understudy status'",
                    e);
        }
    }

    private static RuntimeException thrown(Failure failure) {
        for (Reason reason : Reason.values()) {
            if (reason.name().equals(failure.reason())) {
                return new OperatorException(reason, failure.message(), failure.hint());
            }
        }
        return new FailedElsewhereException(failure);
    }

    private OperatorException broken(Operation<?, ?> operation, IOException e) {
        String why = e instanceof JacksonException
                ? "the server's answer could not be understood"
                : "the connection to the server at " + address + " broke";
        return new OperatorException(
                Reason.UNREACHABLE,
                why + " before '" + operation.name() + "' had ended: " + e.getMessage(),
                "look at 'understudy status' and at the server's log, then give the same command again to go on",
                e);
    }

    private boolean answers() throws InterruptedException {
        try {
            HttpResponse<byte[]> response =
                    http.send(request("/v1/ping").timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    && !json.readValue(response.body(), ServerRoutes.Ping.class)
                            .storeId()
                            .isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.uri().resolve(path))
                .header("Authorization", "Bearer " + address.token())
                .header(CALLER, System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9._@-]", "?"));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

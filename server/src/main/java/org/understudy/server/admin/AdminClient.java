package org.understudy.server.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.understudy.restore.operation.FailedElsewhereException;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The command line's side of the admin API. One thread. */
public final class AdminClient implements AutoCloseable {
    /** Who runs the command line, as it claims; for the audit log. */
    static final String CALLER = "Understudy-Caller";

    private static final Duration CONNECT = Duration.ofSeconds(2);
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
     * Has the server do the work. Interrupting this thread breaks the connection, which interrupts the work there.
     *
     * @throws OperatorException as the operation throws it; {@link Reason#UNREACHABLE} if the connection breaks
     * @throws FailedElsewhereException if the server met a fault of the program
     */
    public <Q, R> R run(Operation<Q, R> operation, Q request, Progress progress) throws InterruptedException {
        try {
            HttpRequest post = request("/v1/operations/" + operation.name())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(request)))
                    .build();
            HttpResponse<InputStream> response = http.send(post, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw refused(body.readAllBytes(), response.statusCode());
                }
                return follow(operation, body, progress);
            }
        } catch (IOException e) {
            if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
                http.shutdownNow();
                throw new InterruptedException();
            }
            throw broken(operation, e);
        }
    }

    private <R> R follow(Operation<?, R> operation, InputStream body, Progress progress) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        Follower follower = new Follower(progress);
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("the answer has no last line");
            }
            if (line.isEmpty()) {
                continue;
            }
            JsonNode event = json.readTree(line);
            if (event.has("result")) {
                return json.treeToValue(event.get("result"), operation.resultType());
            }
            if (event.has("error")) {
                throw thrown(json.treeToValue(event.get("error"), Failure.class));
            }
            follower.accept(event);
        }
    }

    /** Makes events into calls again. */
    private static final class Follower {
        private final Progress progress;
        private String phase = "";
        private long total;
        private long done;

        Follower(Progress progress) {
            this.progress = progress;
        }

        void accept(JsonNode event) {
            if (event.has("note")) {
                progress.note(event.get("note").asText());
                return;
            }
            String name = event.path("phase").asText();
            long all = event.path("total").asLong(-1);
            long now = event.path("done").asLong();
            if (!name.equals(phase) || all != total || now < done) {
                progress.begin(name, all, event.path("unit").asText());
            }
            phase = name;
            total = all;
            done = now;
            progress.advance(now, event.path("bytes").asLong());
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
                    && !json.readValue(response.body(), AdminServer.Ping.class)
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

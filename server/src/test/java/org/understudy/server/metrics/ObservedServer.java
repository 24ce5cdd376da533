package org.understudy.server.metrics;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.server.imap.ImapTestClient;
import org.understudy.server.imap.StoreServer;

/** The whole server with all listeners, a user's session behind it, a snapshot, and a validated restore of it. */
final class ObservedServer implements AutoCloseable {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"");

    private final StoreServer server;

    private ObservedServer(StoreServer server) {
        this.server = server;
    }

    static ObservedServer start(Path folder) throws Exception {
        StoreServer server = StoreServer.start(
                folder,
                "listeners { metrics { enabled = true, port = 0 }, lmtp { enabled = true, port = 0 },"
                        + " pop3 { enabled = true, port = 0 }, pop3s { enabled = true, port = 0 } }",
                "schedule.verify = \"weekly saturday 03:00\"",
                "archive.interval = 1 s");
        ObservedServer observed = new ObservedServer(server.with("anna"));
        observed.use();
        return observed;
    }

    private void use() throws Exception {
        String message = "From: a@example.org\r\nSubject: b\r\n\r\nhello\r\n";
        try (ImapTestClient client = server.login("anna")) {
            client.ok("APPEND INBOX {" + message.length() + "+}\r\n" + message);
            client.ok("SELECT INBOX");
            client.ok("FETCH 1 BODY[]");
            client.ok("UID FETCH 1 FLAGS");
            client.ok("SEARCH TEXT hello");
            client.status("SELECT Nowhere");
            client.status("XYZZY");
        }
        Workplace workplace = workplace();
        String snapshot = RestoreOperations.takeSnapshot()
                .run(new TakeSnapshot.Request(false), workplace, Progress.SILENT)
                .id();
        String id = RestoreOperations.stage()
                .run(StageRestore.Request.of("snapshot:" + snapshot), workplace, Progress.SILENT)
                .id();
        RestoreOperations.validate().run(new ValidateRestore.Request(id), workplace, Progress.SILENT);
        // There once the log after the snapshot is in the repository.
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> scrape().contains("understudy_archive_age_seconds "));
    }

    StoreServer server() {
        return server;
    }

    Workplace workplace() {
        return server.workplace();
    }

    String address() {
        return "127.0.0.1:" + server.listener("metrics").getPort();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + address() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    String scrape() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/metrics");
        if (response.statusCode() != 200) {
            throw new IllegalStateException("a scrape was answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** The names of all series of a scrape, as queries ask for them, with the names of their labels. */
    static Map<String, TreeSet<String>> series(String scrape) {
        Map<String, TreeSet<String>> series = new TreeMap<>();
        for (Matcher sample = SAMPLE.matcher(scrape); sample.find(); ) {
            TreeSet<String> labels = series.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            String given = sample.group(2);
            for (Matcher label = LABEL.matcher(given == null ? "" : given); label.find(); ) {
                labels.add(label.group(1));
            }
        }
        return series;
    }

    static Path conf(String name) {
        return Path.of("../conf").resolve(name);
    }

    /** Whether Debian's package prometheus is here. */
    static boolean has(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Override
    public void close() {
        server.close();
    }
}

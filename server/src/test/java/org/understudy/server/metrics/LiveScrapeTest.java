package org.understudy.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server at work shows to Prometheus: against the document, the rules and the dashboard. */
@Timeout(180)
class LiveScrapeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:understudy|jvm|process|system)_[a-z_0-9]+|up|ALERTS)\\b(?:\\{([^}]*)\\})?");
    /** Queries that find something only where something is wrong, or of what a server at rest has none. */
    private static final Pattern MAY_BE_EMPTY = Pattern.compile("== 1$|> 0\\)?$|ALERTS");

    /** Is there only where certificates are ordered; MetricsServerTest shows it. */
    private static final String ORDERS = "understudy_tls_order_failures";

    @TempDir
    static Path folder;

    private static ObservedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = ObservedServer.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TreeSet<String> names(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theDocumentListsWhatIsScrapedAndTheOtherWayRound() throws Exception {
        // Which collectors there are depends on the machine and shows at their first run only.
        System.gc();
        String document = Files.readString(Path.of("../docs/metrics.md"));
        TreeSet<String> scraped = names("^# TYPE (\\S+) ", server.scrape());
        scraped.add(ORDERS);
        assertThat(scraped)
                .isSubsetOf(names("^\\| `([a-z_0-9]+)", document))
                .containsAll(names("^\\| `(understudy_[a-z_0-9]+)", document));
    }

    @Test
    void theDocumentNamesTheLabels() throws Exception {
        Map<String, TreeSet<String>> told = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `(understudy_[a-z_0-9]+)(?:\\{([a-z,]+)\\})?`")
                .matcher(Files.readString(Path.of("../docs/metrics.md")));
        while (row.find()) {
            told.put(
                    row.group(1),
                    row.group(2) == null
                            ? new TreeSet<>()
                            : new TreeSet<>(List.of(row.group(2).split(","))));
        }
        ObservedServer.series(server.scrape()).forEach((name, labels) -> {
            String meter = name.replaceAll("_(bucket|count|sum)$", "");
            TreeSet<String> shown = new TreeSet<>(labels);
            shown.remove("le");
            if (told.containsKey(meter)) {
                assertThat(shown).as(meter).isEqualTo(told.get(meter));
            }
        });
    }

    @Test
    void noNameOfAUserOrAMailboxIsShown() throws Exception {
        assertThat(server.scrape()).doesNotContain("anna", "Nowhere", "XYZZY", "xyzzy", "127.0.0.1");
    }

    @Test
    void tellsThatItLivesAndIsReady() throws Exception {
        HttpResponse<String> live = server.get("/health/live");
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(live.body()).path("live").asBoolean()).isTrue();
        HttpResponse<String> ready = server.get("/health/ready");
        assertThat(ready.body()).contains("\"name\":\"listeners\",\"state\":\"ok\"");
        assertThat(ready.statusCode())
                .isEqualTo(JSON.readTree(ready.body()).path("ready").asBoolean() ? 200 : 503);
    }

    @Test
    void countsWhatWasDone() throws Exception {
        // How backups stand is looked up once in ten seconds.
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.scrape().lines()).contains("understudy_snapshots 1.0"));
        assertThat(server.scrape().lines())
                .contains(
                        "understudy_imap_commands_total{command=\"append\",result=\"ok\"} 1.0",
                        "understudy_imap_commands_total{command=\"fetch\",result=\"ok\"} 2.0",
                        "understudy_imap_commands_total{command=\"select\",result=\"no\"} 1.0",
                        "understudy_imap_commands_total{command=\"other\",result=\"bad\"} 1.0",
                        "understudy_imap_command_seconds_count{command=\"append\"} 1",
                        "understudy_imap_command_seconds_bucket{command=\"fetch\",le=\"+Inf\"} 2",
                        "understudy_connections_accepted_total{protocol=\"imap\"} 1.0",
                        "understudy_connections{protocol=\"pop3\"} 0.0",
                        "understudy_restores{state=\"validated\"} 1.0",
                        "understudy_restores{state=\"merged\"} 0.0",
                        "understudy_restores_messages 1.0",
                        "understudy_restores_verdicts{verdict=\"proven\"} 1.0",
                        "understudy_restores_verdicts{verdict=\"damaged\"} 0.0",
                        "understudy_store_writable 1.0",
                        "understudy_store_writes_stopped 0.0",
                        "understudy_search_enabled 1.0");
    }

    @Test
    void everyRuleAndEveryPanelAsksForSeriesThatThereAre() throws Exception {
        Map<String, TreeSet<String>> there = ObservedServer.series(server.scrape());
        there.put(ORDERS, new TreeSet<>(Set.of("host")));
        there.put("up", new TreeSet<>(Set.of("job")));
        there.put("ALERTS", new TreeSet<>(Set.of("alertname", "alertstate")));
        Map<String, String> asked = new LinkedHashMap<>(panels());
        asked.putAll(rules());
        assertThat(asked).hasSizeGreaterThan(60);
        asked.forEach((place, query) -> {
            boolean any = false;
            for (Matcher selector = SELECTOR.matcher(query); selector.find(); any = true) {
                String name = selector.group(1);
                // Collectors of garbage show at their first run only.
                if (name.startsWith("jvm_gc_")) {
                    continue;
                }
                assertThat(there).as(place).containsKey(name);
                String labels = selector.group(2) == null ? "" : selector.group(2);
                for (Matcher label = Pattern.compile("([a-z]+)[=!]~?\"").matcher(labels); label.find(); ) {
                    if (!label.group(1).equals("instance")) {
                        assertThat(there.get(name)).as(place + ": " + name).contains(label.group(1));
                    }
                }
            }
            assertThat(any).as(place + " asks for nothing: " + query).isTrue();
        });
    }

    @Test
    void everyRuleHasASummaryAndARunbookThatIsThere() throws Exception {
        String rules = Files.readString(ObservedServer.conf("alerts.yml"));
        List<String> each =
                List.of(rules.split("(?m)^      - alert: ")).stream().skip(1).toList();
        assertThat(each).hasSizeGreaterThan(20).allSatisfy(rule -> {
            assertThat(rule).containsPattern("summary: \".+\"").containsPattern("severity: (critical|warning) ");
            Matcher runbook =
                    Pattern.compile("runbook: (docs/[A-Za-z/-]+\\.md)\n").matcher(rule);
            assertThat(runbook.find()).as(rule).isTrue();
            assertThat(Path.of("..", runbook.group(1))).exists();
        });
    }

    @Test
    void promtoolFindsTheRulesRight() throws Exception {
        assumeTrue(ObservedServer.has("promtool"), "promtool (Debian's prometheus) is not here");
        assertThat(run("promtool", "check", "rules", "alerts.yml")).contains("SUCCESS");
        assertThat(run("promtool", "test", "rules", "alerts-test.yml")).contains("SUCCESS");
        TreeSet<String> named = names("^      - alert: (\\S+)", Files.readString(ObservedServer.conf("alerts.yml")));
        String tests = Files.readString(ObservedServer.conf("alerts-test.yml"));
        assertThat(names("^        alertname: (\\S+)", tests))
                .as("rules that are seen to fire")
                .isEqualTo(named);
        assertThat(names("alertname: (\\S+) \\}", tests))
                .as("rules that are seen to keep quiet")
                .isEqualTo(named);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "run", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(ObservedServer.conf("").toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String told = Files.readString(out);
        assertThat(process.exitValue()).as(told).isZero();
        return told;
    }

    /** Queries of the dashboard by panel, as Grafana would send them. */
    private static Map<String, String> panels() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        JsonNode dashboard =
                JSON.readTree(ObservedServer.conf("grafana-understudy.json").toFile());
        assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(38);
        TreeSet<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt())).as(panel.toString()).isTrue();
            for (JsonNode target : panel.path("targets")) {
                queries.put(
                        panel.get("title").asText() + " " + target.get("refId").asText(),
                        target.get("expr")
                                .asText()
                                .replace("$__rate_interval", "1m")
                                .replace("$instance", ".*"));
            }
        }
        assertThat(queries.values()).noneMatch(query -> query.contains("$"));
        return queries;
    }

    private static Map<String, String> rules() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        Matcher rule = Pattern.compile("(?m)^      - alert: (\\S+)\n        expr: (.+)$")
                .matcher(Files.readString(ObservedServer.conf("alerts.yml")));
        while (rule.find()) {
            String expr = rule.group(2);
            queries.put(rule.group(1), expr.startsWith("'") ? expr.substring(1, expr.length() - 1) : expr);
        }
        return queries;
    }

    @Test
    void aRealPrometheusAnswersEveryQuery() throws Exception {
        assumeTrue(ObservedServer.has("prometheus"), "prometheus (Debian) is not here");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path file = Files.writeString(
                folder.resolve("prometheus.yml"),
                "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [ \""
                        + ObservedServer.conf("alerts.yml").toAbsolutePath().normalize()
                        + "\" ]\nscrape_configs:\n  - job_name: understudy\n    static_configs: [ { targets: [ \""
                        + server.address() + "\" ] } ]\n");
        Path log = folder.resolve("prometheus.log");
        Process prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            // Two scrapes at least, so that there are rates.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(query(client, port, "rate(understudy_store_log_syncs_total[1m])"))
                            .isNotEmpty());
            Map<String, String> panels = panels();
            List<String> empty = new ArrayList<>();
            for (Map.Entry<String, String> panel : panels.entrySet()) {
                boolean found = !query(client, port, panel.getValue()).isEmpty();
                if (!found && !MAY_BE_EMPTY.matcher(panel.getValue()).find()) {
                    empty.add(panel.getKey() + ": " + panel.getValue());
                }
            }
            // A restarted JVM may not have collected garbage yet.
            assertThat(empty).allMatch(one -> one.contains("jvm_gc_pause"));
            assertThat(panels.size() - empty.size()).isGreaterThan(50);
            for (Map.Entry<String, String> rule : rules().entrySet()) {
                assertThat(query(client, port, rule.getValue()))
                        .as(rule.toString())
                        .isNotNull();
            }
            JsonNode loaded = JSON.readTree(get(client, port, "/api/v1/rules"));
            JsonNode group = loaded.at("/data/groups/0/rules");
            assertThat(group.size()).isEqualTo(rules().size());
            group.forEach(rule ->
                    assertThat(rule.get("health").asText()).as(rule.toString()).isNotEqualTo("err"));
        } finally {
            prometheus.destroy();
            assertThat(prometheus.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The series that a query gives; fails with Prometheus's words where it is none. */
    private static JsonNode query(HttpClient client, int port, String query) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(
                get(client, port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)));
        assertThat(answer.path("status").asText()).as(query + ": " + answer).isEqualTo("success");
        return answer.at("/data/result");
    }

    private static String get(HttpClient client, int port, String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}

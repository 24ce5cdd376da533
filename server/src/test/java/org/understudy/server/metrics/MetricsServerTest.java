package org.understudy.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.account.Directory;
import org.understudy.server.account.LoginCounts;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.audit.AuditStatus;
import org.understudy.server.config.Configuration;
import org.understudy.server.health.Readiness;
import org.understudy.server.ledger.TlsCounts;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.schedule.BackupHealth.Kind;
import org.understudy.server.schedule.JobState;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.tls.TlsStatus;
import org.understudy.storage.OperatorException;

@Timeout(60)
class MetricsServerTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");
    private static final Configuration.Listener ANY_PORT = new Configuration.Listener(true, "127.0.0.1", 0);

    private static final Supplier<Readiness> READY = () -> new Readiness(true, List.of());

    private final AtomicReference<Monitored> state = new AtomicReference<>(calm());

    private static Monitored calm() {
        return new Monitored(
                new BackupHealth(
                        NOW,
                        NOW.minus(Duration.ofDays(3)),
                        new BackupHealth.Snapshot("a", NOW.minus(Duration.ofHours(1)), null),
                        null,
                        null,
                        null,
                        "",
                        "",
                        List.of(new JobState(
                                "snapshot",
                                "every 6 h",
                                NOW,
                                NOW,
                                NOW,
                                Instant.ofEpochSecond(1_000_000),
                                JobState.Outcome.GOOD,
                                "",
                                0)),
                        List.of()),
                new ServerStatus.Archive(
                        true, Duration.ofMinutes(1), "CURRENT", "", NOW.minusSeconds(20), "", "", null),
                new ServerStatus.Loss(NOW, "", false, 0, 2, 0, false, ""),
                scrub(NOW.minusSeconds(60), 0, 0.25, ""),
                AccountsStatus.NONE,
                tls("", 2, 0, 0),
                TlsCounts.none());
    }

    private static Monitored troubled() {
        return new Monitored(
                new BackupHealth(
                        NOW,
                        NOW.minus(Duration.ofDays(3)),
                        null,
                        null,
                        null,
                        null,
                        "a disk failed",
                        "no such folder",
                        List.of(new JobState(
                                "snapshot", "every 6 h", NOW, NOW, NOW, null, JobState.Outcome.FAILED, "disk", 4)),
                        List.of(new BackupHealth.Alert(Kind.SNAPSHOT_AGE, "old", "take one"))),
                new ServerStatus.Archive(true, Duration.ofMinutes(1), "GAP", "", null, "1 to 9", "disk", NOW),
                new ServerStatus.Loss(NOW, "lost", true, 566, 2, 1, false, ""),
                scrub(null, 3, 0, "no disk"),
                new AccountsStatus(
                        new LoginCounts.Seen(5, 4, 3, 2, 7, 1),
                        new Directory.Status("ldaps://ldap.example.org", "connect error", 11, 12, 13),
                        new AuditStatus(99, 2, "cannot be written")),
                tls("bad key", 2, 1, 3),
                new TlsCounts(Map.of("unknown_ca", 7L), Map.of("closed", 2L), 3, 1));
    }

    private static ScrubStatus scrub(@Nullable Instant ended, long findings, double progress, String problem) {
        return new ScrubStatus(true, 1, ended, 1, 2, 3, 0, NOW, null, progress, findings, List.of(), problem);
    }

    private static TlsStatus tls(String problem, long reloads, long failures, int orders) {
        return new TlsStatus(
                "java",
                "modern",
                List.of(new TlsStatus.Shown(
                        "default", List.of(), "", NOW.plus(Duration.ofDays(30)), "", NOW, false, problem, "")),
                reloads,
                failures,
                problem,
                List.of(new TlsStatus.Ordered("mail.example", List.of("mail.example"), NOW, orders, "")));
    }

    @Test
    void tellsAgesAndJobs() throws Exception {
        try (MetricsServer server = MetricsServer.start(ANY_PORT, "1.2.3", state::get, READY)) {
            assertThat(scrape(server).lines())
                    .contains(
                            "understudy_snapshot_age_seconds 3600.0",
                            "understudy_snapshot_verified_age_seconds 259200.0",
                            "understudy_drill_good_age_seconds 259200.0",
                            "understudy_incident_hold 0.0",
                            "understudy_repository_readable 1.0",
                            "understudy_archive_age_seconds 20.0",
                            "understudy_archive_gap 0.0",
                            "understudy_scrub_age_seconds 60.0",
                            "understudy_scrub_findings 0.0",
                            "understudy_scrub_progress 0.25",
                            "understudy_scrub_failing 0.0",
                            "understudy_archive_failing 0.0",
                            "understudy_tls_alerts_total{alert=\"unknown_ca\"} 0.0",
                            "understudy_tls_handshake_failures_total{cause=\"closed\"} 0.0",
                            "understudy_loss_messages 0.0",
                            "understudy_canaries 2.0",
                            "understudy_canaries_wrong 0.0",
                            "understudy_alert{kind=\"snapshot_age\"} 0.0",
                            "understudy_job_failures{job=\"snapshot\"} 0.0",
                            "understudy_job_last_good_seconds{job=\"snapshot\"} 1000000.0",
                            "understudy_tls_certificate_expiry_days{host=\"default\"} 30.0",
                            "understudy_tls_certificate_stuck{host=\"default\"} 0.0",
                            "understudy_tls_reloads_total 2.0",
                            "understudy_tls_reload_failures_total 0.0",
                            "understudy_tls_list_stuck 0.0",
                            "understudy_tls_order_failures{host=\"mail.example\"} 0.0",
                            "understudy_info{version=\"1.2.3\"} 1");
        }
    }

    @Test
    void showsWhatHasChangedAtTheNextScrape() throws Exception {
        try (MetricsServer server = MetricsServer.start(ANY_PORT, "1.2.3", state::get, READY)) {
            scrape(server);
            state.set(troubled());
            String page = scrape(server);
            assertThat(page.lines())
                    .contains(
                            "understudy_snapshot_age_seconds 259200.0",
                            "understudy_incident_hold 1.0",
                            "understudy_repository_readable 0.0",
                            "understudy_archive_gap 1.0",
                            "understudy_scrub_age_seconds 259200.0",
                            "understudy_scrub_findings 3.0",
                            "understudy_scrub_failing 1.0",
                            "understudy_archive_failing 1.0",
                            "understudy_tls_alerts_total{alert=\"unknown_ca\"} 7.0",
                            "understudy_tls_handshake_failures_total{cause=\"closed\"} 2.0",
                            "understudy_tls_silent_total 3.0",
                            "understudy_tls_ledger_dropped_total 1.0",
                            "understudy_tls_certificate_stuck{host=\"default\"} 1.0",
                            "understudy_tls_reload_failures_total 1.0",
                            "understudy_tls_list_stuck 1.0",
                            "understudy_tls_order_failures{host=\"mail.example\"} 3.0",
                            "understudy_loss_messages 566.0",
                            "understudy_canaries_wrong 1.0",
                            "understudy_logins_succeeded_total 5.0",
                            "understudy_logins_refused_total 4.0",
                            "understudy_logins_delayed_total 3.0",
                            "understudy_masters_sessions 2.0",
                            "understudy_masters_opened_total 7.0",
                            "understudy_masters_refused_total 1.0",
                            "understudy_directory_away 1.0",
                            "understudy_directory_right_total 11.0",
                            "understudy_directory_wrong_total 12.0",
                            "understudy_directory_unavailable_total 13.0",
                            "understudy_audit_records 99.0",
                            "understudy_audit_failures_total 2.0",
                            "understudy_audit_failing 1.0",
                            "understudy_alert{kind=\"snapshot_age\"} 1.0",
                            "understudy_alert{kind=\"hold\"} 0.0",
                            "understudy_job_failures{job=\"snapshot\"} 4.0",
                            "understudy_job_last_good_seconds{job=\"snapshot\"} 0.0");
            assertThat(page).doesNotContain("understudy_archive_age_seconds ");
        }
    }

    @Test
    void thereIsARuleForEachAlertOfStatus() throws Exception {
        String rules = Files.readString(Path.of("../conf/alerts.yml"));
        for (Kind kind : Kind.values()) {
            assertThat(rules)
                    .containsPattern(
                            kind == Kind.HOLD
                                    ? "understudy_incident_hold"
                                    : kind == Kind.JOB_FAILED
                                            ? "understudy_job_failures"
                                            : "kind=~?\"[a-z_|]*" + kind.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void answersAFaultRatherThanOldNumbers() throws Exception {
        try (MetricsServer server = MetricsServer.start(
                ANY_PORT,
                "1.2.3",
                () -> {
                    Monitored now = state.get();
                    if (now == null) {
                        throw new IllegalStateException("cannot look");
                    }
                    return now;
                },
                READY)) {
            state.set(null);
            HttpResponse<String> response = get(server, "/metrics");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).isEqualTo("Metrics cannot be told; the server's log says why.\n");
        }
    }

    @Test
    void answersNothingElse() throws Exception {
        try (MetricsServer server = MetricsServer.start(ANY_PORT, "1.2.3", state::get, READY)) {
            HttpResponse<String> response = get(server, "/v1/status");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body())
                    .isEqualTo("Only GET /metrics, /health/live and /health/ready are answered here.\n");
        }
    }

    @Test
    void saysThatThePortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Configuration.Listener same = new Configuration.Listener(true, "127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> MetricsServer.start(same, "1.2.3", state::get, READY))
                    .isInstanceOf(OperatorException.class)
                    .hasMessage("cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + " for metrics: the port is taken, or the address is not this machine's");
        }
    }

    private static String scrape(MetricsServer server) throws IOException, InterruptedException {
        HttpResponse<String> response = get(server, "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        return response.body();
    }

    private static HttpResponse<String> get(MetricsServer server, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.listening().port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}

package org.understudy.server.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.Digest;

/** How long the console's pages take, and how large they are, with many restores and one of many verdicts. */
final class ConsoleTrial {
    private static final int RESTORES = 1_000;
    private static final int MAILBOXES = 1_000;
    private static final int BATCH = 5_000;
    private static final int TRIES = 21;
    private static final String LARGE = "r-20270101-ffff";

    private ConsoleTrial() {}

    public static void main(String[] arguments) throws Exception {
        long verdicts = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
        Path data = Files.createTempDirectory("console-trial");
        try (StageServer stage = StageServer.start(data.resolve("data"), 10)) {
            Path restores = stage.server.workplace().restores();
            for (int i = 1; i < RESTORES; i++) {
                job(restores, String.format("r-20260101-%04x", i), RestoreState.STAGED);
            }
            job(restores, LARGE, RestoreState.VALIDATED);
            fill(stage.server.workplace().shadows(), restores, verdicts);
            System.out.printf("%,d restores, one of them with %,d verdicts%n", RESTORES, verdicts);
            measure(stage);
        }
    }

    private static void job(Path restores, String id, RestoreState state) {
        RestoreJob job = new RestoreJob(
                id,
                state,
                new RestoreJob.Source("maildir", "/backup/" + id, Map.of(), Set.of()),
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                null,
                List.of(),
                1,
                null,
                null);
        JobFolder.create(restores, job, Steps.UNWATCHED).close();
    }

    private static void fill(Path shadows, Path restores, long verdicts) throws Exception {
        int each = (int) (verdicts / MAILBOXES);
        Digest digest = Digest.of(Digest.sha256().digest(new byte[0]));
        List<ValidationReport.Row> rows = new ArrayList<>();
        List<ValidationReport.Unsound> unsound = new ArrayList<>();
        Finding doubt = new Finding(
                "mime-structure", Finding.Strength.DOUBT, new Finding.Place.Octets(77, 3), "no closing boundary");
        Finding support = new Finding(
                "maildir-size",
                Finding.Strength.SUPPORT,
                new Finding.Place.FileName(),
                "S= states 4242 octets, found 4242");
        try (ShadowStore shadow = ShadowStore.open(shadows, LARGE, Clock.systemUTC())) {
            for (int m = 0; m < MAILBOXES; m++) {
                ShadowMailbox box =
                        shadow.ensureMailbox(new SourceMailbox(String.format("user%04d", m), "INBOX"), 1, true);
                List<JournalRow> batch = new ArrayList<>();
                for (int uid = 1; uid <= each; uid++) {
                    boolean bad = uid % 100 == 0;
                    batch.add(shadow.evidenceRow(
                            box.id(),
                            uid,
                            new Evidence(
                                    uid,
                                    "cur/1700000000.M" + uid + "P1.host,S=4242:2,S",
                                    uid,
                                    Instant.ofEpochSecond(1_600_000_000L + uid * 3_600L),
                                    4242,
                                    digest,
                                    digest,
                                    List.of(),
                                    bad ? Verdict.SUSPECT : Verdict.CONSISTENT,
                                    bad ? List.of(doubt, support) : List.of(support))));
                    if (bad) {
                        unsound.add(new ValidationReport.Unsound(
                                box.source().user(), "INBOX", uid, "cur/" + uid, Verdict.SUSPECT, "", List.of(doubt)));
                    }
                    if (batch.size() == BATCH || uid == each) {
                        shadow.store().journal().write(batch, shadow.author());
                        batch.clear();
                    }
                }
                int months = 60;
                for (int month = 0; month < months; month++) {
                    long part = each / months + (month < each % months ? 1 : 0);
                    long bad = month == 0 ? Math.min(part, each / 100) : 0;
                    rows.add(new ValidationReport.Row(
                            box.source().user(),
                            "INBOX",
                            String.format("%d-%02d", 2020 + month / 12, month % 12 + 1),
                            new VerdictCounts(0, part - bad, bad, 0, 0, 0)));
                }
            }
        }
        VerdictCounts totals =
                rows.stream().map(ValidationReport.Row::counts).reduce(VerdictCounts.NONE, VerdictCounts::plus);
        ValidationReport report = new ValidationReport(
                LARGE,
                "maildir /backup",
                Instant.EPOCH,
                new ReplayTotals(totals.graded(), totals.graded(), 0, 0, 0, totals.graded() * 4242, true),
                totals,
                0,
                0,
                0,
                rows,
                Map.of("maildir-size support", totals.graded()),
                unsound);
        Files.writeString(restores.resolve(LARGE).resolve("report.json"), RestoreJson.write(report));
    }

    private static void measure(StageServer stage) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> door = http.send(
                    HttpRequest.newBuilder(URI.create(stage.base + "/console/login"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString("name=" + StageServer.ADMIN + "&password="
                                    + StageServer.PASSWORD.replace(' ', '+')))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String cookie =
                    door.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
            String own = "/console/restores/" + LARGE;
            System.out.printf("%-60s %9s %9s %9s %8s%n", "page", "first ms", "median ms", "worst ms", "kB");
            for (String path : List.of(
                    "/console",
                    "/console/restores",
                    "/console/restores?page=20",
                    "/console/restores?words=03e7",
                    own,
                    own + "/unsound",
                    own + "/unsound?page=10",
                    own + "/verdicts",
                    own + "/verdicts?user=user0500",
                    own + "/verdicts?after=900-4000",
                    own + "/message?user=user0500&mailbox=INBOX&uid=100",
                    "/console/loss",
                    "/console/snapshots",
                    "/console/watch",
                    "/console/users",
                    "/console/audit")) {
                long[] nanos = new long[TRIES];
                int size = 0;
                for (int i = 0; i < TRIES; i++) {
                    long begun = System.nanoTime();
                    HttpResponse<String> answer = http.send(
                            HttpRequest.newBuilder(URI.create(stage.base + path))
                                    .header("Cookie", cookie)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    nanos[i] = System.nanoTime() - begun;
                    if (answer.statusCode() != 200) {
                        throw new IllegalStateException(path + " gave " + answer.statusCode());
                    }
                    size = answer.body().getBytes(StandardCharsets.UTF_8).length;
                }
                long first = nanos[0];
                Arrays.sort(nanos);
                System.out.printf(
                        Locale.ROOT,
                        "%-60s %9.1f %9.1f %9.1f %8.1f%n",
                        path,
                        first / 1e6,
                        nanos[TRIES / 2] / 1e6,
                        nanos[TRIES - 1] / 1e6,
                        size / 1e3);
            }
        }
    }
}

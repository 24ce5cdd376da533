package org.understudy.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.loss.LossFiles;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.migrate.AddUsers;
import org.understudy.restore.migrate.NewMigration;
import org.understudy.restore.migrate.OldCluster;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerReader;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Outcome;
import org.understudy.server.ledger.Sums;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** A data folder as large as the console must bear, made through the program's own writers as far as they are quick enough. */
final class TrialData {
    static final int RESTORES = 1_000;
    static final String LARGE = "r-20270101-ffff";

    private static final int MAILBOXES = 1_000;
    private static final int BATCH = 5_000;
    private static final int USERS = 1_000;
    private static final int SNAPSHOTS = 40;
    private static final int DRILLS = 1_000;
    private static final int LOSS_ROWS = 50_000;
    private static final int LEDGER_ROWS = 50_000;
    private static final int MIGRANTS = 10_000;
    private static final int AUDIT_RECORDS = 200_000;

    private TrialData() {}

    /** All but what a starting server writes over. */
    static void fill(Workplace workplace, long verdicts, long steps) throws Exception {
        Path restores = workplace.restores();
        for (int i = 1; i < RESTORES; i++) {
            job(restores, String.format("r-20260101-%04x", i), RestoreState.STAGED);
        }
        job(restores, LARGE, RestoreState.VALIDATED);
        fill(workplace.shadows(), restores, verdicts);
        plan(restores, steps);
        for (int i = 0; i < USERS; i++) {
            workplace.live().accounts().add(String.format("user%04d", i), "x", new Author.Housekeeping("trial"));
        }
        for (int i = 0; i < SNAPSHOTS; i++) {
            new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
        }
        drills(workplace);
        ledger(workplace.dataFolder());
        migration(workplace);
    }

    /** When no server runs. */
    static void audit(Path dataFolder) throws IOException {
        Path folder = dataFolder.resolve("audit");
        Path last;
        try (Stream<Path> files = Files.list(folder)) {
            last = files.sorted().reduce((one, other) -> other).orElseThrow();
        }
        List<String> lines = Files.readAllLines(last);
        String tail = lines.getLast();
        String before = tail.substring(tail.length() - 66, tail.length() - 2);
        long number = RestoreJson.mapper().readTree(tail).path("n").asLong();
        StringBuilder more = new StringBuilder();
        for (int i = 1; i <= AUDIT_RECORDS; i++) {
            String open = "{\"v\":1,\"n\":" + (number + i) + ",\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"admin\","
                    + "\"actor\":\"user:erin\",\"from\":\"127.0.0.1\",\"action\":\"restore.status\",\"details\":{\"id\":\""
                    + LARGE + "\"},\"outcome\":\"done\",\"words\":\"\",\"before\":\"" + before + "\"";
            before = HexFormat.of().formatHex(Digest.sha256().digest(open.getBytes(StandardCharsets.UTF_8)));
            more.append(open).append(",\"hash\":\"").append(before).append("\"}\n");
        }
        Files.writeString(last, more, java.nio.file.StandardOpenOption.APPEND);
    }

    /** Over what a server that started has found. */
    static void loss(Path dataFolder) throws IOException {
        LossReport real = LossFiles.in(dataFolder).latest().orElseThrow();
        List<LossReport.Row> rows = new ArrayList<>();
        for (int i = 0; i < LOSS_ROWS; i++) {
            rows.add(new LossReport.Row(
                    String.format("user%04d", i % USERS),
                    "INBOX",
                    String.format("%d-%02d", 2023 + i / USERS / 12 % 4, i / USERS % 12 + 1),
                    LossReport.Kind.MISSING,
                    LossReport.Confidence.LIKELY,
                    "2026-05-27T020000Z-0123456789ab",
                    i % 40 + 1,
                    4_242L));
        }
        LossReport large = new LossReport(
                real.at(),
                real.storeId(),
                real.trigger(),
                real.headline(),
                real.totals(),
                real.history(),
                rows,
                real.administrators(),
                real.gone(),
                real.canaries(),
                real.next(),
                real.limits(),
                real.millis());
        String body = RestoreJson.write(large);
        String sum = HexFormat.of().formatHex(Digest.sha256().digest(body.getBytes(StandardCharsets.UTF_8)));
        Files.writeString(
                dataFolder.resolve("loss/latest.json"),
                "{\"format\":\"understudy-loss\",\"version\":1,\"sha256\":\"" + sum + "\"}\n" + body + "\n");
    }

    private static void drills(Workplace workplace) throws Exception {
        new RunDrill(Optional.empty()).run(new RunDrill.Request(1, "latest", 1L), workplace, Progress.SILENT);
        Path drills = workplace.dataFolder().resolve("drills");
        Path one;
        try (Stream<Path> all = Files.list(drills)) {
            one = all.filter(folder -> Files.exists(folder.resolve("result.json")))
                    .findFirst()
                    .orElseThrow();
        }
        for (int i = 0; i < DRILLS; i++) {
            Path copy = Files.createDirectory(drills.resolve(String.format("d-20250101-%06d-%04x", i, i)));
            Files.copy(one.resolve("result.json"), copy.resolve("result.json"));
        }
    }

    private static void ledger(Path dataFolder) {
        List<LedgerRow> rows = new ArrayList<>();
        Instant at = Instant.parse("2026-11-01T00:00:00Z");
        for (int i = 0; i < LEDGER_ROWS; i++) {
            rows.add(new LedgerRow(
                    new LedgerKey(
                            "imaps",
                            993,
                            "imap" + i % 300 + ".brand" + i % 17 + ".example",
                            "user" + i % 9_000,
                            "Thunderbird 128." + i % 7,
                            "NSS",
                            "TLSv1.3",
                            "0123456789abcdef",
                            Fault.NONE,
                            Outcome.LOGGED_IN),
                    at,
                    at.plusSeconds(i),
                    i % 50 + 1));
        }
        LedgerReader.keep(dataFolder, "old", new LedgerContent(at, rows, Sums.NONE, 0));
    }

    private static void migration(Workplace workplace) throws Exception {
        Path maildirs = Files.createDirectories(workplace.dataFolder().resolveSibling("old-maildirs"));
        new NewMigration()
                .run(
                        new NewMigration.Request(
                                "cluster-2",
                                new OldCluster("", 0, true, false, null, "", null, maildirs, 1, 0, "none")),
                        workplace,
                        Progress.SILENT);
        List<AddUsers.NewUser> users = new ArrayList<>();
        for (int i = 0; i < MIGRANTS; i++) {
            users.add(new AddUsers.NewUser(
                    "old" + i, String.format("migrant%05d", i), "", "brand" + i % 17 + ".example", i % 20 + 1));
        }
        new AddUsers().run(new AddUsers.Request("cluster-2", users), workplace, Progress.SILENT);
    }

    /** As the planner writes it, but step by step, for it need not fit into memory here. */
    private static void plan(Path restores, long steps) throws IOException {
        Path file = restores.resolve(LARGE).resolve("plan.json");
        Digest digest = Digest.of(Digest.sha256().digest(new byte[0]));
        MergePlan empty = new MergePlan(
                MergePlan.VERSION,
                LARGE,
                1,
                "0123456789abcdef",
                LocalDate.of(2027, 1, 1),
                MergePolicy.defaults(),
                new PlanTotals(steps, steps, 0, steps * 4242, 0, 0, Map.of(), List.of()),
                List.of(),
                List.of());
        String json = empty.json();
        int at = json.indexOf("\"steps\":[") + "\"steps\":[".length();
        MessageDigest sha256 = Digest.sha256();
        try (OutputStream out =
                new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), sha256)) {
            out.write(json.substring(0, at).getBytes(StandardCharsets.UTF_8));
            try (JsonGenerator generator = RestoreJson.mapper().createGenerator(new Kept(out))) {
                generator.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString(","));
                var writer = RestoreJson.mapper().writerFor(PlanStep.class);
                for (long i = 0; i < steps; i++) {
                    writer.writeValue(
                            generator,
                            new PlanStep.AddMessage(
                                    new TargetMailbox(String.format("user%04d", i % USERS), "INBOX"),
                                    new MailboxId(i % MAILBOXES + 1),
                                    i / MAILBOXES + 1,
                                    Verdict.CONSISTENT,
                                    false,
                                    digest,
                                    4242,
                                    Instant.ofEpochSecond(1_600_000_000L + i),
                                    Flags.NONE,
                                    new BodyId(i + 1)));
                }
            }
            out.write(json.substring(at).getBytes(StandardCharsets.UTF_8));
        }
        try (JobFolder folder = JobFolder.open(restores, LARGE, Steps.UNWATCHED)) {
            folder.save(folder.job().planned(HexFormat.of().formatHex(sha256.digest()), 1, Instant.EPOCH));
        }
    }

    /** A stream that stays open. */
    private static final class Kept extends java.io.FilterOutputStream {
        Kept(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            out.write(octets, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
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
}

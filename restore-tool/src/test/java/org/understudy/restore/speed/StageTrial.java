package org.understudy.restore.speed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxPath;

/**
 * Measures a restore from a Maildir tree through all of its verbs, first on a store that nobody uses, then beside users at
 * work: {@code StageTrial [MESSAGES [DIR [quiet|load]]]}. The tree is written to DIR once and used again; stores are
 * deleted at the end. Prints a table, and the same as JSON into DIR.
 */
final class StageTrial {
    private final int messages;
    private final Path folder;
    private final List<Phase> phases = new ArrayList<>();
    private long bytes;
    private int stores;

    private StageTrial(int messages, Path folder) {
        this.messages = messages;
        this.folder = folder;
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        Path folder = Path.of(
                        arguments.length > 1
                                ? arguments[1]
                                : System.getProperty("java.io.tmpdir") + "/understudy-stage")
                .toAbsolutePath();
        String part = arguments.length > 2 ? arguments[2] : "all";
        Files.createDirectories(folder);
        StageTrial trial = new StageTrial(messages, folder);
        System.err.println("generating mail in " + folder + "…");
        Path mail = MailTree.in(folder, messages);
        try {
            trial.floor(mail);
            if (!part.equals("load")) {
                trial.quiet(mail);
            }
            if (!part.equals("quiet")) {
                trial.besideLoad(mail);
            }
        } finally {
            Scratch.delete(folder.resolve("work"));
        }
        Path json = folder.resolve("stage-" + messages + ".json");
        Report report = new Report(messages, trial.bytes, Runtime.getRuntime().availableProcessors(), trial.phases);
        Files.writeString(json, RestoreJson.write(report) + "\n");
        System.out.print(report.text());
        System.out.println("\nas JSON in " + json);
    }

    /** Reads every file, hashes it once and writes it to one file: what any restore must do at least. */
    private void floor(Path mail) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("work")).resolve("copy");
        for (boolean counted : new boolean[] {false, true}) {
            bytes = 0;
            Phase.Watch watch = new Phase.Watch();
            MessageDigest sum = Digest.sha256();
            try (OutputStream out = Files.newOutputStream(copy);
                    Stream<Path> all = Files.walk(mail)) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    if (Files.isRegularFile(path)) {
                        try (InputStream in = Files.newInputStream(path)) {
                            byte[] one = in.readAllBytes();
                            sum.update(one);
                            sum.digest();
                            out.write(one);
                            bytes += one.length;
                        }
                    }
                }
            }
            if (counted) {
                phases.add(watch.stop("copy with SHA-256, one thread", messages, bytes, null));
            }
            Files.delete(copy);
        }
    }

    private void quiet(Path mail) throws IOException, InterruptedException {
        try (MailStore live = store()) {
            Workplace place = place(live);
            String id = stage("stage, no limit", mail, place, -1, null);
            Phase staged = phases.getLast();
            validate("validate (read again)", id, place, null);
            phases.add(staged.plus("stage and validate", phases.getLast()));
            merge(id, place, null);
        }
        Scratch.delete(folder.resolve("work"));
    }

    private void besideLoad(Path mail) throws IOException, InterruptedException {
        try (MailStore live = store()) {
            Workplace place = place(live);
            try (LiveLoad load = new LiveLoad(live)) {
                Thread.sleep(2_000);
                load.seen();
                Phase.Watch watch = new Phase.Watch();
                Thread.sleep(Math.clamp(messages / 2L, 5_000, 20_000));
                phases.add(watch.stop("users alone", 0, 0, load.seen()));
                String unlimited = stage("users + stage, no limit", mail, place, -1, load);
                Scratch.delete(place.shadows().resolve(unlimited));
                Thread.sleep(1_000);
                load.seen();
                String id = stage("users + stage, default rate", mail, place, 0, load);
                Phase staged = phases.getLast();
                validate("users + validate, default rate", id, place, load);
                phases.add(staged.plus("users + stage and validate", phases.getLast()));
                merge(id, place, load);
                Thread.sleep(1_000);
                load.seen();
                watch = new Phase.Watch();
                Thread.sleep(Math.clamp(messages / 2L, 5_000, 20_000));
                phases.add(watch.stop("users alone, again", 0, 0, load.seen()));
            }
        }
        Scratch.delete(folder.resolve("work"));
    }

    private MailStore store() throws IOException {
        Path data = Files.createDirectories(folder.resolve("work").resolve("data" + ++stores));
        MailStore live = MailStore.open(data.resolve("store"), MailStore.Options.defaults());
        for (String user : MailTree.users(messages)) {
            live.mailboxes().create(MailboxPath.of(user, "INBOX"), 1, new Author.Session(user, "trial"));
        }
        return live;
    }

    private Workplace place(MailStore live) {
        Path data = folder.resolve("work").resolve("data" + stores);
        return new Workplace(live, data, data.resolve("repository"), Clock.systemUTC());
    }

    private String stage(
            String name, Path mail, Workplace place, long rate, @org.jspecify.annotations.Nullable LiveLoad load)
            throws InterruptedException {
        Phase.Watch watch = new Phase.Watch();
        StageRestore.Result staged = RestoreOperations.stage()
                .run(
                        new StageRestore.Request("", "maildir", mail.toString(), Map.of(), Set.of(), rate),
                        place,
                        Progress.SILENT);
        phases.add(watch.stop(name, messages, bytes, load == null ? null : load.seen()));
        ReplayTotals totals = staged.totals();
        require(totals.replayed() == messages, "of " + messages + " messages these were staged: " + totals.text());
        return staged.id();
    }

    private void validate(String name, String id, Workplace place, @org.jspecify.annotations.Nullable LiveLoad load)
            throws InterruptedException {
        Phase.Watch watch = new Phase.Watch();
        ValidateRestore.Result result =
                RestoreOperations.validate().run(new ValidateRestore.Request(id), place, Progress.SILENT);
        phases.add(watch.stop(name, messages, bytes, load == null ? null : load.seen()));
        require(result.totals().consistent() == messages, "all mail is sound, and validation said " + result.totals());
    }

    private void merge(String id, Workplace place, @org.jspecify.annotations.Nullable LiveLoad load)
            throws InterruptedException {
        String before = load == null ? "" : "users + ";
        Phase.Watch watch = new Phase.Watch();
        PreviewRestore.Result plan = RestoreOperations.preview()
                .run(new PreviewRestore.Request(id, MergePolicy.defaults(), 1, 0), place, Progress.SILENT);
        phases.add(watch.stop(before + "plan", messages, 0, load == null ? null : load.seen()));
        RestoreOperations.approve().run(new ApproveRestore.Request(id, plan.hash(), "trial"), place, Progress.SILENT);
        PhaseTimes times = new PhaseTimes();
        watch = new Phase.Watch();
        MergeRestore.Result merged = RestoreOperations.merge().run(MergeRestore.Request.of(id), place, times);
        phases.add(watch.stop(before + "merge, default rate", messages, bytes, load == null ? null : load.seen()));
        times.end()
                .forEach((step, spent) -> phases.add(
                        new Phase("  of it: " + step, spent.seconds(), spent.cpuSeconds(), messages, bytes, null)));
        require(
                merged.receipt().added() == messages && merged.receipt().proof().holds(),
                "the merge added " + merged.receipt().added() + " messages, and its proof "
                        + (merged.receipt().proof().holds() ? "holds" : "fails"));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** Adds up how long each phase of an operation took. */
    private static final class PhaseTimes implements Progress {
        private final Map<String, Phase> phases = new java.util.LinkedHashMap<>();
        private String phase = "before";
        private Phase.Watch since = new Phase.Watch();

        @Override
        public void begin(String next, long total, String unit) {
            phases.merge(phase, since.stop(phase, 0, 0, null), (before, more) -> before.plus(before.name(), more));
            phase = next;
            since = new Phase.Watch();
        }

        @Override
        public void advance(long done, long octets) {}

        @Override
        public void note(String text) {}

        Map<String, Phase> end() {
            begin("", 0, "");
            return phases;
        }
    }

    /** All that was measured. */
    record Report(int messages, long bytes, int processors, List<Phase> phases) {
        String text() {
            StringBuilder out = new StringBuilder();
            line(
                    out,
                    "%,d messages, %,d MB, on %d processors (seed %d)",
                    messages,
                    bytes / 1_000_000,
                    processors,
                    messages);
            line(out, "");
            line(out, "%-34s %8s %8s %9s %11s", "", "seconds", "MB/s", "CPU s", "MB a CPU s");
            for (Phase phase : phases) {
                if (phase.messages() > 0) {
                    line(
                            out,
                            "%-34s %8.2f %8s %9s %11s",
                            phase.name(),
                            phase.seconds(),
                            phase.bytes() == 0 ? "" : "%.0f".formatted(phase.megabytesPerSecond()),
                            phase.cpuSeconds() == 0 ? "" : "%.1f".formatted(phase.cpuSeconds()),
                            phase.bytes() == 0 || phase.cpuSeconds() == 0
                                    ? ""
                                    : "%.0f".formatted(phase.megabytesPerCpuSecond()));
                }
            }
            List<Phase> beside =
                    phases.stream().filter(phase -> phase.live() != null).toList();
            if (beside.isEmpty()) {
                return out.toString();
            }
            line(out, "");
            line(
                    out,
                    "users: %d durable appends of 4 KiB and %d fetches a second; ms, and p99 as times that of users alone",
                    LiveLoad.APPENDS_A_SECOND,
                    LiveLoad.FETCHES_A_SECOND);
            line(
                    out,
                    "%-34s %8s %8s %8s %6s %10s %8s %8s %6s",
                    "",
                    "append",
                    "p99",
                    "most",
                    "",
                    "fetch",
                    "p99",
                    "most",
                    "");
            LiveLoad.Seen alone =
                    java.util.Objects.requireNonNull(beside.getFirst().live());
            for (Phase phase : beside) {
                LiveLoad.Seen seen = java.util.Objects.requireNonNull(phase.live());
                line(
                        out,
                        "%-34s %8.2f %8.2f %8.1f %5.1fx %10.2f %8.2f %8.1f %5.1fx",
                        phase.name(),
                        seen.append().p50(),
                        seen.append().p99(),
                        seen.append().most(),
                        seen.append().p99() / alone.append().p99(),
                        seen.fetch().p50(),
                        seen.fetch().p99(),
                        seen.fetch().most(),
                        seen.fetch().p99() / alone.fetch().p99());
            }
            return out.toString();
        }

        private static void line(StringBuilder out, String format, Object... values) {
            out.append(String.format(Locale.ROOT, format, values).stripTrailing())
                    .append('\n');
        }
    }
}

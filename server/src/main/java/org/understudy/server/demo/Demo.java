package org.understudy.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.message.DkimSigner;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.page.ValidationPage;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.StandardExaminer;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.cli.RunningServer;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;

/** Plays the disaster and the restore on a running server, act by act. Used once. */
final class Demo {
    private static final int LOST_MONTHS = 5;
    private static final int LONGEST_REASON = 120;
    private static final int PER_PERSON = 220;
    private static final long SEED = 20_260_527;

    private final RunningServer server;
    private final Workplace work;
    private final PasswordHash hashes;
    private final String password;
    private final Story story;
    private final Progress progress;
    private final Town town;

    Demo(RunningServer server, PasswordHash hashes, String password, Story story, Progress progress) {
        this.server = server;
        work = server.workplace();
        this.hashes = hashes;
        this.password = password;
        this.story = story;
        this.progress = progress;
        town = new Town(work.live());
    }

    /** A demonstration keeps its repository in a directory. */
    private Path repository() {
        Path format = work.repository().backend().localFile("format.json").orElseThrow();
        return format.resolveSibling("");
    }

    DemoFigures play(@Nullable Path maildir) throws IOException, InterruptedException {
        long start = System.nanoTime();
        story.act("Mail arrives");
        DemoFigures.Delivered delivered = maildir == null ? invent() : take(maildir);
        story.say(
                "%,d messages of %d users, %s, in %.1f s.",
                delivered.messages(), delivered.users(), Story.size(delivered.bytes()), delivered.millis() / 1e3);

        story.act(
                maildir == null
                        ? "A snapshot is taken, more mail arrives, and another is taken"
                        : "A snapshot is taken, and another");
        List<DemoFigures.Snapshot> snapshots = new ArrayList<>();
        snapshots.add(snapshot());
        if (maildir == null) {
            arriveLate();
        }
        snapshots.add(snapshot());
        String latest = snapshots.get(1).id();
        SnapshotView backup = SnapshotView.read(repository(), latest);

        story.act("Disaster: some users lose five months, and a disk of the backup rots");
        Set<String> losers = losers(backup);
        Set<YearMonth> months = lostMonths(backup, losers);
        List<Town.Body> doomed = town.bodies(losers, months);
        DemoFigures.Lost lost = lose(losers, months, backup);
        Rot.Damage damage = Rot.flip(repository(), backup, doomed);
        story.say("%d single bits have flipped in one file of the repository: %s.", damage.bits(), damage.object());
        DemoFigures.Rotten rotten = rotten(damage, latest);

        story.act("The restore is staged in a shadow; no user sees any of it");
        DemoFigures.Staged staged = stage(latest, losers);
        String id = restoreId;

        story.act("Preview: exactly what a merge would do");
        DemoFigures.Preview preview = preview(id);

        story.act("Approved and merged, while the server serves");
        DemoFigures.Merged merged = merge(id, preview.planHash(), losers);

        story.act("Taken back: undo");
        DemoFigures.Undone undone = undo(id, losers);

        story.act("And merged again");
        DemoFigures.Merged again = merge(id, preview(id).planHash(), losers);
        long missing = lost.messages() - again.added();
        if (missing > 0) {
            story.say(
                    "%,d of the %,d lost messages are still missing: the backup's own copies have rotted. They are"
                            + " named above and in the report.",
                    missing, lost.messages());
        }
        Path page = work.restores().resolve(id).resolve("report.html");
        ValidationPage.write(RestoreJson.read(Files.readString(reportFile), ValidationReport.class), page);
        return new DemoFigures(
                delivered,
                snapshots,
                lost,
                rotten,
                staged,
                preview,
                merged,
                undone,
                again,
                id,
                page.toString(),
                millisSince(start));
    }

    private String restoreId = "";
    private Path reportFile = Path.of("");

    private DemoFigures.Delivered invent() throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (SampleMail.Person person : SampleMail.PEOPLE) {
            account(person.user());
        }
        int year = year();
        List<SampleMail.Item> mail =
                SampleMail.between(LocalDate.of(year, 1, 1), LocalDate.of(year, 6, 15), PER_PERSON, SEED, signer());
        return new DemoFigures.Delivered(SampleMail.PEOPLE.size(), mail.size(), deliver(mail), millisSince(start));
    }

    private int year() {
        LocalDate today = LocalDate.ofInstant(work.clock().instant(), ZoneOffset.UTC);
        return today.getMonthValue() > 7 ? today.getYear() : today.getYear() - 1;
    }

    /** Two more weeks for everybody, so that the snapshots differ. */
    private void arriveLate() throws IOException {
        int year = year();
        deliver(SampleMail.between(LocalDate.of(year, 6, 15), LocalDate.of(year, 7, 1), 24, SEED + 1, signer()));
    }

    private long deliver(List<SampleMail.Item> mail) throws IOException {
        long bytes = 0;
        for (SampleMail.Item item : mail) {
            town.deliver(item.user(), item.mailbox(), item.date(), item.flags(), item.content());
            bytes += item.content().size();
        }
        town.settle();
        return bytes;
    }

    private DemoFigures.Delivered take(Path maildir) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Set<String> users = new TreeSet<>();
        long[] sums = new long[3];
        try (BackupSource source = Sources.open(maildir)) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message) {
                    String user = message.mailbox().user();
                    if (users.add(user)) {
                        account(user);
                    }
                    town.deliver(
                            user, message.mailbox().name(), message.internalDate(), message.flags(), message.content());
                    sums[0]++;
                    sums[1] += message.content().size();
                } else if (item instanceof SourceItem.Unreadable) {
                    sums[2]++;
                }
            });
        }
        town.settle();
        if (sums[0] == 0) {
            throw new OperatorException(
                    Reason.SOURCE,
                    maildir + " holds no message that can be read",
                    "Give --maildir a Maildir, or a folder of users' Maildirs.");
        }
        if (sums[2] > 0) {
            story.say("%,d items of %s cannot be read and were left out.", sums[2], maildir);
        }
        return new DemoFigures.Delivered(users.size(), sums[0], sums[1], millisSince(start));
    }

    private void account(String user) {
        work.live()
                .accounts()
                .add(
                        user,
                        hashes.hash(password.toCharArray()),
                        ScramAccounts.keysOf(password.toCharArray(), new SecureRandom()),
                        new Author.Housekeeping("demo"));
    }

    private static DkimSigner signer() {
        try {
            KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
            keys.initialize(2048, new SecureRandom());
            return new DkimSigner(
                    SampleMail.signingDomain(), "demo", keys.generateKeyPair().getPrivate());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private DemoFigures.Snapshot snapshot() throws InterruptedException {
        TakeSnapshot.Result taken = run(new TakeSnapshot(), new TakeSnapshot.Request(false));
        story.say(
                "Snapshot %s: %,d messages, %s copied, %s reused, each file hashed, read back and signed.",
                taken.id(), taken.messages(), Story.size(taken.bytesCopied()), Story.size(taken.bytesReused()));
        return new DemoFigures.Snapshot(
                taken.id(),
                taken.messages(),
                taken.files(),
                taken.bytesCopied(),
                taken.bytesReused(),
                taken.durationMillis());
    }

    /** A quarter of the users, those with most mail first among the even ones, so that the choice is always the same. */
    private static Set<String> losers(SnapshotView backup) {
        int count = Math.max(1, backup.census().size() / 4);
        Comparator<Map.Entry<String, SortedMap<YearMonth, Long>>> byMail = Comparator.comparingLong(
                e -> e.getValue().values().stream().mapToLong(Long::longValue).sum());
        return new TreeSet<>(backup.census().entrySet().stream()
                .sorted(byMail.reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(count)
                .map(Map.Entry::getKey)
                .toList());
    }

    /** The first five months in which one of these users has mail. */
    private static Set<YearMonth> lostMonths(SnapshotView backup, Set<String> losers) {
        TreeSet<YearMonth> months = new TreeSet<>();
        losers.forEach(user -> months.addAll(backup.of(user).keySet()));
        return new TreeSet<>(months.stream().limit(LOST_MONTHS).toList());
    }

    private DemoFigures.Lost lose(Set<String> losers, Set<YearMonth> months, SnapshotView backup)
            throws InterruptedException {
        long lost = town.lose(losers, months);
        SortedMap<String, SortedMap<YearMonth, Long>> live = town.census();
        story.say("%,d messages are gone. Messages by user and month, now / in the last snapshot:", lost);
        story.table(live, backup.census());
        SortedMap<String, SortedMap<String, Long>> gone = new TreeMap<>();
        for (String user : losers) {
            SortedMap<String, Long> byMonth = new TreeMap<>();
            backup.of(user).forEach((month, count) -> {
                long left = live.getOrDefault(user, new TreeMap<>()).getOrDefault(month, 0L);
                if (left < count) {
                    byMonth.put(month.toString(), count - left);
                }
            });
            gone.put(user, byMonth);
        }
        String headline = run(new FindLoss(), FindLoss.Request.all()).headline();
        story.say("'understudy loss' says: %s", headline);
        return new DemoFigures.Lost(List.copyOf(losers), lost, gone, headline);
    }

    private DemoFigures.Rotten rotten(Rot.Damage damage, String snapshot) throws InterruptedException {
        VerifyRepository.Result verified =
                run(new VerifyRepository(), new VerifyRepository.Request(true, List.of(snapshot)));
        List<String> named = new ArrayList<>();
        long messages = 0;
        for (RepositoryFinding finding : verified.findings()) {
            for (RepositoryFinding.Affected affected : finding.affected()) {
                named.add(affected.user() + " " + affected.mailbox() + " UID " + affected.uids());
                messages += affected.messages();
            }
        }
        story.say("'repo verify --full' finds it: %,d messages of the snapshot cannot be read any more:", messages);
        story.list(named);
        return new DemoFigures.Rotten(damage.object(), damage.bits(), messages, named);
    }

    private DemoFigures.Staged stage(String snapshot, Set<String> losers) throws InterruptedException {
        long start = System.nanoTime();
        StageRestore stage =
                new StageRestore(new StandardSources(), new StandardExaminer(), new SecureRandom(), Steps.UNWATCHED);
        StageRestore.Result staged =
                run(stage, new StageRestore.Request("", "", StandardSources.SNAPSHOT + snapshot, Map.of(), losers, 0));
        restoreId = staged.id();
        story.say("%s: %s.", staged.id(), staged.totals().text());
        ValidateRestore.Result valid =
                run(new ValidateRestore(Steps.UNWATCHED), new ValidateRestore.Request(staged.id()));
        reportFile = Path.of(valid.reportFile());
        story.say("%s", valid.conclusion());
        List<String> unsound = valid.unsound().stream()
                .map(u -> u.verdict() + ": " + u.user() + " " + u.mailbox() + (u.uid() > 0 ? " UID " + u.uid() : "")
                        + " (" + shortened(String.join("; ", u.why())) + ")")
                .toList();
        story.list(unsound);
        return new DemoFigures.Staged(staged.totals(), valid.totals(), valid.conclusion(), unsound, millisSince(start));
    }

    private static String shortened(String why) {
        return why.length() <= LONGEST_REASON ? why : why.substring(0, LONGEST_REASON) + "…";
    }

    private DemoFigures.Preview preview(String id) throws InterruptedException {
        PreviewRestore.Result plan = run(new PreviewRestore(Steps.UNWATCHED), PreviewRestore.Request.of(id));
        story.say(
                "%,d messages of the shadow: %,d to add, %,d to quarantine, %,d left out. Plan %s.",
                plan.totals().messages(),
                plan.totals().add(),
                plan.totals().quarantine(),
                plan.totals().messages() - plan.totals().add() - plan.totals().quarantine(),
                plan.hash().substring(0, 16));
        plan.totals().skipped().forEach((reason, count) -> story.say("  left out: %,d, %s", count, reason.text()));
        return new DemoFigures.Preview(plan.hash(), plan.totals());
    }

    private DemoFigures.Merged merge(String id, String hash, Set<String> losers)
            throws IOException, InterruptedException {
        run(new ApproveRestore(Steps.UNWATCHED), new ApproveRestore.Request(id, hash, "demo engineer"));
        MergeRestore.Result merged = run(new MergeRestore(Steps.UNWATCHED), new MergeRestore.Request(id, 0, true));
        var receipt = merged.receipt();
        story.say(
                "%,d messages merged in %.1f s; read back from the live store: %,d equal, %,d different.",
                receipt.added(),
                merged.millis() / 1e3,
                receipt.proof().equal(),
                receipt.proof().different().size());
        story.say(
                "Everybody else: %,d of %,d mailboxes of %,d users compared message by message, %,d changed.",
                receipt.untouched().same(),
                receipt.untouched().others(),
                receipt.untouched().users(),
                receipt.untouched().changed().size());
        story.say(
                "Proof from the store's log, signed: %s; %,d of %,d planned keys written, %,d by nobody's plan.",
                merged.proof().verdict().word(),
                merged.proof().written(),
                merged.proof().planned(),
                merged.proof().strays());
        return new DemoFigures.Merged(
                receipt.planned(),
                receipt.added(),
                receipt.proof().equal(),
                receipt.proof().different().size(),
                receipt.untouched(),
                merged.proof().holds(),
                seen(losers),
                merged.millis());
    }

    private DemoFigures.Undone undo(String id, Set<String> losers) throws IOException, InterruptedException {
        UndoRestore.Result undone = run(new UndoRestore(Steps.UNWATCHED), new UndoRestore.Request(id));
        story.say(
                "%,d of %,d merged messages taken out again, %,d left because their users had touched them.",
                undone.report().expunged(),
                undone.report().added(),
                undone.report().touched().size());
        return new DemoFigures.Undone(undone.report(), seen(losers), undone.millis());
    }

    /** What a mail program of each user counts, over IMAPS. */
    private Map<String, Long> seen(Set<String> users) throws IOException {
        Map<String, Long> seen = new LinkedHashMap<>();
        for (String user : users) {
            try (MailProgram program = MailProgram.connect(imaps(), certificate())) {
                program.login(user, password);
                seen.put(user, program.messages());
            }
        }
        story.say("Their mail programs count, over IMAPS: %s", seen);
        return seen;
    }

    InetSocketAddress imaps() {
        return server.status().listeners().stream()
                .filter(l -> l.name().equals("imaps"))
                .findFirst()
                .map(l -> new InetSocketAddress(l.host(), l.port()))
                .orElseThrow(() -> new IllegalStateException("the demo needs IMAPS"));
    }

    Path certificate() {
        return work.dataFolder().resolve(ImapServices.CERTIFICATE);
    }

    private <Q, R> R run(Operation<Q, R> operation, Q request) throws InterruptedException {
        return operation.run(request, work, progress);
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}

package org.understudy.restore.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.LiveView;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.OneAtATime;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.BodySums;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * Reads every body of a shadow again, compares it with the digest that was taken from the source, and adds up the
 * verdicts. A body that differs makes its message damaged, in the shadow too. Before that, messages are compared with each
 * other, and what that says becomes part of their evidence. Used once.
 *
 * <p>Bodies are read on as many threads as there are processors, in chunks; evidence is compared and written on the
 * caller's thread alone, in the order of UIDs.
 */
public final class ShadowValidator implements AutoCloseable {
    /** Name of the finding for a body that the shadow no longer holds as it was replayed. */
    public static final String CHECK = "shadow-digest";

    private static final int ROWS = 1_000;

    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("yyyy-MM", Locale.ROOT).withZone(ZoneOffset.UTC);

    private record Cell(SourceMailbox mailbox, String month) {}

    private final ShadowStore shadow;
    private final LiveView live;
    private final LocalUsers users;
    private final Courtesy courtesy;
    private final Pace pace;
    private final OneAtATime turn;
    private final Steps steps;
    private final Progress progress;
    private final ExecutorService readers = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("reread-", 0).factory());
    private final Queue<BodySums> idle = new ConcurrentLinkedQueue<>();
    private final Map<Cell, VerdictCounts> cells =
            new TreeMap<>(Comparator.comparing(Cell::mailbox).thenComparing(Cell::month));
    private final Map<String, Long> findings = new TreeMap<>();
    private final Map<String, Long> takenFrom = new TreeMap<>();
    private final List<ValidationReport.Unsound> unsound = new ArrayList<>();
    private final List<ValidationReport.Unsound> contaminated = new ArrayList<>();
    private final List<JournalRow> changed = new ArrayList<>();
    private long compared;
    private long reread;
    private long bytes;
    private long different;

    /**
     * @param live tells which messages live has already; no more is read of it
     * @param users of the live store, whom addresses in the mail may mean
     * @param courtesy how fast to read
     */
    public ShadowValidator(
            ShadowStore shadow, LiveView live, LocalUsers users, Courtesy courtesy, Steps steps, Progress progress) {
        this.shadow = shadow;
        this.live = live;
        this.users = users;
        this.courtesy = courtesy;
        this.pace = new Pace(courtesy);
        this.turn = new OneAtATime(courtesy);
        this.steps = steps;
        this.progress = progress;
    }

    public ValidationReport validate(String restoreId, String source, Instant at) throws InterruptedException {
        ReplayTotals replay = shadow.totals();
        progress.begin("comparing messages", -1, "messages");
        try (Comparison comparison = Comparison.of(shadow, users)) {
            compared = comparison.messages();
            progress.begin("reading the shadow", replay.replayed(), "messages");
            for (ShadowMailbox mailbox : shadow.mailboxes()) {
                validate(mailbox, comparison);
            }
        }
        for (ItemOutcome outcome : shadow.outcomes()) {
            if (outcome.bin() == ItemOutcome.Bin.UNREADABLE) {
                SourceMailbox mailbox = outcome.mailbox() == null ? new SourceMailbox("", "") : outcome.mailbox();
                cells.merge(new Cell(mailbox, ""), VerdictCounts.ofUnreadable(), VerdictCounts::plus);
                unsound.add(new ValidationReport.Unsound(
                        mailbox.user(), mailbox.name(), 0, outcome.path(), null, outcome.why(), List.of()));
            }
        }
        List<ValidationReport.Row> rows = new ArrayList<>();
        cells.forEach((cell, counts) -> rows.add(
                new ValidationReport.Row(cell.mailbox().user(), cell.mailbox().name(), cell.month(), counts)));
        VerdictCounts totals = cells.values().stream().reduce(VerdictCounts.NONE, VerdictCounts::plus);
        return new ValidationReport(
                restoreId,
                source,
                at,
                replay,
                totals,
                reread,
                bytes,
                different,
                rows,
                findings,
                unsound,
                compared,
                contaminated,
                takenFrom);
    }

    private void validate(ShadowMailbox mailbox, Comparison comparison) throws InterruptedException {
        List<MessageFacts> messages = new ArrayList<>();
        shadow.store().messages().scan(mailbox.id(), 1, 0xFFFF_FFFFL, messages::add);
        List<Future<Read>> reads = new ArrayList<>(messages.size());
        for (MessageFacts facts : messages) {
            pace.await(facts.size());
            reads.add(readers.submit(() -> turn.run(() -> read(facts.body()))));
        }
        Map<Long, Evidence> evidence = new HashMap<>();
        shadow.evidence(mailbox.id(), evidence::put);
        if (messages.size() != evidence.size()) {
            throw new IllegalStateException("shadow mailbox " + mailbox.source() + " holds " + messages.size()
                    + " messages and evidence for " + evidence.size());
        }
        Set<Digest> there = liveDigests(mailbox.source());
        for (int i = 0; i < messages.size(); i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading the shadow");
            }
            MessageFacts facts = messages.get(i);
            Evidence known = evidence.get(facts.uid());
            if (known == null) {
                throw new IllegalStateException(
                        "shadow message " + mailbox.id() + "/" + facts.uid() + " has no evidence");
            }
            boolean isLive = there.contains(facts.digest());
            Evidence read = reread(facts, comparison.revised(known), done(reads.get(i)));
            Evidence now = isLive ? LiveCopies.heard(read) : read;
            if (!now.equals(known)) {
                changed.add(shadow.evidenceRow(mailbox.id(), facts.uid(), now));
                if (changed.size() == ROWS) {
                    writeChanged();
                }
            }
            count(mailbox, facts.uid(), now, isLive);
            progress.advance(reread, bytes);
        }
        writeChanged();
    }

    private void writeChanged() {
        if (!changed.isEmpty()) {
            shadow.store().journal().write(changed, shadow.author());
            changed.clear();
            steps.passed(Steps.Step.EVIDENCE_CHANGED);
        }
    }

    private Set<Digest> liveDigests(SourceMailbox mailbox) {
        return courtesy.own(() -> {
            Set<Digest> digests = new HashSet<>();
            live.mailbox(mailbox.user(), mailbox.name())
                    .ifPresent(box -> live.messages(box).forEach(message -> digests.add(message.digest())));
            return digests;
        });
    }

    /** What reading a body gave: its sum, or why there is none. */
    private record Read(BodySums.@Nullable Sum sum, String why) {}

    private Read read(BodyId body) {
        BodySums spare = idle.poll();
        BodySums sums = spare == null ? shadow.store().bodies().sums() : spare;
        try {
            return new Read(sums.of(body), "");
        } catch (CorruptionException e) {
            return new Read(null, String.valueOf(e.getMessage()));
        } finally {
            idle.add(sums);
        }
    }

    private static Read done(Future<Read> read) throws InterruptedException {
        try {
            return read.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException("reading the shadow failed", e.getCause());
        }
    }

    private Evidence reread(MessageFacts facts, Evidence known, Read read) {
        reread++;
        String fault = fault(facts, known, read);
        if (fault == null
                || known.findings().stream().anyMatch(one -> one.check().equals(CHECK))) {
            return known;
        }
        return known.with(
                new Finding(CHECK, Finding.Strength.CONTRADICTION, new Finding.Place.Whole(), fault), Verdict.DAMAGED);
    }

    private @Nullable String fault(MessageFacts facts, Evidence known, Read read) {
        BodySums.Sum found = read.sum();
        if (found == null) {
            different++;
            return "the shadow's copy cannot be read: " + read.why();
        }
        bytes += found.size();
        if (found.digest().equals(known.digest()) && facts.digest().equals(known.digest())) {
            return null;
        }
        different++;
        return "the source's digest was " + known.digest() + ", the shadow holds " + found.digest() + " under "
                + facts.digest();
    }

    private void countSource(Evidence evidence) {
        evidence.takenFrom().ifPresent(from -> takenFrom.merge(from.source(), 1L, Long::sum));
    }

    private void count(ShadowMailbox mailbox, long uid, Evidence evidence, boolean isLive) {
        cells.merge(
                new Cell(mailbox.source(), MONTH.format(evidence.internalDate())),
                VerdictCounts.of(evidence.verdict(), isLive),
                VerdictCounts::plus);
        countSource(evidence);
        for (Finding finding : evidence.findings()) {
            findings.merge(finding.check() + " " + finding.strength().word(), 1L, Long::sum);
        }
        if (Relation.contaminated(evidence.findings())) {
            contaminated.add(new ValidationReport.Unsound(
                    mailbox.source().user(),
                    mailbox.source().name(),
                    uid,
                    evidence.path(),
                    evidence.verdict(),
                    "",
                    Relation.contaminating(evidence.findings())));
        }
        if (evidence.verdict() == Verdict.SUSPECT || evidence.verdict() == Verdict.DAMAGED) {
            unsound.add(new ValidationReport.Unsound(
                    mailbox.source().user(),
                    mailbox.source().name(),
                    uid,
                    evidence.path(),
                    evidence.verdict(),
                    "",
                    evidence.findings()));
        }
    }

    /** Ends the reading; what is under way is left to end by itself. */
    @Override
    public void close() {
        readers.shutdownNow();
    }
}

package org.understudy.restore.report;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.LiveView;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * Reads every body of a shadow again, compares it with the digest that was taken from the source, and adds up the
 * verdicts. A body that differs makes its message damaged, in the shadow too. Before that, messages are compared with each
 * other, and what that says becomes part of their evidence. Used once.
 */
public final class ShadowValidator {
    /** Name of the finding for a body that the shadow no longer holds as it was replayed. */
    public static final String CHECK = "shadow-digest";

    private static final int ROWS = 1_000;

    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("yyyy-MM", Locale.ROOT).withZone(ZoneOffset.UTC);

    private record Cell(SourceMailbox mailbox, String month) {}

    private final ShadowStore shadow;
    private final LiveView live;
    private final LocalUsers users;
    private final Steps steps;
    private final Progress progress;
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

    /** Tells addresses of no other users than those of the source. */
    public ShadowValidator(ShadowStore shadow, LiveView live, Steps steps, Progress progress) {
        this(shadow, live, new LocalUsers(List.of()), steps, progress);
    }

    /**
     * @param live tells which messages live has already; no more is read of it
     * @param users of the live store, whom addresses in the mail may mean
     */
    public ShadowValidator(ShadowStore shadow, LiveView live, LocalUsers users, Steps steps, Progress progress) {
        this.shadow = shadow;
        this.live = live;
        this.users = users;
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
        Map<Long, Evidence> evidence = new HashMap<>();
        shadow.evidence(mailbox.id(), evidence::put);
        List<MessageFacts> messages = new ArrayList<>();
        shadow.store().messages().scan(mailbox.id(), 1, 0xFFFF_FFFFL, messages::add);
        if (messages.size() != evidence.size()) {
            throw new IllegalStateException("shadow mailbox " + mailbox.source() + " holds " + messages.size()
                    + " messages and evidence for " + evidence.size());
        }
        Set<Digest> there = liveDigests(mailbox.source());
        for (MessageFacts facts : messages) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading the shadow");
            }
            Evidence known = evidence.get(facts.uid());
            if (known == null) {
                throw new IllegalStateException(
                        "shadow message " + mailbox.id() + "/" + facts.uid() + " has no evidence");
            }
            boolean isLive = there.contains(facts.digest());
            Evidence read = reread(facts, comparison.revised(known));
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
        Set<Digest> digests = new HashSet<>();
        live.mailbox(mailbox.user(), mailbox.name())
                .ifPresent(box -> live.messages(box).forEach(message -> digests.add(message.digest())));
        return digests;
    }

    private Evidence reread(MessageFacts facts, Evidence known) {
        reread++;
        String fault = fault(facts, known);
        if (fault == null
                || known.findings().stream().anyMatch(one -> one.check().equals(CHECK))) {
            return known;
        }
        return known.with(
                new Finding(CHECK, Finding.Strength.CONTRADICTION, new Finding.Place.Whole(), fault), Verdict.DAMAGED);
    }

    private @Nullable String fault(MessageFacts facts, Evidence known) {
        try {
            Digest found = digest(facts.body());
            if (found.equals(known.digest()) && facts.digest().equals(known.digest())) {
                return null;
            }
            different++;
            return "the source's digest was " + known.digest() + ", the shadow holds " + found + " under "
                    + facts.digest();
        } catch (CorruptionException e) {
            different++;
            return "the shadow's copy cannot be read: " + e.getMessage();
        }
    }

    private Digest digest(BodyId body) {
        try {
            byte[] content = shadow.store().bodies().read(body);
            bytes += content.length;
            return Digest.of(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
}

package org.understudy.restore.repository.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.Logbook.Reach;
import org.understudy.restore.repository.Refusal;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.SignatureCheck;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Which moments a repository can give back, and from what. Made from heads; contents are read when they are used. */
public final class LogHistory {
    private final LogFiles files;
    private final List<Stretch> stretches;
    private final List<Based> based = new ArrayList<>();
    private final List<RepositoryFinding> findings;

    /** A snapshot with the stretch that goes on from it. */
    private record Based(Bases.Base base, Instant time, Stretch stretch) {}

    private LogHistory(LogFiles files, LogChain chain) {
        this.files = files;
        this.stretches = chain.stretches();
        this.findings = new ArrayList<>(chain.findings());
    }

    /** @param keys the keys folder of this machine */
    public static LogHistory read(Repository repository, Path keys) throws InterruptedException {
        LogFiles files = LogFiles.of(repository);
        try {
            LogChain chain = LogChain.read(
                    repository,
                    files,
                    new SignatureCheck(repository, TrustedKeys.load(keys)),
                    ArchivePin.read(keys, repository.id()));
            LogHistory history = new LogHistory(files, chain);
            history.relate(Bases.of(repository, keys).all());
            return history;
        } catch (IOException e) {
            throw Refusal.io("reading", files.location(), e);
        }
    }

    private void relate(List<Bases.Base> bases) throws IOException, InterruptedException {
        for (Bases.Base base : bases) {
            relate(base);
        }
        based.sort(Comparator.comparing(Based::time)
                .thenComparingLong(one -> one.base().number()));
        for (Stretch stretch : stretches) {
            LogHead head = stretch.first();
            if (head.number() == head.line() && head.start().reason() != LogHead.Reason.FIRST) {
                findings.add(Findings.gap(
                        stretch.segments().getFirst().name(),
                        head,
                        based.stream()
                                .filter(one -> one.stretch().line() == head.line())
                                .map(Based::time)
                                .findFirst()
                                .orElse(null)));
            }
        }
    }

    /** A snapshot belongs to the newest line that it can be of. */
    private void relate(Bases.Base base) throws IOException, InterruptedException {
        long line = -1;
        for (Stretch stretch : stretches.reversed()) {
            if (line < 0 && stretch.isLineOf(base)) {
                line = stretch.line();
            }
            if (stretch.line() == line && stretch.covers(base)) {
                based.add(new Based(base, stretch.timeOf(base, files), stretch));
                return;
            }
        }
        if (line >= 0) {
            lostAfter(base, line);
        }
    }

    /** Segments at the beginning are gone, though the snapshot that needs them is there. */
    private void lostAfter(Bases.Base base, long line) {
        for (Stretch stretch : stretches) {
            if (stretch.line() == line && base.sequence() < stretch.first().firstSequence() - 1) {
                boolean first = stretches.getFirst().equals(stretch);
                if (first) {
                    Instant at = stretch.first().firstAt();
                    findings.add(Findings.notAfter(
                            base.id(), at == null ? stretch.first().upTo() : at));
                }
                return;
            }
        }
    }

    /** What is wrong with the log as far as heads and sizes tell, and its gaps. */
    public List<RepositoryFinding> findings() {
        return List.copyOf(findings);
    }

    /**
     * Damage, gaps and losses behind the segments that go on from a snapshot: the reason why no way leads from it to the
     * log's end. Where none goes on from it, behind those that go on from any.
     */
    public List<RepositoryFinding> brokenAfter(String snapshot) {
        boolean goesOn = based.stream().anyMatch(one -> one.base().id().equals(snapshot));
        long last = based.stream()
                .filter(one -> !goesOn || one.base().id().equals(snapshot))
                .mapToLong(one -> one.stretch().last().number())
                .max()
                .orElse(-1);
        return findings.stream()
                .filter(finding -> finding.snapshot().isEmpty()
                        ? number(finding) > last
                        : finding.snapshot().equals(snapshot))
                .toList();
    }

    private static long number(RepositoryFinding finding) {
        return SegmentFile.number(finding.file().substring(LogFiles.FOLDER.length()))
                .orElseThrow(() -> new IllegalStateException(finding.file() + " is not a segment"));
    }

    /** In the order of time. */
    public List<Reach> reaches() {
        List<Reach> reaches = new ArrayList<>();
        for (Stretch stretch : stretches) {
            based.stream()
                    .filter(one -> one.stretch().equals(stretch))
                    .findFirst()
                    .filter(one -> !one.time().isAfter(stretch.upTo()))
                    .ifPresent(one -> reaches.add(
                            new Reach(one.time(), stretch.upTo(), one.base().id())));
        }
        return reaches;
    }

    /** Segments in the order of their numbers. */
    List<Stretch> stretches() {
        return stretches;
    }

    LogFiles files() {
        return files;
    }

    /** A snapshot, and the segments that go on from it. */
    record Way(String snapshot, long sequence, Stretch stretch) {}

    /**
     * The ways to a moment, the shortest first; at least one.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if it cannot be reached, saying which can
     */
    List<Way> to(Instant moment) {
        List<Way> ways = based.reversed().stream()
                .filter(one -> !one.time().isAfter(moment)
                        && !moment.isAfter(one.stretch().upTo()))
                .map(one -> new Way(one.base().id(), one.base().sequence(), one.stretch()))
                .toList();
        if (ways.isEmpty()) {
            throw unreachable(moment);
        }
        return ways;
    }

    private OperatorException unreachable(Instant moment) {
        List<Reach> reaches = reaches();
        if (reaches.isEmpty()) {
            return new OperatorException(
                    Reason.NOT_FOUND,
                    "no moment can be reached in this repository: it has "
                            + (stretches.isEmpty() ? "no log" : "no snapshot from which its log goes on"),
                    stretches.isEmpty()
                            ? "The running server carries its log there; 'understudy repo archive' does so by hand."
                            : "Run 'understudy snapshot'. From it on every second can be reached.");
        }
        @Nullable Reach before = null;
        @Nullable Reach after = null;
        for (Reach reach : reaches) {
            if (reach.to().isBefore(moment)) {
                before = reach;
            } else if (after == null) {
                after = reach;
            }
        }
        String why = before == null
                ? "it is before the first moment that can"
                : after == null ? "it is after the last moment that can" : "it lies in a gap of the log";
        String hint = (before == null ? "" : "The last one before it is " + Words.second(before.to()) + ". ")
                + (after == null ? "" : "The first one after it is " + Words.nextSecond(after.from()) + ". ")
                + "Moments that can be reached: " + text(reaches) + ".";
        return new OperatorException(Reason.NOT_FOUND, moment + " cannot be reached: " + why, hint);
    }

    private static String text(List<Reach> reaches) {
        return reaches.stream()
                .map(reach -> Words.nextSecond(reach.from()) + " to " + Words.second(reach.to()))
                .collect(Collectors.joining(", "));
    }
}

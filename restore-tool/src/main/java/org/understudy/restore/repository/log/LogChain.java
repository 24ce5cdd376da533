package org.understudy.restore.repository.log;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.SignatureCheck;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.log.Stretch.Segment;

/**
 * All segments of a repository in their order, as far as their heads tell: each names the one before it and that one's
 * SHA-256, so that none can be changed, swapped or left out without the next one showing it. Contents are not read.
 */
final class LogChain {
    private final Repository repository;
    private final LogFiles files;
    private final SignatureCheck check;
    private final List<Stretch> stretches = new ArrayList<>();
    private final List<RepositoryFinding> findings = new ArrayList<>();
    private final List<Segment> open = new ArrayList<>();
    private final List<Unsound> unsound = new ArrayList<>();
    private @Nullable Segment before;

    /** A file that is not the segment that its name says. */
    private record Unsound(
            String name,
            long number,
            RepositoryFinding.Kind kind,
            String expected,
            String found,
            @Nullable LogHead head) {}

    private LogChain(Repository repository, LogFiles files, SignatureCheck check) {
        this.repository = repository;
        this.files = files;
        this.check = check;
    }

    static LogChain read(Repository repository, LogFiles files, SignatureCheck check, Optional<ArchivePin> pin)
            throws IOException {
        LogChain chain = new LogChain(repository, files, check);
        for (LogFiles.Entry entry : files.list()) {
            OptionalLong number = SegmentFile.number(entry.name());
            if (number.isPresent()) {
                chain.add(entry, number.getAsLong());
            }
        }
        chain.end(pin);
        return chain;
    }

    /** In their order; between two of them moments cannot be reached by the log. */
    List<Stretch> stretches() {
        return List.copyOf(stretches);
    }

    List<RepositoryFinding> findings() {
        return List.copyOf(findings);
    }

    private void add(LogFiles.Entry entry, long number) throws IOException {
        try {
            SegmentFile.Signed signed = SegmentFile.head(files, entry.name());
            LogHead head = signed.head();
            if (head.number() != number) {
                unsound(
                        entry,
                        number,
                        RepositoryFinding.Kind.LOG_REPLACED,
                        "segment " + number,
                        "segment " + head.number(),
                        null);
            } else if (!head.repositoryId().equals(repository.id())) {
                unsound(
                        entry,
                        number,
                        RepositoryFinding.Kind.LOG_REPLACED,
                        "repository id " + repository.id(),
                        "a segment of repository " + head.repositoryId(),
                        null);
            } else {
                Trust trust = check.weigh(head.signingKey(), signed.bytes(), signed.signature());
                if (trust == Trust.NONE) {
                    unsound(
                            entry,
                            number,
                            RepositoryFinding.Kind.LOG_DAMAGED,
                            "a head that key " + head.signingKey() + " signed",
                            "another head, another signature, or a key that nobody has",
                            null);
                } else if (signed.size() != entry.size()) {
                    unsound(
                            entry,
                            number,
                            RepositoryFinding.Kind.LOG_DAMAGED,
                            signed.size() + " bytes",
                            entry.size() + " bytes",
                            head);
                } else {
                    sound(new Segment(entry.name(), signed, trust));
                }
            }
        } catch (SegmentFile.DamagedException e) {
            unsound(entry, number, RepositoryFinding.Kind.LOG_DAMAGED, e.expected(), e.found(), null);
        }
    }

    private void unsound(
            LogFiles.Entry entry,
            long number,
            RepositoryFinding.Kind kind,
            String expected,
            String found,
            @Nullable LogHead head) {
        unsound.add(new Unsound(entry.name(), number, kind, expected, found, head));
    }

    private void sound(Segment segment) {
        LogHead head = segment.head();
        LogHead.Previous named = head.predecessor();
        Segment last = before;
        boolean begins = head.line() == head.number();
        boolean goesOn = false;
        if (last != null && named != null) {
            LogHead previous = last.head();
            boolean same = named.number() == previous.number()
                    && named.headSha256().equals(last.signed().sha256());
            goesOn = same
                    && !begins
                    && head.line() == previous.line()
                    && head.storeId().equals(previous.storeId())
                    && head.storeLine().equals(previous.storeLine())
                    && head.firstSequence() == previous.lastSequence() + 1;
            if (named.number() == previous.number() && !same) {
                findings.add(Findings.replaced(last.name(), named, last.signed().sha256(), segment.name()));
            } else if (same && !begins && !goesOn) {
                findings.add(Findings.notInARow(segment.name(), previous, head));
            }
        }
        report(last, segment, named);
        if (!goesOn) {
            endStretch();
        }
        open.add(segment);
        before = segment;
    }

    /** What lies between two sound segments. */
    private void report(@Nullable Segment last, @Nullable Segment next, LogHead.@Nullable Previous named) {
        Instant from = last == null ? null : last.head().upTo();
        Instant to = next == null
                ? null
                : next.head().firstAt() == null
                        ? next.head().upTo()
                        : next.head().firstAt();
        for (Unsound one : unsound) {
            LogHead.Previous known = named != null && named.number() == one.number() ? named : null;
            LogHead own = one.head();
            findings.add(Findings.damaged(
                    one.kind(),
                    one.name(),
                    one.expected(),
                    one.found(),
                    own != null && own.firstAt() != null ? own.firstAt() : from,
                    to,
                    own != null ? own.users() : known == null ? null : known.users()));
        }
        if (last != null && named != null) {
            for (long number = last.head().number() + 1; number <= named.number(); number++) {
                long missing = number;
                if (unsound.stream().noneMatch(one -> one.number() == missing)) {
                    findings.add(Findings.missing(
                            SegmentFile.name(number), from, to, number == named.number() ? named.users() : null));
                }
            }
        }
        unsound.clear();
    }

    private void endStretch() {
        if (!open.isEmpty()) {
            stretches.add(new Stretch(open, open.getLast().head().upTo()));
            open.clear();
        }
    }

    private void end(Optional<ArchivePin> pin) {
        Segment last = before;
        report(last, null, null);
        endStretch();
        if (pin.isEmpty()) {
            return;
        }
        if (last != null && last.signed().sha256().equals(pin.get().headSha256())) {
            stretches.set(
                    stretches.size() - 1, stretches.getLast().upTo(pin.get().upTo()));
        } else if (last == null || last.head().number() < pin.get().number()) {
            findings.add(Findings.newestMissing(
                    SegmentFile.name(pin.get().number()),
                    last == null ? null : last.head().upTo(),
                    pin.get().upTo()));
        }
    }
}

package org.understudy.restore.repository.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.Logbook;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.Refusal;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.RepositoryShare;

/** The log in a repository, for listing, verifying and pruning. */
public final class KeptLog implements Logbook, RepositoryShare {
    @Override
    public Moments moments(Repository repository, Path keys) throws InterruptedException {
        LogHistory history = LogHistory.read(repository, keys);
        return new Moments(
                history.reaches(),
                history.findings().stream()
                        .filter(finding -> finding.kind().damage())
                        .toList());
    }

    @Override
    public Checked check(Repository repository, Path keys, LongPredicate read, Progress progress)
            throws InterruptedException {
        LogHistory history = LogHistory.read(repository, keys);
        List<RepositoryFinding> findings = new ArrayList<>(history.findings());
        List<Stretch.Segment> segments = history.stretches().stream()
                .flatMap(stretch -> stretch.segments().stream())
                .toList();
        List<Stretch.Segment> chosen = segments.stream()
                .filter(segment -> read.test(segment.head().number()))
                .toList();
        long bytes = 0;
        long done = 0;
        progress.begin("reading the log", chosen.size(), "segments");
        for (Stretch.Segment segment : chosen) {
            content(history.files(), segment, findings);
            bytes += segment.signed().size();
            progress.advance(++done, bytes);
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped on request");
            }
        }
        return new Checked(segments.size(), bytes, findings);
    }

    private static void content(LogFiles files, Stretch.Segment segment, List<RepositoryFinding> findings)
            throws InterruptedException {
        LogHead head = segment.head();
        long[] next = {head.firstSequence()};
        String[] odd = {""};
        try {
            SegmentFile.read(files, segment.name(), segment.signed(), 0, entry -> {
                if (entry.kind() != LogEntry.Kind.BODY) {
                    while (next[0] < entry.sequence() && head.skipped().contains(next[0])) {
                        next[0]++;
                    }
                    if (entry.sequence() != next[0]) {
                        odd[0] = "row " + entry.sequence() + " where " + next[0] + " was due";
                        return false;
                    }
                    next[0] = entry.next();
                }
                return true;
            });
            if (!odd[0].isEmpty()) {
                findings.add(damaged(segment, "rows in a row", odd[0], head.firstAt(), head));
            }
        } catch (SegmentFile.FrameException e) {
            findings.add(damaged(
                    segment,
                    e.damage().expected(),
                    e.damage().found(),
                    head.frames().get(e.frame()).firstAt(),
                    head));
        } catch (IOException e) {
            throw Refusal.io("reading", files.location(segment.name()), e);
        }
    }

    private static RepositoryFinding damaged(
            Stretch.Segment segment, String expected, String found, @Nullable Instant from, LogHead head) {
        return Findings.damaged(
                RepositoryFinding.Kind.LOG_DAMAGED,
                segment.name(),
                expected,
                found,
                from == null ? null : from.minusMillis(1),
                null,
                head.users());
    }

    @Override
    public String what() {
        return "log segments";
    }

    /** None: a segment holds all that it needs. */
    @Override
    public Set<String> objects(Repository repository, List<Manifest> kept) {
        return Set.of();
    }

    /**
     * Segments that end before the last row of the oldest kept snapshot of their line, and lines of which no snapshot is
     * kept. The segment with that row stays, since it has the row's time. The
     * newest line stays while it waits for its first snapshot, and the newest segment stays in any case, since the next
     * one is numbered after it.
     */
    @Override
    public List<Removable> removable(Repository repository, List<Manifest> kept) throws IOException {
        LogFiles files = LogFiles.of(repository);
        List<Bases.Base> bases = kept.stream().map(Bases::base).toList();
        TreeMap<Long, LogFiles.Entry> entries = new TreeMap<>();
        TreeMap<Long, LogHead> heads = new TreeMap<>();
        for (LogFiles.Entry entry : files.list()) {
            OptionalLong number = SegmentFile.number(entry.name());
            if (number.isPresent()) {
                entries.put(number.getAsLong(), entry);
                LogHead head = head(files, entry.name());
                if (head != null && head.number() == number.getAsLong()) {
                    heads.put(number.getAsLong(), head);
                }
            }
        }
        List<Removable> removable = new ArrayList<>();
        if (heads.isEmpty()) {
            return removable;
        }
        long newestLine = heads.lastEntry().getValue().line();
        heads.remove(entries.lastKey());
        heads.forEach((number, head) -> {
            OptionalLong oldest = bases.stream()
                    .filter(base -> base.isOf(head.storeId(), head.storeLine())
                            && base.number() > head.start().notBefore()
                            && base.sequence() >= head.start().firstSequence() - 1)
                    .mapToLong(Bases.Base::sequence)
                    .min();
            boolean needed = oldest.isPresent() ? head.lastSequence() >= oldest.getAsLong() : head.line() == newestLine;
            LogFiles.Entry entry = entries.get(number);
            if (!needed && entry != null) {
                removable.add(new Removable(LogFiles.FOLDER + entry.name(), entry.size()));
            }
        });
        return removable;
    }

    private static @Nullable LogHead head(LogFiles files, String name) throws IOException {
        try {
            return SegmentFile.head(files, name).head();
        } catch (SegmentFile.DamagedException e) {
            // What it was nobody can tell any more, so it stays for verifying to report.
            return null;
        }
    }
}

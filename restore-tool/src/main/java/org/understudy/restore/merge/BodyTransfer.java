package org.understudy.restore.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.SegmentFile;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.BodySegment;
import org.understudy.storage.BodySegmentWriter;
import org.understudy.storage.Content;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/**
 * Brings the planned bodies, and no others, from the shadow's body files into the live store, all in one step.
 *
 * <p>A file all of whose bodies are planned is linked as it is; validation has read it, and what was merged is read back
 * after. Of any other, the planned bodies are written aside, and each is read and compared with its digest for that.
 */
final class BodyTransfer {
    /** Of each thread; some 200 ms of work, after which it is seen whether users are still at work, or again. */
    private static final int FILES_AT_A_TIME = 4;

    private final MailStore live;
    private final ShadowStore shadow;
    private final MergeJournal journal;
    private final Path folder;
    private final Pace pace;
    private final Courtesy courtesy;
    private final Steps steps;

    /** One body file with planned bodies that live does not have. */
    private record Ready(String key, boolean linked, BodySegment segment) {}

    /**
     * @param folder for files with a part of a body file's bodies
     * @param pace at which those are written
     * @param courtesy tells whether users are at work
     */
    BodyTransfer(
            MailStore live,
            ShadowStore shadow,
            MergeJournal journal,
            Path folder,
            Pace pace,
            Courtesy courtesy,
            Steps steps) {
        this.live = live;
        this.shadow = shadow;
        this.journal = journal;
        this.folder = folder;
        this.pace = pace;
        this.courtesy = courtesy;
        this.steps = steps;
    }

    /** @param check read the bodies of files that are linked too, and compare them first */
    void transfer(List<PlanWork.Target> targets, boolean check, Progress progress) throws InterruptedException {
        TreeMap<BodyId, PlanStep.AddMessage> planned = new TreeMap<>();
        for (PlanWork.Target target : targets) {
            target.adds().forEach(chunk -> chunk.forEach(step -> planned.put(step.body(), step)));
        }
        progress.begin("preparing bodies", planned.size(), "bodies");
        long done = 0;
        long bytes = 0;
        List<Ready> ready = new ArrayList<>();
        List<JournalRow> rows = new ArrayList<>();
        for (SegmentFile segment : shadow.segments()) {
            SortedMap<BodyId, PlanStep.AddMessage> wanted = planned.subMap(segment.first(), true, segment.last(), true);
            if (wanted.isEmpty()) {
                continue;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted between body files");
            }
            String key = MergeJournal.bodies(segment.first().value());
            if (courtesy.own(() -> journal.get(key, MergeRows.Bodies.class)).isEmpty()) {
                SortedMap<BodyId, PlanStep.AddMessage> missing = courtesy.own(() -> missing(key, wanted));
                if (missing.isEmpty()) {
                    rows.add(journal.row(key, new MergeRows.Bodies(true, 0, 0, 0, 0)));
                } else {
                    ready.add(prepare(key, segment, missing, check));
                }
            }
            done += wanted.size();
            bytes += wanted.values().stream()
                    .mapToLong(PlanStep.AddMessage::size)
                    .sum();
            progress.advance(done, bytes);
        }
        if (done != planned.size()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "the shadow's body files hold " + done + " of the " + planned.size() + " bodies of the plan",
                    "Run 'understudy restore validate' and then 'restore preview' again.");
        }
        progress.begin("adopting bodies", ready.size(), "files");
        adopt(ready, rows, progress);
    }

    /** Those that an attempt before, or one that was cut short, did not bring. */
    private SortedMap<BodyId, PlanStep.AddMessage> missing(String key, SortedMap<BodyId, PlanStep.AddMessage> wanted) {
        boolean fresh = !live.bodies().exists(wanted.firstKey())
                && !live.bodies().exists(wanted.lastKey())
                && !journal.knownToAnyAttempt(key);
        if (fresh) {
            return wanted;
        }
        SortedMap<BodyId, PlanStep.AddMessage> missing = new TreeMap<>(wanted);
        missing.keySet().removeIf(live.bodies()::exists);
        return missing;
    }

    private Ready prepare(String key, SegmentFile segment, SortedMap<BodyId, PlanStep.AddMessage> wanted, boolean check)
            throws InterruptedException {
        if (wanted.size() != segment.bodies()) {
            BodySegment part = rewrite(segment, wanted);
            steps.passed(Steps.Step.BODIES_WRITTEN);
            return new Ready(key, false, part);
        }
        if (check) {
            wanted.forEach((id, step) -> sound(id, step.digest()));
        }
        return new Ready(key, true, segment.in(shadow.segmentFolder()));
    }

    /** Takes some files at a time in, on as many threads as users leave. */
    private void adopt(List<Ready> ready, List<JournalRow> rows, Progress progress) {
        if (!ready.isEmpty()) {
            long before = live.latestSequence();
            long bytes = 0;
            for (int from = 0; from < ready.size(); ) {
                int threads = courtesy.getAsLong() == 0 ? Runtime.getRuntime().availableProcessors() : 1;
                List<BodySegment> some =
                        ready.subList(from, Math.min(ready.size(), from + FILES_AT_A_TIME * threads)).stream()
                                .map(Ready::segment)
                                .toList();
                courtesy.own(() -> {
                    live.adoptUnread(some, threads);
                    return some.size();
                });
                from += some.size();
                bytes += some.stream().mapToLong(BodySegment::bytes).sum();
                progress.advance(from, bytes);
            }
            long after = live.latestSequence();
            steps.passed(Steps.Step.BODIES_ADOPTED);
            for (Ready one : ready) {
                BodySegment segment = one.segment();
                rows.add(journal.row(
                        one.key(),
                        new MergeRows.Bodies(one.linked(), segment.bodies(), segment.bytes(), before, after)));
            }
        }
        journal.write(rows);
        steps.passed(Steps.Step.BODIES_JOURNALED);
    }

    private BodySegment rewrite(SegmentFile segment, Map<BodyId, PlanStep.AddMessage> wanted)
            throws InterruptedException {
        Path file = folder.resolve(
                String.format(Locale.ROOT, "%016x.sst", segment.first().value()));
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw OnDisk.failure("cannot make room for " + file, e);
        }
        try (BodySegmentWriter writer = live.writeSegment(file)) {
            for (Map.Entry<BodyId, PlanStep.AddMessage> one : wanted.entrySet()) {
                PlanStep.AddMessage step = one.getValue();
                byte[] bytes = sound(one.getKey(), step.digest());
                pace.await(bytes.length);
                writer.add(
                        one.getKey(),
                        Content.of(bytes),
                        step.digest(),
                        step.digest(),
                        new BodySegmentWriter.Origin(step.from(), step.uid(), 1, step.internalDate(), step.flags()));
            }
            return writer.finish();
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + file, e);
        }
    }

    private byte[] sound(BodyId id, Digest expected) {
        byte[] bytes;
        try {
            bytes = shadow.store().bodies().reread(id);
        } catch (CorruptionException e) {
            throw rotten(id, e.getMessage() == null ? "it cannot be read" : e.getMessage(), e);
        }
        Digest found = Hashes.sha256(bytes);
        if (!found.equals(expected)) {
            throw rotten(id, "its digest was " + expected + " and is " + found, null);
        }
        return bytes;
    }

    private static OperatorException rotten(
            BodyId id, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new OperatorException(
                Reason.CONFLICT,
                "body " + id + " of the shadow has changed since it was validated: " + what,
                "Nothing of it was merged. Run 'understudy restore undo' for what was, then 'restore validate' and"
                        + " 'restore preview' again; and look for disk errors.",
                cause);
    }

    /** What was transferred so far: bodies, octets, files linked, files written. */
    static Totals totals(MergeJournal journal) {
        List<MergeRows.Bodies> rows = new ArrayList<>();
        journal.list("bodies/", MergeRows.Bodies.class).forEach(entry -> rows.add(entry.value()));
        Map<Boolean, Long> files = new HashMap<>();
        rows.stream().filter(row -> row.bodies() > 0).forEach(row -> files.merge(row.linked(), 1L, Long::sum));
        return new Totals(
                rows.stream().mapToLong(MergeRows.Bodies::bodies).sum(),
                rows.stream().mapToLong(MergeRows.Bodies::bytes).sum(),
                files.getOrDefault(true, 0L),
                files.getOrDefault(false, 0L));
    }

    /** Sums over all body files. */
    record Totals(long bodies, long bytes, long linked, long written) {}
}

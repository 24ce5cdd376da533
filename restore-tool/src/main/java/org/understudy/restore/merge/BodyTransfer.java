package org.understudy.restore.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.SegmentFile;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.BodySegment;
import org.understudy.storage.BodySegmentWriter;
import org.understudy.storage.Content;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/**
 * Brings the planned bodies, and no others, from the shadow's body files into the live store. Each body is read and
 * compared with its digest first.
 */
final class BodyTransfer {
    private final MailStore live;
    private final ShadowStore shadow;
    private final MergeJournal journal;
    private final Path folder;
    private final Pace pace;
    private final Steps steps;

    /** @param folder for files with a part of a body file's bodies */
    BodyTransfer(MailStore live, ShadowStore shadow, MergeJournal journal, Path folder, Pace pace, Steps steps) {
        this.live = live;
        this.shadow = shadow;
        this.journal = journal;
        this.folder = folder;
        this.pace = pace;
        this.steps = steps;
    }

    void transfer(List<PlanWork.Target> targets, Progress progress) throws InterruptedException {
        TreeMap<BodyId, PlanStep.AddMessage> planned = new TreeMap<>();
        for (PlanWork.Target target : targets) {
            target.adds().forEach(chunk -> chunk.forEach(step -> planned.put(step.body(), step)));
        }
        progress.begin("adopting bodies", planned.size(), "bodies");
        long done = 0;
        long bytes = 0;
        for (SegmentFile segment : shadow.segments()) {
            Map<BodyId, PlanStep.AddMessage> wanted = planned.subMap(segment.first(), true, segment.last(), true);
            if (wanted.isEmpty()) {
                continue;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted between body files");
            }
            String key = MergeJournal.bodies(segment.first().value());
            Optional<MergeRows.Bodies> before = journal.get(key, MergeRows.Bodies.class);
            MergeRows.Bodies moved = before.isPresent() ? before.get() : adopt(key, segment, wanted);
            done += wanted.size();
            bytes += moved.bytes();
            progress.advance(done, bytes);
        }
        if (done != planned.size()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "the shadow's body files hold " + done + " of the " + planned.size() + " bodies of the plan",
                    "Run 'understudy restore validate' and then 'restore preview' again.");
        }
    }

    private MergeRows.Bodies adopt(String key, SegmentFile segment, Map<BodyId, PlanStep.AddMessage> wanted)
            throws InterruptedException {
        boolean whole = wanted.size() == segment.bodies();
        MergeRows.Bodies row;
        if (whole) {
            long bytes = 0;
            for (Map.Entry<BodyId, PlanStep.AddMessage> one : wanted.entrySet()) {
                bytes += sound(one.getKey(), one.getValue().digest()).length;
            }
            live.adopt(segment.in(shadow.segmentFolder()));
            row = new MergeRows.Bodies(true, wanted.size(), bytes);
        } else {
            BodySegment part = rewrite(segment, wanted);
            steps.passed(Steps.Step.BODIES_WRITTEN);
            live.adopt(part);
            row = new MergeRows.Bodies(false, part.bodies(), part.bytes());
        }
        steps.passed(Steps.Step.BODIES_ADOPTED);
        journal.write(key, row);
        steps.passed(Steps.Step.BODIES_JOURNALED);
        return row;
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
            bytes = shadow.store().bodies().read(id);
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
        rows.forEach(row -> files.merge(row.linked(), 1L, Long::sum));
        return new Totals(
                rows.stream().mapToLong(MergeRows.Bodies::bodies).sum(),
                rows.stream().mapToLong(MergeRows.Bodies::bytes).sum(),
                files.getOrDefault(true, 0L),
                files.getOrDefault(false, 0L));
    }

    /** Sums over all body files. */
    record Totals(long bodies, long bytes, long linked, long written) {}
}

package org.understudy.restore.report;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.crowd.Clues;
import org.understudy.restore.crowd.Crowd;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.restore.validate.Grading;
import org.understudy.restore.validate.Verdict;

/** A shadow's messages, compared with each other by the notes that staging took. */
final class Comparison implements AutoCloseable {
    private final ShadowStore shadow;
    private final @Nullable Clues clues;

    private Comparison(ShadowStore shadow, @Nullable Clues clues) {
        this.shadow = shadow;
        this.clues = clues;
    }

    /** Compares; a shadow without notes, which an earlier version staged, gives nothing. */
    static Comparison of(ShadowStore shadow, LocalUsers users) throws InterruptedException {
        if (!Files.exists(shadow.notes())) {
            return new Comparison(shadow, null);
        }
        try {
            return new Comparison(shadow, Crowd.conclude(shadow.notes(), users, shadow.comparing()));
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw OnDisk.failure("cannot compare the messages noted in " + shadow.notes(), e);
        }
    }

    private static InterruptedException interrupted(IOException cause) {
        Thread.interrupted(); // the exception takes over from the status
        InterruptedException stop = new InterruptedException("interrupted while messages were compared");
        stop.initCause(cause);
        return stop;
    }

    /** How many messages were compared. */
    long messages() {
        return clues == null ? 0 : clues.messages();
    }

    /** The evidence with what comparison says now, in place of what it said before; the same object if nothing is new. */
    Evidence revised(Evidence known) throws InterruptedException {
        List<Finding> before = known.findings().stream().filter(Relation::is).toList();
        List<Finding> more = now(known.ordinal(), before);
        if (more.equals(before)) {
            return known;
        }
        List<Finding> all = new ArrayList<>(known.findings());
        all.removeIf(Relation::is);
        all.addAll(more);
        boolean rereadDiffers = all.stream().anyMatch(one -> one.check().equals(ShadowValidator.CHECK));
        boolean weighs = weighs(more) || weighs(before);
        Verdict verdict = rereadDiffers ? Verdict.DAMAGED : weighs ? Grading.verdict(all) : known.verdict();
        return known.with(all, verdict);
    }

    /** What comparison says; what it said before stays where notes are missing by now, for they cannot take it back. */
    private List<Finding> now(long ordinal, List<Finding> before) throws InterruptedException {
        if (clues == null) {
            return before;
        }
        List<Finding> found = new ArrayList<>(clues(clues, ordinal));
        if (!clues.whole()) {
            before.stream().filter(one -> !found.contains(one)).forEach(found::add);
        }
        return found;
    }

    private static boolean weighs(List<Finding> findings) {
        return findings.stream().anyMatch(one -> one.strength() != Strength.NOTE);
    }

    private List<Finding> clues(Clues from, long ordinal) throws InterruptedException {
        try {
            return from.of(ordinal);
        } catch (ClosedByInterruptException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read what comparing messages wrote to " + shadow.comparing(), e);
        }
    }

    @Override
    public void close() {
        try {
            if (clues != null) {
                clues.close();
            }
            Crowd.clear(shadow.comparing());
        } catch (IOException e) {
            throw OnDisk.failure("cannot clear " + shadow.comparing(), e);
        }
    }
}

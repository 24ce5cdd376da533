package org.understudy.restore.repository.log;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.Trust;

/**
 * Sound segments in a row, of one line.
 *
 * @param segments in their order, at least one
 * @param upTo every effect of the line at or before this moment is in them, or was before the first
 */
record Stretch(List<Segment> segments, Instant upTo) {
    /** @param name of the file */
    record Segment(String name, SegmentFile.Signed signed, Trust trust) {
        LogHead head() {
            return signed.head();
        }
    }

    Stretch {
        segments = List.copyOf(segments);
    }

    LogHead first() {
        return segments.getFirst().head();
    }

    LogHead last() {
        return segments.getLast().head();
    }

    long line() {
        return first().line();
    }

    Stretch upTo(Instant later) {
        return new Stretch(segments, later.isAfter(upTo) ? later : upTo);
    }

    /** Whether the snapshot can be its base, as far as numbers tell. */
    boolean covers(Bases.Base base) {
        return base.sequence() >= first().firstSequence() - 1 && base.sequence() <= last().lastSequence();
    }

    /** Whether the snapshot is one of its line, from within the stretch or from outside it. */
    boolean isLineOf(Bases.Base base) {
        LogHead head = first();
        return base.isOf(head.storeId(), head.storeLine())
                && base.number() > head.start().notBefore()
                && base.sequence() >= head.start().firstSequence() - 1;
    }

    /** No row up to that of a base is of a later moment. */
    Instant timeOf(Bases.Base base, LogFiles files) throws IOException, InterruptedException {
        if (base.sequence() < first().firstSequence()) {
            LogHead head = first();
            if (head.number() == head.line()) {
                return head.start().baseAt();
            }
            Instant next = head.firstAt();
            return next == null ? head.upTo() : next;
        }
        Instant latest = first().start().baseAt();
        for (Segment segment : segments) {
            LogHead head = segment.head();
            if (head.lastSequence() >= base.sequence()) {
                return within(segment, base.sequence(), latest, files);
            }
            Instant last = head.lastAt();
            latest = last == null ? latest : last;
        }
        throw new IllegalStateException("snapshot " + base.id() + " is beyond the stretch");
    }

    private static Instant within(Segment segment, long sequence, Instant before, LogFiles files)
            throws IOException, InterruptedException {
        Instant[] latest = {before};
        try {
            SegmentFile.read(files, segment.name(), segment.signed(), sequence, entry -> {
                if (entry.kind() != LogEntry.Kind.BODY && entry.sequence() > sequence) {
                    return false;
                }
                latest[0] = Instant.ofEpochMilli(entry.at());
                return true;
            });
            return latest[0];
        } catch (SegmentFile.FrameException e) {
            return segment.head().frames().get(e.frame()).lastAt();
        }
    }

    /** The weakest of the segments' signatures. */
    Trust trust() {
        Trust weakest = Trust.TRUSTED_KEY;
        for (Segment segment : segments) {
            weakest = segment.trust().compareTo(weakest) > 0 ? segment.trust() : weakest;
        }
        return weakest;
    }

    /** End of the segment before the one of that name, which is where the stretch ends when that one is damaged. */
    @Nullable
    Instant endBefore(String name) {
        Instant end = null;
        for (Segment segment : segments) {
            if (segment.name().equals(name)) {
                return end;
            }
            end = segment.head().upTo();
        }
        return end;
    }
}

package org.understudy.restore.repository.log;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a segment says of itself: the signed JSON at its beginning (docs/repository-format.md#logs).
 *
 * @param format always {@value #FORMAT}
 * @param tool program and version that wrote it
 * @param number 1 for the first segment of a repository, else one more than the predecessor's
 * @param storeLine {@link org.understudy.storage.StoreLog#line}
 * @param line number of the segment that began the line
 * @param start of the line, the same in all its segments
 * @param firstSequence number of the first row that it accounts for
 * @param lastSequence of the last one; one less than {@code firstSequence} where there is none
 * @param firstAt time of the first effect, or null where there is none; likewise {@code lastAt}
 * @param upTo every effect at or before this moment is in this segment or one before it
 * @param effects how many begin in it
 * @param rows of those, and of effects that began in the segment before
 * @param bodies that came to the store as files and are carried here, in rows of their own
 * @param unreadable how many such bodies could not be read in the store
 * @param clockBack milliseconds by which the clock was behind, at most, what it had said before
 * @param skipped sequence numbers without a row, which files that were taken in have used up
 * @param lastRow number of the last row of the line's last effect, 0 where it has none yet
 * @param lastEffect SHA-256 of the keys and values of that effect, or empty
 * @param users whose mail the effects concern, by name
 * @param signingKey id of the key that signed it
 * @param predecessor null for the first
 */
record LogHead(
        String format,
        int version,
        String tool,
        String repositoryId,
        long number,
        String storeId,
        String storeLine,
        long line,
        Start start,
        long firstSequence,
        long lastSequence,
        @Nullable Instant firstAt,
        @Nullable Instant lastAt,
        Instant upTo,
        long effects,
        long rows,
        long bodies,
        long unreadable,
        long clockBack,
        List<Long> skipped,
        long lastRow,
        String lastEffect,
        List<UserEffects> users,
        List<Frame> frames,
        String signingKey,
        @Nullable Previous predecessor) {
    static final String FORMAT = "understudy-log";
    static final int VERSION = 1;

    LogHead {
        skipped = List.copyOf(skipped);
        users = List.copyOf(users);
        frames = List.copyOf(frames);
    }

    /** Why a line begins. */
    enum Reason {
        /** There was none before. */
        FIRST,
        /** The store's log of what came before was deleted before it was carried away. */
        LOG_GONE,
        /** The store is another one, or was made from a snapshot. */
        OTHER_STORE,
        /** The store is the same, but an older copy of its files is in place. */
        TURNED_BACK
    }

    /**
     * @param firstSequence of the line's first row
     * @param baseAt no row before the line's first is of a later time
     * @param notBefore snapshots with this number or a smaller one are none of this line
     * @param lostAfter end of the line before, up to which moments can be reached; null for the first
     */
    record Start(
            Reason reason,
            long firstSequence,
            Instant baseAt,
            long notBefore,
            @Nullable Instant lostAfter) {}

    /** How many effects concern a user's mail. */
    record UserEffects(String name, long effects) {}

    /**
     * A run of effects that are compressed together.
     *
     * @param length in the file, with its own head
     * @param sha256 of those bytes
     */
    record Frame(long length, String sha256, long firstSequence, long lastSequence, Instant firstAt, Instant lastAt) {}

    /**
     * The segment before, with what an operator needs to know of it when it is lost.
     *
     * @param headSha256 of the exact bytes of its head
     */
    record Previous(
            long number,
            String headSha256,
            long firstSequence,
            long lastSequence,
            @Nullable Instant firstAt,
            Instant upTo,
            List<UserEffects> users) {
        Previous {
            users = List.copyOf(users);
        }
    }

    boolean isEmpty() {
        return lastSequence < firstSequence;
    }

    /** Length of the file's part behind the head. */
    long framesLength() {
        return frames.stream().mapToLong(Frame::length).sum();
    }
}

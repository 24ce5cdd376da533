package org.understudy.restore.crowd;

import java.io.IOException;
import java.util.List;
import org.understudy.restore.crowd.Clue.Kind;

/**
 * Finds files whose whole content belongs to another: the sizes in the file's name are not its own, and its octets are
 * those of another user's message, or the sizes fit crosswise.
 */
final class FileJudge {
    /** Messages of one key that are compared. */
    static final int GROUP = 256;

    private final BlockJudge.Sink sink;

    FileJudge(BlockJudge.Sink sink) {
        this.sink = sink;
    }

    /** Whether the file's name states another size than the file has. */
    static boolean misnamed(MessageNotes notes) {
        return notes.statedSize() >= 0 && notes.statedSize() != notes.size();
    }

    /** The same for two messages of which each has the size that the other's name states. */
    static long swapKey(MessageNotes notes) {
        long less = Math.min(notes.size(), notes.statedSize());
        long more = Math.max(notes.size(), notes.statedSize());
        return Mixing.mix(less * 31 + Mixing.mix(more));
    }

    /** Looks at messages of the same octets. */
    void copies(List<Roll.Entry> group) throws IOException {
        for (Roll.Entry one : group) {
            if (!misnamed(one.notes())) {
                continue;
            }
            for (Roll.Entry other : group) {
                if (otherUser(one, other)
                        && one.notes().raw().equals(other.notes().raw())
                        && !misnamed(other.notes())) {
                    tell(Kind.FILE_COPIED, one, other);
                    break;
                }
            }
        }
    }

    /** Looks at messages whose names state other sizes than theirs. */
    void swaps(List<Roll.Entry> group) throws IOException {
        for (Roll.Entry one : group) {
            for (Roll.Entry other : group) {
                if (otherUser(one, other) && hasSizesOf(one, other) && hasSizesOf(other, one)) {
                    tell(Kind.FILE_SWAPPED, one, other);
                    break;
                }
            }
        }
    }

    private static boolean hasSizesOf(Roll.Entry one, Roll.Entry other) {
        return one.notes().size() == other.notes().statedSize()
                && (other.notes().statedCanonical() < 0
                        || other.notes().statedCanonical() == one.notes().canonicalSize());
    }

    private static boolean otherUser(Roll.Entry one, Roll.Entry other) {
        return !one.mailbox().user().equals(other.mailbox().user());
    }

    private void tell(Kind kind, Roll.Entry one, Roll.Entry other) throws IOException {
        sink.accept(one, new Clue(kind, one.number(), 0, one.notes().size(), other.number(), 0));
    }
}

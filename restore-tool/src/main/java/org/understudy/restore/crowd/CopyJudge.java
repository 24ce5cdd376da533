package org.understudy.restore.crowd;

import java.io.IOException;
import java.util.List;
import org.understudy.restore.crowd.Clue.Kind;

/**
 * Compares messages of one Message-ID. A copy that came another way, into another mailbox, is a witness of its own: equal
 * bodies prove each other. The same file twice, a hard link, or what a user copied from mailbox to mailbox is not: those
 * share their trace fields, and may share a fault.
 */
final class CopyJudge {
    /** Messages of one Message-ID that are compared. */
    static final int GROUP = 64;

    private final BlockJudge.Sink sink;

    CopyJudge(BlockJudge.Sink sink) {
        this.sink = sink;
    }

    void group(List<Roll.Entry> group) throws IOException {
        for (Roll.Entry one : group) {
            compare(one, group);
        }
    }

    private void compare(Roll.Entry one, List<Roll.Entry> group) throws IOException {
        Roll.Entry copy = null;
        Roll.Entry different = null;
        Roll.Entry surer = null;
        for (Roll.Entry other : group) {
            if (other.number() == one.number()) {
                continue;
            }
            if (sameBody(one, other)) {
                boolean better = copy == null || (sameUser(one, copy) && !sameUser(one, other));
                copy = independent(one, other) && better ? other : copy;
                continue;
            }
            different = different == null ? other : different;
            boolean sameLength = other.notes().canonicalBody() == one.notes().canonicalBody();
            boolean sure = other.notes().bodyProven()
                    || group.stream().anyMatch(third -> sameBody(third, other) && independent(third, other));
            surer = sameLength && sure && surer == null ? other : surer;
        }
        if (copy != null && one.notes().canonicalBody() > 0) {
            tell(Kind.BODY_COPY, one, copy);
        }
        if (surer != null && copy == null && !one.notes().bodyProven()) {
            tell(Kind.SAME_ID_DIFFERS, one, surer);
        } else if (different != null) {
            tell(Kind.SAME_ID, one, different);
        }
    }

    private void tell(Kind kind, Roll.Entry one, Roll.Entry other) throws IOException {
        long from = one.notes().bodyOffset();
        sink.accept(
                one,
                new Clue(
                        kind,
                        one.number(),
                        from,
                        one.notes().size() - from,
                        other.number(),
                        other.notes().bodyOffset()));
    }

    private static boolean sameBody(Roll.Entry one, Roll.Entry other) {
        return one.notes().body().equals(other.notes().body());
    }

    private static boolean sameUser(Roll.Entry one, Roll.Entry other) {
        return one.mailbox().user().equals(other.mailbox().user());
    }

    private static boolean independent(Roll.Entry one, Roll.Entry other) {
        return !one.mailbox().equals(other.mailbox())
                && one.notes().trace() != other.notes().trace()
                && !one.notes().raw().equals(other.notes().raw());
    }
}

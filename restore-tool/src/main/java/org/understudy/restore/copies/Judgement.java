package org.understudy.restore.copies;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/**
 * What the copies of one message say of each other.
 *
 * @param heard one for each copy, in their order; the first is the one that was asked about
 * @param best number of the best one among them
 * @param why why that is the best, for people
 */
record Judgement(List<Heard> heard, int best, String why, Relation relation) {
    /** How the first copy stands to the others. */
    enum Relation {
        /** There is no other. */
        ALONE,
        /** All others are equal, or the same but for lines that mail systems add. */
        EQUAL,
        /** At least one other differs. */
        DIFFERING,
        /** The first cannot be read, and another can. */
        UNREADABLE
    }

    /**
     * One copy after all were heard.
     *
     * @param verdict null for an unreadable one
     * @param findings what the others say of it
     */
    record Heard(Copy copy, @Nullable Verdict verdict, List<Finding> findings) {
        boolean sound() {
            return verdict == Verdict.PROVEN || verdict == Verdict.CONSISTENT;
        }

        String grade() {
            return verdict == null ? "unreadable" : verdict.word();
        }
    }

    Heard first() {
        return heard.getFirst();
    }

    Heard bestHeard() {
        return heard.get(best);
    }

    /** Whether another copy is sound and the first is not. */
    boolean recovered() {
        return best != 0 && bestHeard().sound() && !first().sound();
    }
}

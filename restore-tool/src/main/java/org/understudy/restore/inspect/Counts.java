package org.understudy.restore.inspect;

import org.understudy.restore.validate.Verdict;

/** Messages by verdict, and items that could not be read as messages. */
public record Counts(long proven, long consistent, long suspect, long damaged, long unreadable) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    public long messages() {
        return proven + consistent + suspect + damaged;
    }

    /** What someone should look at. */
    public long unsound() {
        return suspect + damaged + unreadable;
    }

    /** With one more message. */
    public Counts plus(Verdict verdict) {
        return switch (verdict) {
            case PROVEN -> new Counts(proven + 1, consistent, suspect, damaged, unreadable);
            case CONSISTENT -> new Counts(proven, consistent + 1, suspect, damaged, unreadable);
            case SUSPECT -> new Counts(proven, consistent, suspect + 1, damaged, unreadable);
            case DAMAGED -> new Counts(proven, consistent, suspect, damaged + 1, unreadable);
        };
    }

    /** With one more unreadable item. */
    public Counts plusUnreadable() {
        return new Counts(proven, consistent, suspect, damaged, unreadable + 1);
    }
}

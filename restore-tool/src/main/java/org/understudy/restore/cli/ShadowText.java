package org.understudy.restore.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.shadow.ShadowTerms;

/** What is said of a shadow's time. */
final class ShadowText {
    private ShadowText() {}

    /** How long it is kept, as part of a sentence. */
    static String kept(ShadowTerms terms, RestoreState state) {
        Instant asked = terms.keepUntil();
        @Nullable Instant delete = terms.deleteAt();
        if (terms.deletedAt() != null) {
            return "deleted at " + Figures.minute(terms.deletedAt()) + " UTC";
        }
        if (delete != null) {
            return "kept until " + Figures.minute(delete) + " UTC";
        }
        String until = switch (state) {
            case MERGED, UNDONE -> "kept; the running server sets the date of its deletion";
            case STAGING, STAGED, VALIDATED, PLANNED, APPROVED, MERGING, UNDOING ->
                "kept until the restore is finished, and for some time after";
        };
        return asked == null ? until : until + ", " + Figures.minute(asked) + " UTC at the earliest";
    }

    /** Until when owners may look, as part of a sentence. */
    static String owners(ShadowTerms terms, Instant now) {
        Instant until = terms.ownersUntil();
        if (until == null) {
            return "as the configuration says (shadows.owners)";
        }
        return now.isBefore(until) ? "open to them until " + Figures.minute(until) + " UTC" : "closed to them";
    }
}

package org.understudy.restore.loss;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Kind;

/**
 * One message that is lost, unless it turns up elsewhere.
 *
 * @param uid 0 where not even that is known
 * @param trace null where nothing of it could be read anywhere
 * @param copy id of the snapshot with the best copy, {@link LossReport#LIVE_COPY}, or empty
 */
record Lost(
        Subject mailbox,
        long uid,
        Kind kind,
        Confidence confidence,
        @Nullable Trace trace,
        String copy) {
    Lost with(Trace found, String in) {
        return new Lost(mailbox, uid, kind, confidence, found, in);
    }

    String month() {
        return trace == null ? LossReport.NO_MONTH : trace.month();
    }
}

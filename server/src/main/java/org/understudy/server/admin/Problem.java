package org.understudy.server.admin;

import org.understudy.restore.operation.Failure;
import org.understudy.storage.Reason;

/**
 * A problem document (RFC 9457).
 *
 * @param status HTTP status
 * @param reason as {@link Failure#reason}
 */
record Problem(String type, String title, int status, String detail, String reason, String hint) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(int status, String title, Failure failure) {
        return new Problem("about:blank", title, status, failure.message(), failure.reason(), failure.hint());
    }

    /** The same as the command line would say. */
    Failure failure() {
        for (Reason known : Reason.values()) {
            if (known.name().equals(reason)) {
                return Failure.of(known, detail, hint);
            }
        }
        return new Failure(reason, detail, hint, Failure.INTERNAL_EXIT_CODE);
    }
}

package org.understudy.server.admin;

import org.understudy.restore.operation.Failure;
import org.understudy.storage.Reason;

/**
 * A problem document (RFC 9457).
 *
 * @param status HTTP status
 * @param reason as {@link Failure#reason}
 * @param hint what to do next, or empty
 * @param exitCode of the command line that does the same
 * @param trace what the request is called in log lines; empty where it was not understood so far
 */
record Problem(
        String type, String title, int status, String detail, String reason, String hint, int exitCode, String trace) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(int status, String title, Failure failure) {
        return new Problem(
                "about:blank",
                title,
                status,
                failure.message(),
                failure.reason(),
                failure.hint(),
                failure.exitCode(),
                "");
    }

    /** The same of a request that is called so. */
    Problem traced(String id) {
        return new Problem(type, title, status, detail, reason, hint, exitCode, id);
    }

    /** With the status that goes with the reason. */
    static Problem of(Failure failure) {
        int status = status(failure.reason());
        return of(status, title(status), failure);
    }

    /** HTTP status for a {@link Failure#reason}. */
    private static int status(String reason) {
        for (Reason known : Reason.values()) {
            if (known.name().equals(reason)) {
                return switch (known) {
                    case USAGE -> 400;
                    case ACCESS_DENIED -> 403;
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case UNSOUND, SOURCE, REPOSITORY, LOSS, UNPROVEN -> 422;
                    case UNREACHABLE -> 502;
                    case BUSY -> 503;
                    case DISK_FULL -> 507;
                    case CONFIG, STORE_REFUSED, PERMISSION, IO -> 500;
                };
            }
        }
        return reason.equals(Failure.INTERRUPTED) ? 503 : 500;
    }

    static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 413 -> "Content too large";
            case 415 -> "Unsupported media type";
            case 421 -> "Misdirected request";
            case 422 -> "Unprocessable content";
            case 431 -> "Request header fields too large";
            case 502 -> "Bad gateway";
            case 503 -> "Service unavailable";
            case 507 -> "Insufficient storage";
            default -> "Failed";
        };
    }

    /** The same as the command line would say. */
    Failure failure() {
        for (Reason known : Reason.values()) {
            if (known.name().equals(reason)) {
                return Failure.of(known, detail, hint);
            }
        }
        return new Failure(reason, detail, hint, exitCode);
    }
}

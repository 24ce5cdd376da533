package org.understudy.server.admin;

import org.understudy.restore.operation.Failure;
import org.understudy.storage.Reason;

/** A request that is answered with a status of its own, before any work. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    Refused(int status, Reason reason, String message, String hint) {
        super(message, null, false, false);
        this.problem = Problem.of(status, Problem.title(status), Failure.of(reason, message, hint));
    }

    Problem problem() {
        return problem;
    }
}

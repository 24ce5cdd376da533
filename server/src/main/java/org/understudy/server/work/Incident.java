package org.understudy.server.work;

import java.util.UUID;
import org.slf4j.Logger;
import org.understudy.restore.operation.Failure;

/** A fault of the program: the log has its trace under a number, and clients are told the number only. */
public final class Incident {
    private Incident() {}

    /** @param what met it, for the log */
    public static Failure logged(Logger log, String what, Failure failure, Throwable thrown) {
        String incident = UUID.randomUUID().toString().substring(0, 8);
        log.error("{} met a fault of the program, incident {}", what, incident, thrown);
        return new Failure(
                failure.reason(),
                failure.message(),
                "the server's log has the details under 'incident " + incident + "'; please report them",
                failure.exitCode());
    }
}

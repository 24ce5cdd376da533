package org.understudy.server.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is told of every request that changes something or was refused. Must not throw. */
public interface AccessAudit {
    /**
     * @param person as {@link Identity#person}, or {@code nobody}
     * @param credential its public id, or empty
     * @param peer network address
     * @param what method and path, or an operation's name
     * @param status of HTTP
     */
    record Entry(String person, String credential, String peer, String what, int status) {}

    void record(Entry entry);

    /** To the server's log, under the name {@code audit}. */
    static AccessAudit toLog() {
        Logger log = LoggerFactory.getLogger("audit");
        return entry -> log.info(
                "{} ({}) from {}: {} -> {}",
                entry.person(),
                entry.credential(),
                entry.peer(),
                entry.what(),
                entry.status());
    }
}

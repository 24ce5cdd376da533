package org.understudy.server.imap.fetch;

import java.util.concurrent.atomic.AtomicLong;

/** How many octets of large bodies all connections together may hold while they are sent. Thread-safe. */
final class LargeBodies {
    private final AtomicLong free;

    LargeBodies(long octets) {
        free = new AtomicLong(octets);
    }

    /** @return whether there was room, which then has to be given back */
    boolean take(long octets) {
        for (long now = free.get(); now >= octets; now = free.get()) {
            if (free.compareAndSet(now, now - octets)) {
                return true;
            }
        }
        return false;
    }

    void giveBack(long octets) {
        free.addAndGet(octets);
    }
}

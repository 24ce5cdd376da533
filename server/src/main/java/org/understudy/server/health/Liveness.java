package org.understudy.server.health;

import java.lang.management.ManagementFactory;

/** What a restart would heal, and nothing else: a server that is not ready must not be restarted for that. */
public final class Liveness {
    private Liveness() {}

    /** Empty while the server lives; else what is wrong with it. */
    public static String problem() {
        long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        return deadlocked == null
                ? ""
                : deadlocked.length + " threads wait for one another, and will for ever; restart the server.";
    }
}

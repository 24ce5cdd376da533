package org.understudy.server.shadow;

/**
 * Somebody who may look.
 *
 * @param name as accounts have it
 * @param client IP address
 */
record Looker(String name, Audience audience, String client) {
    /** In which right somebody looks, which says what is shown. */
    enum Audience {
        /** Sees everything. */
        ENGINEER,
        /** Sees the own mail, without what is damaged or may be somebody else's. */
        OWNER;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** {@code erin (engineer) from 192.0.2.7}. */
    String text() {
        return name + " (" + audience.word() + ") from " + client;
    }
}

package org.understudy.server.audit;

/**
 * Who does something.
 *
 * @param name {@code user:erin} for an account here, {@code token:NAME} for a token of the admin API, {@code os:erin} for an
 *     account of the operating system, {@code system} for the server itself; what is only claimed says so:
 *     {@code token:local (os:erin)}
 * @param from an address, {@code command line}, or empty
 */
public record Actor(String name, String from) {
    /** The server itself. */
    public static final Actor SYSTEM = new Actor("system", "");

    /** Who runs this process. */
    public static Actor ofProcess() {
        return new Actor("os:" + System.getProperty("user.name", "unknown"), "command line");
    }

    /** An account that has logged in, or tries to. */
    public static Actor user(String user, String from) {
        return new Actor("user:" + user, from);
    }
}

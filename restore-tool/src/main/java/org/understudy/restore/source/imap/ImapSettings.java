package org.understudy.restore.source.imap;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to speak with a server.
 *
 * @param authorities PEM file of certificates that are trusted instead of the JDK's, or null
 * @param plaintext whether mail and password may go over the network unencrypted where the server has no STARTTLS
 * @param connecting how long to wait for a connection
 * @param silence how long the server may say nothing before the connection counts as lost
 * @param bytesPerSecond at most so much is fetched, or 0 for no limit
 * @param retries how often to connect anew without a message in between before giving up
 * @param pause before the first new connection; twice as long before each further one
 */
public record ImapSettings(
        @Nullable Path authorities,
        boolean plaintext,
        Duration connecting,
        Duration silence,
        long bytesPerSecond,
        int retries,
        Duration pause) {
    public static final ImapSettings STANDARD =
            new ImapSettings(null, false, Duration.ofSeconds(30), Duration.ofMinutes(3), 0, 5, Duration.ofSeconds(1));

    public ImapSettings trusting(@Nullable Path pem) {
        return new ImapSettings(pem, plaintext, connecting, silence, bytesPerSecond, retries, pause);
    }

    public ImapSettings allowingPlaintext(boolean allowed) {
        return new ImapSettings(authorities, allowed, connecting, silence, bytesPerSecond, retries, pause);
    }

    public ImapSettings limited(long rate) {
        return new ImapSettings(authorities, plaintext, connecting, silence, rate, retries, pause);
    }

    /** With other waiting times. */
    public ImapSettings waiting(Duration forConnection, Duration forAnswer, Duration beforeRetry) {
        return new ImapSettings(authorities, plaintext, forConnection, forAnswer, bytesPerSecond, retries, beforeRetry);
    }
}

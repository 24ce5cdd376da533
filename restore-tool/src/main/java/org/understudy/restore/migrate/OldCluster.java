package org.understudy.restore.migrate;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where users come from.
 *
 * @param host of the IMAP server, or empty where the mail lies in Maildirs
 * @param port 0 for the usual one
 * @param tls TLS from the first octet on; else STARTTLS
 * @param plaintext whether to go on where there is no STARTTLS
 * @param authorities PEM file of certificates that are trusted instead of the JDK's, or null
 * @param master administrator who logs in for users, or empty: then the password file is the users' own
 * @param passwordFile its first line is the password; read when a round begins, and kept nowhere else
 * @param maildirs folder with a Maildir for each user, or null
 * @param atOnce users that are worked on at the same time, 1 to 16
 * @param bytesPerSecond at most so much is fetched, over all users; 0 for no limit
 * @param uniqueIds how the old side makes ids of POP3, {@code none} where that cannot be told; null is {@code none}
 */
public record OldCluster(
        String host,
        int port,
        boolean tls,
        boolean plaintext,
        @Nullable Path authorities,
        String master,
        @Nullable Path passwordFile,
        @Nullable Path maildirs,
        int atOnce,
        long bytesPerSecond,
        @Nullable String uniqueIds) {
    static final int MOST_AT_ONCE = 16;

    public OldCluster {
        atOnce = Math.clamp(atOnce, 1, MOST_AT_ONCE);
    }

    /** {@code imaps://old.example.org:993} or the folder's path. */
    public String text() {
        if (maildirs != null) {
            return maildirs.toString();
        }
        return (tls ? "imaps://" : "imap://") + host + (port == 0 ? "" : ":" + port);
    }
}

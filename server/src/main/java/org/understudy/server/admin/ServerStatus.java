package org.understudy.server.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.search.IndexStatus;
import org.understudy.server.tls.TlsStatus;

/**
 * How a running server is.
 *
 * @param mailboxes live ones
 * @param messages in them
 * @param bytes sum of their sizes
 * @param loss what the last comparison with history has found
 * @param archive how carrying the log into the repository stands
 * @param search how the search index stands
 * @param scrub how rereading the store stands
 * @param reclaim how reclaiming expunged mail stands
 * @param backups how old the last good ones are, and what is wrong with them
 * @param accounts how logins, the directory and the audit log stand
 * @param tls which certificates are shown, and what is wrong with them
 */
public record ServerStatus(
        String version,
        String storeId,
        String dataFolder,
        Instant startedAt,
        Duration uptime,
        List<Listening> listeners,
        long users,
        long mailboxes,
        long messages,
        long bytes,
        Loss loss,
        Archive archive,
        IndexStatus search,
        ScrubStatus scrub,
        ReclaimStatus reclaim,
        BackupHealth backups,
        AccountsStatus accounts,
        TlsStatus tls) {
    public ServerStatus {
        listeners = List.copyOf(listeners);
    }

    /** @param port the real one, where the configuration left the choice to the system */
    public record Listening(String name, String host, int port) {}

    /**
     * @param at when the last comparison over all history was made, or null if there was none yet
     * @param found whether mail is missing or a canary is wrong
     * @param lost messages
     * @param canaries how many canary mailboxes there are, and {@code wrongCanaries} of them are not as made
     * @param running whether a comparison is under way
     * @param problem why the last attempt came to no answer, or empty
     */
    public record Loss(
            @Nullable Instant at,
            String headline,
            boolean found,
            long lost,
            long canaries,
            long wrongCanaries,
            boolean running,
            String problem) {}

    /**
     * @param state name of {@code ArchiveState}, or {@code STARTING}
     * @param words the state for people
     * @param upTo every effect at or before this moment is in the repository; null where none is, or it is not known yet
     * @param gap what was lost of the log and no snapshot has closed yet, or empty
     * @param problem why the last attempt failed, or empty
     * @param failingSince since when attempts fail, or null
     */
    public record Archive(
            boolean enabled,
            Duration interval,
            String state,
            String words,
            @Nullable Instant upTo,
            String gap,
            String problem,
            @Nullable Instant failingSince) {}
}

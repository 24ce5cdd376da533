package org.understudy.server.imap;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the IMAP server listens, what it allows, and how long it waits.
 *
 * @param imaps where to listen for TLS from the first octet (RFC 8314), port 0 for any free one; empty for not at all
 * @param imap where to listen for IMAP with STARTTLS; empty for not at all
 * @param localLogins whether clients on this machine may log in on {@code imap} without TLS, as a proxy that ends TLS does
 * @param spoolFolder folder for literals too large for memory; used by this server alone, made when missing
 */
public record ImapSettings(
        Optional<InetSocketAddress> imaps,
        Optional<InetSocketAddress> imap,
        boolean localLogins,
        Path spoolFolder,
        Limits limits,
        Timeouts timeouts,
        Fairness fairness) {

    /** Listens nowhere yet; limits and timeouts as documented there. */
    public static ImapSettings defaults(Path spoolFolder) {
        return new ImapSettings(
                Optional.empty(),
                Optional.empty(),
                false,
                spoolFolder,
                Limits.defaults(),
                Timeouts.defaults(),
                Fairness.defaults());
    }

    public ImapSettings withImaps(InetSocketAddress address) {
        return new ImapSettings(Optional.of(address), imap, localLogins, spoolFolder, limits, timeouts, fairness);
    }

    public ImapSettings withImap(InetSocketAddress address) {
        return new ImapSettings(imaps, Optional.of(address), localLogins, spoolFolder, limits, timeouts, fairness);
    }

    public ImapSettings withLocalLogins() {
        return new ImapSettings(imaps, imap, true, spoolFolder, limits, timeouts, fairness);
    }

    public ImapSettings withLimits(Limits other) {
        return new ImapSettings(imaps, imap, localLogins, spoolFolder, other, timeouts, fairness);
    }

    public ImapSettings withTimeouts(Timeouts other) {
        return new ImapSettings(imaps, imap, localLogins, spoolFolder, limits, other, fairness);
    }

    public ImapSettings withFairness(Fairness other) {
        return new ImapSettings(imaps, imap, localLogins, spoolFolder, limits, timeouts, other);
    }

    /**
     * What keeps one user or address from taking what is everybody's.
     *
     * @param connectionsPerAddress open connections from one IP address
     * @param connectionsPerUser open connections of one user, logged in
     * @param throttle whether logins are slowed down after failures from their address or for their user
     */
    public record Fairness(int connectionsPerAddress, int connectionsPerUser, boolean throttle) {
        public Fairness {
            if (connectionsPerAddress < 1 || connectionsPerUser < 1) {
                throw new IllegalArgumentException("a limit is below 1");
            }
        }

        /** 200 connections from an address, 50 of a user, and logins slowed down. */
        public static Fairness defaults() {
            return new Fairness(200, 50, true);
        }
    }

    /**
     * Sizes and counts.
     *
     * @param lineOctets all lines of one command together, without its literals; 8,000 at least (RFC 7162 section 4)
     * @param messageOctets one message of APPEND or REPLACE
     * @param heapOctets the literals of one command that are kept in memory; other commands than APPEND and REPLACE
     *     may not have more
     * @param connections open connections, encrypted or not
     * @param runningCommands commands that work at the same time; those that wait for a slow client do not count
     * @param badCommands how many commands in a row may be answered BAD before the connection ends
     */
    public record Limits(
            int lineOctets, long messageOctets, int heapOctets, int connections, int runningCommands, int badCommands) {
        public Limits {
            if (lineOctets < 8_000 || messageOctets < 1 || messageOctets > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("lineOctets " + lineOctets + ", messageOctets " + messageOctets);
            }
            if (heapOctets < 1 || connections < 1 || runningCommands < 1 || badCommands < 1) {
                throw new IllegalArgumentException("a limit is below 1");
            }
        }

        /** 64 KiB lines, 64 MiB messages, 64 KiB in memory, 10,000 connections, 64 commands, 10 bad ones. */
        public static Limits defaults() {
            return new Limits(64 << 10, 64L << 20, 64 << 10, 10_000, 64, 10);
        }
    }

    /**
     * Waiting times.
     *
     * @param handshake for TLS to be agreed
     * @param login from connecting until someone is logged in
     * @param idle for the next octet of a logged-in client, 30 minutes at least in use (RFC 9051 section 5.4)
     * @param stall for a client to take in any octet of a reply
     * @param heartbeat between the untagged OKs that keep middleboxes awake during IDLE
     * @param loginDelay before a failed login is answered; doubles with each failure
     */
    public record Timeouts(
            Duration handshake,
            Duration login,
            Duration idle,
            Duration stall,
            Duration heartbeat,
            Duration loginDelay) {

        /** Handshake 30 s, login 3 min, idle 30 min, stall 2 min, heartbeat 2 min, login delay 1 s. */
        public static Timeouts defaults() {
            return new Timeouts(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(1));
        }
    }
}

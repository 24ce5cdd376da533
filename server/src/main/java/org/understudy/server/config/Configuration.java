package org.understudy.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.server.acme.AcmeSettings;
import org.understudy.server.autoconfig.Autoconfig;
import org.understudy.server.schedule.HealthReader;
import org.understudy.server.schedule.StandardJobs;
import org.understudy.server.tls.CertificateFiles;
import org.understudy.server.tls.ClientCertificates;
import org.understudy.server.tls.TlsEngine;
import org.understudy.server.tls.TlsProfile;

/**
 * Everything that the server can be told. {@code conf/understudy.conf} explains each key.
 *
 * @param dataFolder absolute; holds the store, shadows, restores and keys
 * @param repository where the snapshots are kept
 * @param retention which snapshots 'repo prune' keeps
 * @param archive how the store's log gets there between snapshots
 * @param scrub how the store is reread in the background
 * @param expunged how long expunged mail can be brought back without a snapshot
 * @param routine what the server does at given times, and what it warns of
 * @param ledger what is kept of the host names that clients use
 * @param autoconfig what mail programs are told of where to find their mail
 * @param delivery how mail comes in by LMTP, and how it is fetched by POP3
 */
public record Configuration(
        Path dataFolder,
        RepositorySettings repository,
        Listeners listeners,
        Tls tls,
        Limits limits,
        Memory memory,
        Accounts accounts,
        Admin admin,
        Logging logging,
        Roles roles,
        Restore restore,
        RetentionRules retention,
        Archive archive,
        Shadows shadows,
        Search search,
        Scrub scrub,
        Routine routine,
        Ledger ledger,
        Autoconfig autoconfig,
        DeliverySettings delivery,
        Expunged expunged) {

    /** The folder of the RocksDB database. */
    public Path storeFolder() {
        return dataFolder.resolve("store");
    }

    /** The same, but with another data folder; a repository within the old one moves along. */
    public Configuration withDataFolder(Path folder) {
        return new Configuration(
                folder,
                repository.moved(dataFolder, folder),
                listeners,
                tls,
                limits,
                memory,
                accounts,
                admin,
                logging,
                roles,
                restore,
                retention,
                archive,
                shadows,
                search,
                scrub,
                routine,
                ledger,
                autoconfig,
                delivery,
                expunged);
    }

    /**
     * @param imaps TLS from the first byte (RFC 8314)
     * @param imap plain text, to be made safe by STARTTLS; LOGIN is refused before
     * @param localLogins whether those who come from this machine may log in on {@code imap} without TLS
     * @param metrics plain HTTP, for Prometheus
     * @param autoconfig plain HTTP, for a reverse proxy that mail programs ask for their settings
     */
    public record Listeners(Listener imaps, Listener imap, boolean localLogins, Listener metrics, Listener autoconfig) {
        /** With TLS for everybody, and without metrics. */
        public Listeners(Listener imaps, Listener imap) {
            this(imaps, imap, false, new Listener(false, "127.0.0.1", 0), new Listener(false, "127.0.0.1", 0));
        }
    }

    /**
     * @param host address or name to listen on; {@code 0.0.0.0} or {@code ::} for all
     * @param port 0 to 65535; 0 lets the system choose
     */
    public record Listener(boolean enabled, String host, int port) {}

    /**
     * @param standard shown to clients that name no host, or one not in {@code hosts}; null: one is made and kept in the
     *     data folder
     * @param hosts by server name (RFC 6066 section 3)
     * @param stapling whether what authorities say of the certificates is fetched and told to clients
     * @param watch how often the files are looked at; zero for only when asked
     * @param clients whose certificates clients may log in with; null for nobody's
     * @param acme which certificates the server orders by itself; null for none
     * @param source the configuration file, from which {@code standard} and {@code hosts} are read again; null if none
     */
    public record Tls(
            @Nullable CertificateFiles standard,
            List<HostCertificate> hosts,
            TlsEngine.Wish engine,
            TlsProfile profile,
            boolean stapling,
            Duration watch,
            ClientCertificates.@Nullable Settings clients,
            @Nullable AcmeSettings acme,
            @Nullable Path source) {
        public Tls {
            hosts = List.copyOf(hosts);
        }
    }

    /** @param name lower case; {@code *.example.org} covers one level */
    public record HostCertificate(String name, CertificateFiles files) {}

    /**
     * @param connections at once, over all listeners
     * @param connectionsPerAddress at once from one IP address
     * @param connectionsPerUser at once of one user
     * @param throttleLogins whether failed logins make the next ones wait
     * @param literal the largest message that a client may send
     * @param line the longest command line, literals not counted
     * @param loginTimeout for a connection without a login
     * @param idleTimeout for one with a login; RFC 9051 section 5.4 demands 30 minutes at least
     */
    public record Limits(
            int connections,
            int connectionsPerAddress,
            int connectionsPerUser,
            boolean throttleLogins,
            DataSize literal,
            DataSize line,
            Duration loginTimeout,
            Duration idleTimeout) {}

    /** @param store block cache and write buffers of the store together */
    public record Memory(DataSize store) {
        /** What a machine of that much memory gives the store if nobody says otherwise; zero for not known. */
        public static DataSize standard(long machineMebibytes) {
            if (machineMebibytes <= 0 || (machineMebibytes >= 1_500 && machineMebibytes < 8_192)) {
                return DataSize.ofMebibytes(256);
            }
            return DataSize.ofMebibytes(machineMebibytes < 1_500 ? 96 : Math.min(1_024, machineMebibytes / 32));
        }
    }

    /**
     * @param hash cost of new password hashes
     * @param concurrentLogins how many passwords are checked at once; each takes {@code hash.memory}
     * @param rememberLogins how long a right password is not hashed again; zero for always
     * @param oauth whose tokens let users in too
     * @param ldap whose users may log in too; null for nobody's
     */
    public record Accounts(
            HashCost hash,
            int concurrentLogins,
            Duration rememberLogins,
            List<OauthSettings> oauth,
            @Nullable LdapSettings ldap,
            Masters masters) {
        public static final Duration REMEMBER_LOGINS = Duration.ofMinutes(5);

        /** By passwords alone. */
        public Accounts(HashCost hash, int concurrentLogins) {
            this(hash, concurrentLogins, REMEMBER_LOGINS, List.of(), null, Masters.DEFAULT);
        }

        public Accounts {
            oauth = List.copyOf(oauth);
        }
    }

    /**
     * How those whom {@link Roles#masters} names enter other users' mailboxes.
     *
     * @param separator stands between the user's name and the master's
     * @param readOnly whether they can change nothing there
     * @param ofStaff whether also into the mailboxes of engineers, approvers and masters
     */
    public record Masters(String separator, boolean readOnly, boolean ofStaff) {
        public static final Masters DEFAULT = new Masters("*", true, false);
    }

    /**
     * Cost of Argon2id (RFC 9106 section 3.1).
     *
     * @param memory m, 8 KiB for each lane at least
     * @param passes t
     * @param lanes p
     */
    public record HashCost(DataSize memory, int passes, int lanes) {}

    /**
     * @param host a loopback address
     * @param port 0 lets the system choose; the command line finds it in {@code admin.address} of the data folder
     * @param socket a Unix socket besides, or null
     * @param tls a listener with TLS besides, for other machines, or null
     */
    public record Admin(
            String host,
            int port,
            @Nullable Path socket,
            @Nullable AdminTls tls) {
        /** On loopback alone. */
        public Admin(String host, int port) {
            this(host, port, null, null);
        }
    }

    /**
     * The admin API for other machines.
     *
     * @param names what clients may call it, in lower case, besides the address
     */
    public record AdminTls(String host, int port, Path certificate, Path key, SortedSet<String> names) {
        public AdminTls {
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }
    }

    /**
     * Who may do what beyond their own mail. Names as they are stored: lower case, Unicode form C.
     *
     * @param engineers may open any shadow over IMAP, read-only
     * @param approvers may approve plans; if empty, everybody may
     * @param viewers may look at the console
     * @param admins may do everything there
     * @param masters may enter other users' mailboxes with their own password
     */
    public record Roles(
            SortedSet<String> engineers,
            SortedSet<String> approvers,
            SortedSet<String> viewers,
            SortedSet<String> admins,
            SortedSet<String> masters) {
        public Roles {
            engineers = Collections.unmodifiableSortedSet(new TreeSet<>(engineers));
            approvers = Collections.unmodifiableSortedSet(new TreeSet<>(approvers));
            viewers = Collections.unmodifiableSortedSet(new TreeSet<>(viewers));
            admins = Collections.unmodifiableSortedSet(new TreeSet<>(admins));
            masters = Collections.unmodifiableSortedSet(new TreeSet<>(masters));
        }

        /** With engineers and approvers alone. */
        public Roles(SortedSet<String> engineers, SortedSet<String> approvers) {
            this(engineers, approvers, new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        }

        /** Whether a user has any of them. */
        public boolean staff(String user) {
            return Stream.of(engineers, approvers, viewers, admins, masters).anyMatch(names -> names.contains(user));
        }
    }

    /** @param approvals how many persons must approve a plan, 1 or 2; a request may ask for more, never for fewer */
    public record Restore(int approvals) {}

    /**
     * Shadows in mail programs.
     *
     * @param owners whether owners may look at their own once they are validated, where nobody has said otherwise for a
     *     restore
     * @param expire how long after the last step of a finished restore its shadow is kept
     * @param idle how long one stays open when nobody looks at it any more
     * @param memory for blocks and indexes of each that is open
     * @param open how many may be open at once
     */
    public record Shadows(boolean owners, Duration expire, Duration idle, DataSize memory, int open) {}

    /**
     * @param index whether the server keeps an index of the text of mail
     * @param memory for the index, outside of the Java heap
     */
    public record Search(boolean index, DataSize memory) {
        public static final Search DEFAULT = new Search(true, DataSize.ofMebibytes(32));
    }

    /**
     * Rereading the store; either of the two being zero turns it off.
     *
     * @param rate octets a second at most
     * @param every how long after the beginning of one pass the next one begins
     */
    public record Scrub(DataSize rate, Duration every) {
        public static final Scrub DEFAULT = new Scrub(DataSize.ofMebibytes(20), Duration.ofDays(7));

        public boolean enabled() {
            return rate.bytes() > 0 && every.isPositive();
        }
    }

    /**
     * What becomes of the bodies of expunged mail.
     *
     * @param keep how long they stay at least
     * @param every how long after one round the next one begins; zero for only when somebody asks
     * @param rate octets a second at most that a round reads and writes
     */
    public record Expunged(Duration keep, Duration every, DataSize rate) {
        public static final Expunged DEFAULT =
                new Expunged(Duration.ofDays(30), Duration.ZERO, DataSize.ofMebibytes(20));
    }

    /** @param rows how many are kept of logins; 0: there is no ledger */
    public record Ledger(int rows) {
        public static final Ledger DEFAULT = new Ledger(50_000);
    }

    /**
     * Carrying the log into the repository.
     *
     * @param interval at most so much of what was done is lost with the store's disk
     */
    public record Archive(boolean enabled, Duration interval) {}

    /**
     * What the server does unasked.
     *
     * @param zone whose wall clock times of day are meant by
     * @param plan when each job runs
     * @param alerts how old what may be
     */
    public record Routine(ZoneId zone, StandardJobs.Plan plan, HealthReader.Thresholds alerts) {}

    /**
     * @param level of messages that are logged, and all above
     * @param format of their lines
     * @param auditRequired whether work is refused that the audit log cannot note
     */
    public record Logging(LogLevel level, LogFormat format, boolean auditRequired) {
        /** Where work goes on whatever becomes of the audit log. */
        public Logging(LogLevel level) {
            this(level, LogFormat.TEXT, false);
        }
    }

    /** From few messages to many. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** How a log line looks. */
    public enum LogFormat {
        TEXT,
        /** An object a line. */
        JSON
    }
}

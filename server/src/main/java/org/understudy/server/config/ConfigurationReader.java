package org.understudy.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.server.config.Configuration.Accounts;
import org.understudy.server.config.Configuration.Admin;
import org.understudy.server.config.Configuration.AdminTls;
import org.understudy.server.config.Configuration.Archive;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.Configuration.Limits;
import org.understudy.server.config.Configuration.Listener;
import org.understudy.server.config.Configuration.Listeners;
import org.understudy.server.config.Configuration.LogFormat;
import org.understudy.server.config.Configuration.LogLevel;
import org.understudy.server.config.Configuration.Logging;
import org.understudy.server.config.Configuration.Masters;
import org.understudy.server.config.Configuration.Memory;
import org.understudy.server.config.Configuration.Restore;
import org.understudy.server.config.Configuration.Roles;
import org.understudy.server.config.Configuration.Routine;
import org.understudy.server.config.Configuration.Scrub;
import org.understudy.server.config.Configuration.Search;
import org.understudy.server.config.Configuration.Shadows;
import org.understudy.server.schedule.HealthReader;
import org.understudy.server.schedule.StandardJobs;
import org.understudy.server.schedule.Timing;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads the configuration file. */
public final class ConfigurationReader {
    /** System property by which the launcher says how much memory the machine or its container has, in MiB. */
    private static final String MACHINE = "understudy.machine.memory";

    private static final DataSize LARGEST_MEMORY = new DataSize(1L << 40);

    private static final int MOST_KEPT = 100_000;

    private ConfigurationReader() {}

    /**
     * What holds without a file.
     *
     * @param folder the data folder becomes {@code data} in here
     */
    public static Configuration defaults(Path folder) {
        Problems none = new Problems(folder);
        Configuration configuration = read(new Section("", ConfigFactory.empty().root(), absolute(folder), none));
        none.throwIfAny();
        return configuration;
    }

    /**
     * Reads a file. {@code ${NAME}} stands for a variable of the environment, {@code ${?NAME}} for one that may be
     * missing.
     *
     * @throws OperatorException {@link Reason#CONFIG} naming every fault; {@link Reason#NOT_FOUND} or {@link
     *     Reason#PERMISSION} if the file cannot be read
     */
    public static Configuration read(Path file) {
        Path absolute = absolute(file);
        if (!Files.exists(absolute)) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    absolute + ": no such configuration file",
                    "check the path, or leave --config out to run on the embedded defaults");
        }
        if (Files.isDirectory(absolute) || !Files.isReadable(absolute)) {
            throw new OperatorException(
                    Reason.PERMISSION,
                    absolute + ": cannot be read as a configuration file",
                    "name a file that the user of this process may read");
        }
        Problems problems = new Problems(absolute);
        Configuration configuration = parse(absolute, problems);
        problems.throwIfAny();
        return configuration;
    }

    private static Configuration parse(Path file, Problems problems) {
        Path folder = absolute(file.resolve(".."));
        try {
            Config config = ConfigFactory.parseFile(
                            file.toFile(),
                            ConfigParseOptions.defaults()
                                    .setSyntax(ConfigSyntax.CONF)
                                    .setAllowMissing(false))
                    .resolve();
            return read(new Section("", config.root(), folder, problems));
        } catch (ConfigException e) {
            String text = String.valueOf(e.getMessage());
            if (e.origin() == null) {
                throw new OperatorException(Reason.CONFIG, file + ": " + text, "correct the file", e);
            }
            String place = e.origin().description() + ": ";
            problems.add(e.origin(), text.startsWith(place) ? text.substring(place.length()) : text);
            problems.throwIfAny();
            throw new IllegalStateException("a problem was added just now", e);
        }
    }

    private static Configuration read(Section root) {
        Path data = root.path("data-folder", root.folder().resolve("data"));
        RepositorySettings repository = RepositoryReader.read(root, data);
        Section listeners = root.section("listeners");
        DeliverySettings delivery = DeliveryReader.read(listeners, root.section("delivery"));
        Configuration configuration = new Configuration(
                data,
                repository,
                listeners(listeners),
                TlsReader.read(root.section("tls")),
                limits(root.section("limits")),
                memory(root.section("memory")),
                accounts(root.section("accounts")),
                admin(root.section("admin")),
                logging(root.section("logging")),
                roles(root.section("roles")),
                restore(root.section("restore")),
                retention(root.section("retention")),
                archive(root.section("archive")),
                shadows(root.section("shadows")),
                search(root.section("search")),
                scrub(root.section("scrub")),
                routine(root.section("schedule"), root.section("alerts")),
                ledger(root.section("ledger")),
                AutoconfigReader.read(root.section("autoconfig")),
                delivery,
                expunged(root.section("expunged")));
        int approvers = configuration.roles().approvers().size();
        if (approvers > 0 && approvers < configuration.restore().approvals()) {
            root.section("restore")
                    .fault(
                            "approvals",
                            "is " + configuration.restore().approvals() + ", and roles.approvers names " + approvers
                                    + ": no plan could ever be approved; name more persons, or none");
        }
        root.finish();
        return configuration;
    }

    private static Listeners listeners(Section s) {
        Section tls = DeliveryReader.withProxies(s.section("imaps"));
        Listener imaps = listener(tls, true, 9993);
        Section starttls = DeliveryReader.withProxies(s.section("imap"));
        boolean localLogins = starttls.truth("local-logins-without-tls", false);
        Listeners listeners = new Listeners(
                imaps,
                listener(starttls, true, 9143),
                localLogins,
                listener(s.section("metrics"), false, 9994),
                listener(s.section("autoconfig"), false, 9995));
        if (listeners.imaps().enabled()
                && listeners.imap().enabled()
                && listeners.imaps().port() != 0
                && listeners.imaps().port() == listeners.imap().port()
                && listeners.imaps().host().equals(listeners.imap().host())) {
            s.fault(
                    "imap",
                    "has the same host and port as imaps, " + listeners.imaps().port());
        }
        s.finish();
        return listeners;
    }

    private static Listener listener(Section s, boolean enabled, int port) {
        Listener listener = new Listener(
                s.truth("enabled", enabled), s.text("host", "127.0.0.1"), s.number("port", port, 0, 65_535));
        s.finish();
        return listener;
    }

    private static Limits limits(Section s) {
        Limits limits = new Limits(
                s.number("connections", 10_000, 1, 1_000_000),
                s.number("connections-per-address", 200, 1, 1_000_000),
                s.number("connections-per-user", 50, 1, 1_000_000),
                s.truth("throttle-logins", true),
                s.size("literal", DataSize.ofMebibytes(64), DataSize.ofMebibytes(1), DataSize.ofMebibytes(1024)),
                s.size("line", DataSize.ofKibibytes(64), DataSize.ofKibibytes(8), DataSize.ofMebibytes(1)),
                s.duration("login-timeout", Duration.ofMinutes(1), Duration.ofSeconds(1)),
                s.duration("idle-timeout", Duration.ofMinutes(30), Duration.ofMinutes(30)));
        s.finish();
        return limits;
    }

    private static Memory memory(Section s) {
        Memory memory = new Memory(
                s.size("store", Memory.standard(Long.getLong(MACHINE, 0)), DataSize.ofMebibytes(16), LARGEST_MEMORY));
        s.finish();
        return memory;
    }

    private static Accounts accounts(Section s) {
        Section hash = s.section("hash");
        HashCost cost = new HashCost(
                hash.size("memory", DataSize.ofMebibytes(19), DataSize.ofMebibytes(1), DataSize.ofMebibytes(1024)),
                hash.number("passes", 2, 1, 100),
                hash.number("lanes", 1, 1, 16));
        hash.finish();
        Accounts accounts = new Accounts(
                cost,
                s.number("concurrent-logins", 4, 1, 1024),
                s.duration("remember-logins", Accounts.REMEMBER_LOGINS, Duration.ZERO),
                OauthReader.read(s),
                LdapReader.read(s),
                masters(s.section("masters")));
        s.finish();
        return accounts;
    }

    private static Masters masters(Section s) {
        Masters masters = new Masters(
                s.text("separator", Masters.DEFAULT.separator()),
                s.truth("read-only", Masters.DEFAULT.readOnly()),
                s.truth("of-staff", Masters.DEFAULT.ofStaff()));
        if (!masters.separator().matches("[*%!#|:;&]{1,3}")) {
            s.fault("separator", "expected one to three of * % ! # | : ; &, which stand in no user's name");
        }
        s.finish();
        return masters;
    }

    private static Admin admin(Section s) {
        Admin admin = new Admin(
                s.text("host", "127.0.0.1"),
                s.number("port", 0, 0, 65_535),
                s.optionalPath("socket"),
                s.has("tls") ? adminTls(s.section("tls")) : null);
        if (!isLoopback(admin.host())) {
            s.fault(
                    "host",
                    "expected a loopback address such as 127.0.0.1 or ::1, found \"" + admin.host()
                            + "\"; for other machines there is admin.tls");
        }
        s.finish();
        return admin;
    }

    private static @Nullable AdminTls adminTls(Section s) {
        Path certificate = s.optionalPath("certificate");
        Path key = s.optionalPath("key");
        String host = s.text("host", "0.0.0.0");
        int port = s.number("port", 9995, 0, 65_535);
        SortedSet<String> names = s.names("names");
        if (certificate == null) {
            s.fault("certificate", "is missing; other machines reach the admin API with TLS only");
        }
        if (key == null) {
            s.fault("key", "is missing; it is the private key of admin.tls.certificate");
        }
        s.finish();
        return certificate == null || key == null ? null : new AdminTls(host, port, certificate, key, names);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Logging logging(Section s) {
        Logging logging = new Logging(
                s.oneOf("level", LogLevel.class, LogLevel.INFO),
                s.oneOf("format", LogFormat.class, LogFormat.TEXT),
                s.truth("audit-required", false));
        s.finish();
        return logging;
    }

    private static Roles roles(Section s) {
        Roles roles = new Roles(
                s.names("engineers"), s.names("approvers"), s.names("viewers"), s.names("admins"), s.names("masters"));
        s.finish();
        return roles;
    }

    private static Restore restore(Section s) {
        Restore restore = new Restore(s.number("approvals", 1, 1, 2));
        s.finish();
        return restore;
    }

    private static Search search(Section s) {
        Search search = new Search(
                s.truth("index", Search.DEFAULT.index()),
                s.size("memory", Search.DEFAULT.memory(), DataSize.ofMebibytes(8), LARGEST_MEMORY));
        s.finish();
        return search;
    }

    private static Scrub scrub(Section s) {
        DataSize most = DataSize.ofMebibytes(1 << 20);
        Scrub scrub = new Scrub(
                s.sizeOrOff("rate", Scrub.DEFAULT.rate(), DataSize.ofKibibytes(64), most),
                s.durationOrOff("every", Scrub.DEFAULT.every(), Duration.ofMinutes(1)));
        s.finish();
        return scrub;
    }

    private static Configuration.Expunged expunged(Section s) {
        Configuration.Expunged usual = Configuration.Expunged.DEFAULT;
        boolean atOnce = s.truth("nothing-can-be-recovered", false);
        Configuration.Expunged expunged = new Configuration.Expunged(
                s.duration("keep", usual.keep(), atOnce ? Duration.ZERO : Duration.ofDays(1)),
                s.durationOrOff("reclaim-every", usual.every(), Duration.ofMinutes(1)),
                s.size("rate", usual.rate(), DataSize.ofKibibytes(64), DataSize.ofMebibytes(1 << 20)));
        s.finish();
        return expunged;
    }

    private static Configuration.Ledger ledger(Section s) {
        Configuration.Ledger ledger =
                new Configuration.Ledger(s.number("rows", Configuration.Ledger.DEFAULT.rows(), 0, 1_000_000));
        s.finish();
        return ledger;
    }

    private static Archive archive(Section s) {
        Archive archive = new Archive(
                s.truth("enabled", true), s.duration("interval", Duration.ofMinutes(1), Duration.ofSeconds(1)));
        s.finish();
        return archive;
    }

    private static RetentionRules retention(Section s) {
        RetentionRules rules = new RetentionRules(
                s.number("keep-last", 0, 0, MOST_KEPT),
                s.number("keep-hourly", 0, 0, MOST_KEPT),
                s.number("keep-daily", 0, 0, MOST_KEPT),
                s.number("keep-weekly", 0, 0, MOST_KEPT),
                s.number("keep-monthly", 0, 0, MOST_KEPT),
                s.number("keep-yearly", 0, 0, MOST_KEPT));
        s.finish();
        return rules;
    }

    private static Shadows shadows(Section s) {
        Shadows shadows = new Shadows(
                s.truth("owners", false),
                s.duration("expire", Duration.ofDays(14), Duration.ofHours(1)),
                s.duration("idle", Duration.ofMinutes(10), Duration.ofSeconds(1)),
                s.size("memory", DataSize.ofMebibytes(4), DataSize.ofMebibytes(1), DataSize.ofMebibytes(1024)),
                s.number("open", 20, 1, 10_000));
        s.finish();
        return shadows;
    }

    private static Routine routine(Section schedule, Section alerts) {
        Routine routine = new Routine(
                zone(schedule),
                new StandardJobs.Plan(
                        timing(schedule, "snapshot"),
                        timing(schedule, "verify"),
                        timing(schedule, "verify-subset"),
                        schedule.number("subset-parts", 7, 2, 1_000),
                        timing(schedule, "prune"),
                        timing(schedule, "loss"),
                        timing(schedule, "drill"),
                        schedule.number("drill-users", RunDrill.USERS, 0, 100_000)),
                new HealthReader.Thresholds(
                        alerts.duration("snapshot-age", Duration.ofHours(26), Duration.ofMinutes(1)),
                        alerts.duration("verified-age", Duration.ofDays(8), Duration.ofMinutes(1)),
                        alerts.duration("drill-age", Duration.ofDays(31), Duration.ofMinutes(1))));
        schedule.finish();
        alerts.finish();
        return routine;
    }

    private static Timing timing(Section s, String key) {
        String text = s.text(key, "never");
        return Timing.parse(text).orElseGet(() -> {
            s.fault(key, "expected " + Timing.FORMS + ", found \"" + text + "\"");
            return new Timing.Never();
        });
    }

    private static ZoneId zone(Section s) {
        String text = s.text("zone", "");
        try {
            return text.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(text);
        } catch (DateTimeException e) {
            s.fault("zone", "expected a time zone such as Europe/Berlin or UTC, found \"" + text + "\"");
            return ZoneOffset.UTC;
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}

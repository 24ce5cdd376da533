package org.understudy.server.cli;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.cli.Console;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.server.access.TokenBook;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.account.Approvers;
import org.understudy.server.admin.AdminServer;
import org.understudy.server.admin.AdminSetup;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.audit.FileAuditLog;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.RepositoryPlaces;
import org.understudy.server.metrics.MetricsServer;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.schedule.HealthReader;
import org.understudy.server.schedule.Scheduler;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.search.IndexStatus;
import org.understudy.server.supervise.Supervision;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.MailboxDamage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.MailboxRow;

/**
 * A server over a store that must not be opened for writing: what can be read is served for reading, what cannot is
 * refused by name, nothing in the store's folder is changed. No schedule runs, no restore goes on, no log is archived.
 */
final class RescueProcess {
    private static final Logger LOG = LoggerFactory.getLogger(RescueProcess.class);
    private static final String BY = "rescue mode";
    private static final ServerStatus.Archive NO_ARCHIVE =
            new ServerStatus.Archive(false, Duration.ZERO, "STARTING", "not in rescue mode", null, "", "", null);

    private final String version;
    private final Clock clock;
    private final ServerProcess.MailServices services;
    private final Supervision supervision;

    RescueProcess(String version, Clock clock, ServerProcess.MailServices services, Supervision supervision) {
        this.version = version;
        this.clock = clock;
        this.services = services;
        this.supervision = supervision;
    }

    /** Serves until this thread is interrupted. */
    void run(Configuration configuration, Console console) throws Exception {
        try (RunningServer server = start(configuration, console)) {
            ServerStatus status = server.status();
            console.result(status, out -> {
                out.println("RESCUE MODE: Understudy " + status.version()
                        + " serves for reading only what can be read of " + status.dataFolder());
                status.listeners().forEach(l -> out.printf("  %-10s %s:%d%n", l.name(), l.host(), l.port()));
                out.println("Nothing in the store is changed. Stop it with Ctrl-C.");
            });
            ServerProcess.serve(status, supervision);
        }
    }

    private RunningServer start(Configuration configuration, Console console) throws Exception {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        Instant startedAt = clock.instant();
        boolean started = false;
        try {
            MailStore store = MailStore.openForRescue(
                    configuration.storeFolder(),
                    new MailStore.Options(configuration.memory().store().bytes(), clock));
            open.push(store);
            FileAuditLog audit = FileAuditLog.open(configuration.dataFolder(), store, clock, false);
            open.push(audit);
            audit.record(ConfigurationEvents.loaded(version, configuration));
            SecureRandom random = new SecureRandom();
            AccountService accounts =
                    ServerProcess.accounts(configuration, store, random).noting(audit);
            open.push(accounts);
            RepositoryPlace repository = RepositoryPlaces.of(configuration, clock);
            open.push(repository.backend());
            Workplace workplace = new Workplace(
                    store, configuration.dataFolder(), repository, clock, Approvers.of(configuration, accounts));
            Damage damage = Damage.of(store);
            tell(damage, newest(repository), console);
            IncidentHolds.of(workplace).raiseUnlessReleased(BY, "the store is damaged: " + damage.words(), List.of());
            ServerProcess.Running running = services.start(configuration, store, accounts);
            open.push(running);
            Scheduler idle = Scheduler.start(
                    configuration.dataFolder(), configuration.routine().zone(), clock, Map.of());
            open.push(idle);
            HealthReader health = new HealthReader(
                    workplace,
                    idle,
                    configuration.routine().alerts(),
                    () -> IncidentHolds.of(workplace).state().text());
            List<ServerStatus.Listening> listening = new CopyOnWriteArrayList<>(running.listening());
            Supplier<ServerStatus> status = () -> damage.census()
                    .status(
                            version,
                            store.storeId(),
                            configuration.dataFolder().toString(),
                            startedAt,
                            Duration.between(startedAt, clock.instant()),
                            listening,
                            loss(damage),
                            NO_ARCHIVE,
                            IndexStatus.OFF,
                            ScrubStatus.OFF,
                            ReclaimStatus.OFF,
                            health.read(),
                            AccountsStatus.of(accounts),
                            ServerProcess.certificates(running));
            Monitoring monitoring = new Monitoring(
                    configuration,
                    workplace,
                    running,
                    health,
                    accounts,
                    () -> NO_ARCHIVE,
                    () -> loss(damage),
                    () -> ScrubStatus.OFF,
                    () -> ReclaimStatus.OFF);
            AdminServer admin = AdminServer.start(
                    configuration.admin(),
                    new AdminSetup(
                            version,
                            workplace,
                            List.of(RestoreOperations.checkStore(), ServerProcess.reload(running)),
                            status,
                            monitoring::readiness,
                            audit,
                            TokenBook.open(configuration.dataFolder(), clock),
                            null,
                            null,
                            List.of(),
                            List.of()),
                    random);
            open.push(admin);
            listening.addAll(admin.listening());
            if (configuration.listeners().metrics().enabled()) {
                MetricsServer measured = monitoring.start(version);
                open.push(measured);
                listening.add(measured.listening());
            }
            started = true;
            return new RunningServer(open, workplace, accounts, status, running);
        } finally {
            if (!started) {
                RunningServer.closeAll(open);
            }
        }
    }

    private static ServerStatus.Loss loss(Damage damage) {
        return new ServerStatus.Loss(
                null, "", !damage.mailboxes().isEmpty(), damage.lost(), 0, 0, false, damage.words());
    }

    private static String newest(RepositoryPlace place) {
        try {
            List<String> ids = Repository.open(place).snapshotIds();
            return ids.isEmpty() ? "" : ids.getLast();
        } catch (OperatorException e) {
            LOG.warn("The repository cannot be looked at: {}", e.getMessage());
            return "";
        }
    }

    private static void tell(Damage damage, String snapshot, Console console) throws IOException {
        LOG.error("Rescue mode: {}", damage.words());
        for (MailboxDamage one : damage.mailboxes()) {
            console.note("  user " + Printable.line(one.owner()) + ", mailbox " + Printable.line(one.name()) + ": "
                    + (one.lost().isEmpty() ? "" : "UIDs " + one.lostUids() + " are lost here; ")
                    + Printable.line(one.why()));
        }
        console.note("RESCUE MODE: " + damage.words() + ".");
        console.note(
                snapshot.isEmpty()
                        ? "HINT: there is no snapshot to mend it from; keep a copy of the store's folder as it is."
                        : "HINT: keep a copy of the store's folder as it is; then stop, and 'understudy repair --snapshot "
                                + snapshot + " --dry-run' says what a new store of the newest snapshot and of what can"
                                + " still be read here would hold (docs/runbooks/repair.md).");
    }

    /**
     * What cannot be read.
     *
     * @param mailboxes those that are concerned
     * @param unreadable what cannot be said because rows of mailboxes themselves are damaged, or empty
     */
    private record Damage(List<MailboxDamage> mailboxes, ServerProcess.Census census, String unreadable) {
        static Damage of(MailStore store) {
            List<MailboxDamage> damaged = new ArrayList<>();
            long messages = 0;
            long bytes = 0;
            long count = 0;
            long users = 0;
            String unreadable = "";
            try {
                for (MailboxRow mailbox : store.mailboxes().all()) {
                    count++;
                    MailboxDamage one = MailboxDamage.of(store, mailbox.id());
                    if (one.any()) {
                        damaged.add(one);
                    }
                    try {
                        var state = store.mailboxes().state(mailbox.id());
                        messages += state.messages();
                        bytes += state.bytes();
                    } catch (CorruptionException e) {
                        if (!one.any()) {
                            damaged.add(new MailboxDamage(
                                    mailbox.id(),
                                    mailbox.path().owner(),
                                    mailbox.path().name(),
                                    one.lost(),
                                    "its counters cannot be read"));
                        }
                    }
                }
                users = store.accounts().all().size();
            } catch (CorruptionException e) {
                unreadable = String.valueOf(e.getMessage());
            }
            return new Damage(damaged, new ServerProcess.Census(users, count, messages, bytes), unreadable);
        }

        long lost() {
            return mailboxes.stream().mapToLong(one -> one.lost().size()).sum();
        }

        String words() {
            return mailboxes.size() + (mailboxes.size() == 1 ? " mailbox has" : " mailboxes have")
                    + " rows that cannot be read, " + lost() + " messages among them"
                    + (unreadable.isEmpty() ? "" : "; and not all mailboxes are known: " + unreadable)
                    + "; bodies were not read, 'understudy fsck --deep' does";
        }
    }
}

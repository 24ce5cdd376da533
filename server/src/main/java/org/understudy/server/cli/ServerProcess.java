package org.understudy.server.cli;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.cli.Console;
import org.understudy.restore.drill.MailProgramLeg;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.incident.FaultHold;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repair.StoreFolders;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.workflow.RestoreRecovery;
import org.understudy.server.access.TokenBook;
import org.understudy.server.access.TokenOperations;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.account.Approvers;
import org.understudy.server.account.CheckUser;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.admin.AdminServer;
import org.understudy.server.admin.AdminSetup;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.audit.FileAuditLog;
import org.understudy.server.autoconfig.AutoconfigServer;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.LdapSettings;
import org.understudy.server.config.RepositoryPlaces;
import org.understudy.server.console.ConsoleSetup;
import org.understudy.server.console.Staff;
import org.understudy.server.console.WebConsole;
import org.understudy.server.coverage.CoverageOperations;
import org.understudy.server.ldap.LdapDirectory;
import org.understudy.server.ledger.Ledger;
import org.understudy.server.metrics.MetricsServer;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.reclaim.Reclaimer;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.schedule.HealthReader;
import org.understudy.server.schedule.Scheduler;
import org.understudy.server.schedule.StandardJobs;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.scrub.Scrubber;
import org.understudy.server.search.IndexStatus;
import org.understudy.server.search.SearchIndexing;
import org.understudy.server.search.SearchOperations;
import org.understudy.server.supervise.Supervision;
import org.understudy.server.tls.CertificateKeeper;
import org.understudy.server.tls.TlsOperations;
import org.understudy.server.tls.TlsStatus;
import org.understudy.server.watch.ArchiveWatch;
import org.understudy.server.watch.FollowedOperation;
import org.understudy.server.watch.LossWatch;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/**
 * A server from start to end: opens the store, completes restores that were cut short, starts the mail services, the
 * watch for losses, then the admin API, says that it is ready, and on interruption closes them in the opposite order.
 */
public final class ServerProcess implements ServerRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(20);

    private final String version;
    private final Clock clock;
    private final List<? extends Operation<?, ?>> operations;
    private final MailServices services;
    private final Supervision supervision;

    /** @param operations those that the admin API offers */
    public ServerProcess(
            String version, Clock clock, List<? extends Operation<?, ?>> operations, MailServices services) {
        this(version, clock, operations, services, Supervision.NONE);
    }

    /** @param supervision who is told that the server is ready, and that it stops */
    ServerProcess(
            String version,
            Clock clock,
            List<? extends Operation<?, ?>> operations,
            MailServices services,
            Supervision supervision) {
        this.version = version;
        this.clock = clock;
        this.operations = List.copyOf(operations);
        this.services = services;
        this.supervision = supervision;
    }

    /** Starts what mail programs connect to. */
    public interface MailServices {
        /** Starts all that the configuration enables, or nothing: on failure it closes what it has started. */
        Running start(Configuration configuration, MailStore store, AccountService accounts) throws Exception;
    }

    /** Mail services under way. */
    public interface Running extends AutoCloseable {
        List<ServerStatus.Listening> listening();

        /** How drills read shadows as mail programs do; empty where they cannot. */
        default Optional<MailProgramLeg> drills() {
            return Optional.empty();
        }

        /** What keeps the search index; empty where there is none. */
        default Optional<SearchIndexing> indexing() {
            return Optional.empty();
        }

        /** What counts who comes under which host name; empty where nothing does. */
        default Optional<Ledger> ledger() {
            return Optional.empty();
        }

        /** Shows figures to monitoring (docs/metrics.md). */
        default void bindTo(MeterRegistry registry) {}

        /** What keeps the certificates; empty where none are shown. */
        default Optional<CertificateKeeper> certificates() {
            return Optional.empty();
        }

        /** Names of listeners that were opened and are closed by now. */
        default List<String> closed() {
            return List.of();
        }

        /** Begins to make ready what the first users would wait for; {@link #close()} ends it. */
        default void rehearse() {}

        /** How many connections of mail programs are open; negative where nobody knows. */
        default int clients() {
            return -1;
        }

        /** Ends sessions gracefully, then stops listening; returns when no thread works on the store any more. */
        @Override
        void close();
    }

    @Override
    public void rescue(Configuration configuration, Console console) throws Exception {
        new RescueProcess(version, clock, services, supervision).run(configuration, console);
        LOG.info("Stopped");
    }

    /** Where the store is refused, what can be read of it is served, if that is safe. */
    @Override
    public void run(Configuration configuration, Console console) throws Exception {
        RunningServer running;
        try {
            running = start(configuration);
        } catch (OperatorException e) {
            if (e.reason() != Reason.STORE_REFUSED) {
                throw e;
            }
            LOG.error("{} HINT: {}", e.getMessage(), e.hint());
            console.note(e.getMessage() + "\nHINT: " + e.hint());
            try {
                rescue(configuration, console);
            } catch (OperatorException unsafe) {
                unsafe.addSuppressed(e);
                throw unsafe.reason() == Reason.STORE_REFUSED ? e : unsafe;
            }
            return;
        }
        try (RunningServer server = running) {
            ServerStatus status = server.status();
            console.result(status, out -> printReady(status, out));
            Supervision.Serving serving = supervision.serving(status);
            server.rehearse();
            Hangup.calls(() -> serving.reloading(server::reload));
            waitForInterrupt();
            serving.close();
        }
        LOG.info("Stopped");
    }

    /** Returns when this thread is interrupted, and tells the supervisor from when to when that is. */
    static void serve(ServerStatus status, Supervision supervision) {
        Supervision.Serving serving = supervision.serving(status);
        waitForInterrupt();
        serving.close();
    }

    /** Returns when this thread is interrupted. */
    public static void waitForInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            LOG.info("Stopping: no new connections, sessions are being ended");
        }
    }

    /** Starts all parts, or none: on failure it closes what it has started. */
    public RunningServer start(Configuration configuration) throws Exception {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        Instant startedAt = clock.instant();
        OperationRouter.makeDataFolder(configuration.dataFolder());
        boolean started = false;
        try {
            StoreFolders.requireNoGap(configuration.dataFolder());
            MailStore store = MailStore.open(
                    configuration.storeFolder(),
                    new MailStore.Options(configuration.memory().store().bytes(), clock));
            open.push(store);
            FileAuditLog audit = FileAuditLog.open(
                    configuration.dataFolder(),
                    store,
                    clock,
                    configuration.logging().auditRequired());
            open.push(audit);
            audit.record(ConfigurationEvents.loaded(version, configuration));
            SecureRandom random = new SecureRandom();
            AccountService accounts = accounts(configuration, store, random).noting(audit);
            open.push(accounts);
            RepositoryPlace repository = RepositoryPlaces.of(configuration, clock);
            open.push(repository.backend());
            Workplace workplace = new Workplace(
                    store, configuration.dataFolder(), repository, clock, Approvers.of(configuration, accounts));
            open.push(FaultHold.watch(workplace));
            List<RestoreRecovery.Resumed> resumed = completeRestores(workplace);
            ArchiveWatch archive = ArchiveWatch.start(workplace, configuration.archive());
            open.push(archive);
            Running running = services.start(configuration, store, accounts);
            open.push(running);
            LossWatch watch = LossWatch.start(workplace);
            open.push(watch);
            Scrubber scrubber = Scrubber.start(workplace, configuration.scrub());
            open.push(scrubber);
            Reclaimer reclaimer = Reclaimer.start(workplace, configuration.expunged());
            open.push(reclaimer);
            Consumer<String> ask = trigger -> {
                archive.ask();
                watch.ask(trigger);
            };
            Configuration.Routine routine = configuration.routine();
            RunDrill drill = new RunDrill(running.drills());
            Scheduler scheduler = Scheduler.start(
                    configuration.dataFolder(),
                    routine.zone(),
                    clock,
                    StandardJobs.of(
                            routine.plan(),
                            configuration.retention(),
                            workplace,
                            FollowedOperation.followed(RestoreOperations.takeSnapshot(), ask),
                            drill));
            open.push(scheduler);
            archive.onGap(() -> scheduler.ask("snapshot", "the log has a gap, which a snapshot ends"));
            HealthReader health = new HealthReader(
                    workplace,
                    scheduler,
                    routine.alerts(),
                    () -> IncidentHolds.of(workplace).state().text());
            List<ServerStatus.Listening> listening = new CopyOnWriteArrayList<>(running.listening());
            Supplier<ServerStatus> status = () -> status(
                    configuration,
                    store,
                    startedAt,
                    listening,
                    watch,
                    archive,
                    running,
                    scrubber,
                    reclaimer,
                    health,
                    accounts);
            Monitoring monitoring = new Monitoring(
                    configuration,
                    workplace,
                    running,
                    health,
                    accounts,
                    archive::status,
                    watch::status,
                    scrubber::status,
                    reclaimer::status);
            TokenBook tokens = TokenBook.open(configuration.dataFolder(), clock);
            List<Operation<?, ?>> here = new ArrayList<>(TokenOperations.in(tokens));
            here.add(drill);
            here.add(SearchOperations.Rebuild.in(running.indexing()));
            here.add(CheckUser.over(accounts));
            here.add(reload(running));
            here.addAll(CoverageOperations.in(configuration));
            List<? extends Operation<?, ?>> offered = FollowedOperation.all(with(here), ask);
            AdminServer admin = AdminServer.start(
                    configuration.admin(),
                    new AdminSetup(
                            version,
                            workplace,
                            offered,
                            status,
                            monitoring::readiness,
                            audit,
                            tokens,
                            configuration.retention(),
                            new PasswordHash(configuration.accounts().hash(), random),
                            resumed,
                            List.of(new WebConsole(
                                    new ConsoleSetup(
                                            version,
                                            workplace,
                                            offered,
                                            status,
                                            audit,
                                            accounts,
                                            new Staff(configuration.roles()),
                                            running::clients),
                                    random))),
                    random);
            open.push(admin);
            listening.addAll(admin.listening());
            if (configuration.listeners().metrics().enabled()) {
                MetricsServer measured = monitoring.start(version);
                open.push(measured);
                listening.add(measured.listening());
            }
            Configuration.Listener settings = configuration.listeners().autoconfig();
            if (settings.enabled()) {
                AutoconfigServer told = AutoconfigServer.start(settings, configuration.autoconfig());
                open.push(told);
                listening.add(told.listening());
            }
            started = true;
            return new RunningServer(open, workplace, accounts, status, running);
        } finally {
            if (!started) {
                RunningServer.closeAll(open);
            }
        }
    }

    /** The operations, of which some can do more here: a drill can use a mail program, and there is an index. */
    private List<? extends Operation<?, ?>> with(List<Operation<?, ?>> here) {
        Map<String, Operation<?, ?>> all = new LinkedHashMap<>();
        operations.forEach(one -> all.put(one.name(), one));
        for (Operation<?, ?> one : here) {
            all.replace(one.name(), one);
        }
        return List.copyOf(all.values());
    }

    /** The accounts of a store, and of the directory beside it; close them in the end. */
    static AccountService accounts(Configuration configuration, MailStore store, SecureRandom random) {
        AccountService stored = new AccountService(
                        store.accounts(),
                        new PasswordHash(configuration.accounts().hash(), random),
                        configuration.accounts().concurrentLogins(),
                        LOGIN_PATIENCE)
                .remembering(configuration.accounts().rememberLogins(), random);
        LdapSettings ldap = configuration.accounts().ldap();
        return ldap == null ? stored : stored.beside(LdapDirectory.of(ldap));
    }

    /** Merges and undos that the last stop cut short, before a client can see half of one. */
    private static List<RestoreRecovery.Resumed> completeRestores(Workplace workplace) throws InterruptedException {
        List<RestoreRecovery.Resumed> resumed = RestoreRecovery.resumeAll(workplace);
        long failed = resumed.stream().filter(one -> one.failure() != null).count();
        if (failed > 0) {
            LOG.error(
                    "{} of {} restores that were cut short could not be completed; 'understudy restore status ID' says"
                            + " why, and serving goes on",
                    failed,
                    resumed.size());
        } else if (!resumed.isEmpty()) {
            LOG.info("Completed {} restores that were cut short", resumed.size());
        }
        return resumed;
    }

    static TlsStatus certificates(Running running) {
        return running.certificates().map(CertificateKeeper::status).orElse(TlsStatus.NONE);
    }

    static TlsOperations.Reload reload(Running running) {
        return running.certificates().map(TlsOperations.Reload::in).orElseGet(TlsOperations.Reload::withoutServer);
    }

    private ServerStatus status(
            Configuration configuration,
            MailStore store,
            Instant startedAt,
            List<ServerStatus.Listening> listening,
            LossWatch watch,
            ArchiveWatch archive,
            Running running,
            Scrubber scrubber,
            Reclaimer reclaimer,
            HealthReader health,
            AccountService accounts) {
        return Census.of(store)
                .status(
                        version,
                        store.storeId(),
                        configuration.dataFolder().toString(),
                        startedAt,
                        Duration.between(startedAt, clock.instant()),
                        listening,
                        watch.status(),
                        archive.status(),
                        running.indexing().map(SearchIndexing::status).orElse(IndexStatus.OFF),
                        scrubber.status(),
                        reclaimer.status(),
                        health.read(),
                        AccountsStatus.of(accounts),
                        certificates(running));
    }

    private static void printReady(ServerStatus status, PrintStream out) {
        out.println("Understudy " + status.version() + " is ready; data in " + status.dataFolder());
        status.listeners().forEach(l -> out.printf("  %-10s %s:%d%n", l.name(), l.host(), l.port()));
        if (status.users() == 0) {
            out.println("There are no users yet. In another window: understudy user add NAME");
        }
        out.println("Stop it with Ctrl-C.");
    }

    /** What a store holds, counted once. */
    record Census(long users, long mailboxes, long messages, long bytes) {
        static Census of(MailStore store) {
            List<MailboxRow> mailboxes = store.mailboxes().all();
            long messages = 0;
            long bytes = 0;
            for (MailboxRow mailbox : mailboxes) {
                MailboxState state = store.mailboxes().state(mailbox.id());
                messages += state.messages();
                bytes += state.bytes();
            }
            return new Census(store.accounts().all().size(), mailboxes.size(), messages, bytes);
        }

        ServerStatus status(
                String version,
                String storeId,
                String dataFolder,
                Instant startedAt,
                Duration uptime,
                List<ServerStatus.Listening> listening,
                ServerStatus.Loss loss,
                ServerStatus.Archive archive,
                IndexStatus search,
                ScrubStatus scrub,
                ReclaimStatus reclaim,
                BackupHealth backups,
                AccountsStatus accounts,
                TlsStatus tls) {
            return new ServerStatus(
                    version,
                    storeId,
                    dataFolder,
                    startedAt,
                    uptime,
                    listening,
                    users,
                    mailboxes,
                    messages,
                    bytes,
                    loss,
                    archive,
                    search,
                    scrub,
                    reclaim,
                    backups,
                    accounts,
                    tls);
        }
    }
}

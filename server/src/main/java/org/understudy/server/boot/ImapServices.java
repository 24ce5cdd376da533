package org.understudy.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.metrics.api.MetricFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.drill.MailProgramLeg;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.OwnerOnlyAuthorizator;
import org.understudy.server.account.StoreAuthenticator;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.cli.RunningServer;
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.drill.DrillReader;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.ImapServer;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.imap.faults.FaultWords;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.imap.sasl.StaffLogins;
import org.understudy.server.ledger.Ledger;
import org.understudy.server.ledger.Sightings;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.mailbox.Unmeasured;
import org.understudy.server.oauth.Issuers;
import org.understudy.server.search.MailSearch;
import org.understudy.server.search.SearchIndexing;
import org.understudy.server.shadow.ReadOnlyCommands;
import org.understudy.server.shadow.Shadows;
import org.understudy.server.tls.CertificateKeeper;
import org.understudy.storage.MailStore;
import org.understudy.storage.OpenFileLimit;
import org.understudy.storage.StoreHealth;

/** IMAP, and where configured LMTP and POP3, over one mail store. */
public final class ImapServices implements ServerProcess.MailServices {
    private static final Logger LOG = LoggerFactory.getLogger(ImapServices.class);
    /** In the data folder: the self-signed certificate without its key, for clients to trust. */
    public static final String CERTIFICATE = "certificate.pem";

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Clock clock;

    public ImapServices(Clock clock) {
        this.clock = clock;
    }

    @Override
    public ServerProcess.Running start(Configuration configuration, MailStore store, AccountService accounts) {
        MetricFactory metrics = new Unmeasured();
        FirstLogin authenticator = new FirstLogin(new StoreAuthenticator(accounts), store);
        MailboxWiring.Access access = store.health().state() == StoreHealth.State.READ_ONLY
                ? MailboxWiring.Access.READ
                : MailboxWiring.Access.FULL;
        MailboxWiring mail = new MailboxWiring(
                store,
                authenticator,
                new OwnerOnlyAuthorizator(accounts),
                MailboxWiring.Choices.defaults(metrics).withAccess(access));
        authenticator.provisionBy(mail);
        ImapSettings settings = settings(configuration);
        Optional<SearchIndexing> indexing =
                access == MailboxWiring.Access.READ ? Optional.empty() : indexing(configuration, store);
        boolean started = false;
        Optional<TlsParts> opened = Optional.empty();
        try {
            TlsParts tls = TlsParts.start(configuration, clock);
            opened = Optional.of(tls);
            Logins logins = new StoredLogins(
                    accounts,
                    store,
                    mail,
                    authenticator,
                    Issuers.of(configuration.accounts().oauth()),
                    new StaffLogins(
                            configuration.roles(),
                            configuration.accounts().masters(),
                            accounts.audit(),
                            accounts.counts()),
                    tls.clients());
            ImapEngine engine = ImapEngine.over(
                    new ImapEngine.Backend(
                            mail.mailboxes(),
                            mail.subscriptions(),
                            mail.quotaManager(),
                            mail.quotaRoots(),
                            mail.eventBus(),
                            metrics,
                            store,
                            search(indexing, store),
                            logins),
                    settings);
            ImapEngine commands = FaultWords.before(
                    access == MailboxWiring.Access.READ
                            ? ReadOnlyCommands.ofRescue(engine)
                            : ReadOnlyCommands.ofMasters(engine),
                    store);
            Shadows shadows = Shadows.start(configuration, settings, accounts, metrics, clock);
            Optional<Ledger> ledger = Optional.empty();
            try {
                ledger = ledger(configuration, access);
                Sightings sightings = ledger.<Sightings>map(kept -> kept).orElse(Sightings.NONE);
                ImapServer server = new ImapServer(
                        shadows.before(commands),
                        tls.keeper().directory(),
                        settings,
                        sightings,
                        LineServices.proxies(configuration.delivery()));
                server.start();
                try {
                    LineServices lines = LineServices.start(
                            configuration,
                            new LineServices.Neighbours(
                                    store,
                                    mail.mailboxes(),
                                    accounts,
                                    logins,
                                    engine.mechanisms(),
                                    tls.keeper().directory(),
                                    sightings,
                                    server,
                                    settings,
                                    clock));
                    started = true;
                    return new Services(
                            server,
                            tls,
                            lines,
                            shadows,
                            StructureFill.start(store),
                            indexing,
                            ledger,
                            new Rehearsal(
                                    configuration.dataFolder(), tls.keeper().directory()));
                } finally {
                    if (!started) {
                        server.close();
                    }
                }
            } finally {
                if (!started) {
                    ledger.ifPresent(Ledger::close);
                    shadows.close();
                }
            }
        } finally {
            if (!started) {
                opened.ifPresent(TlsParts::close);
                indexing.ifPresent(SearchIndexing::close);
            }
        }
    }

    private Optional<Ledger> ledger(Configuration configuration, MailboxWiring.Access access) {
        int rows = configuration.ledger().rows();
        return access == MailboxWiring.Access.READ || rows == 0
                ? Optional.empty()
                : Optional.of(Ledger.start(configuration.dataFolder(), rows, clock));
    }

    private static Optional<SearchIndexing> indexing(Configuration configuration, MailStore store) {
        return configuration.search().index()
                ? Optional.of(SearchIndexing.start(
                        store,
                        configuration.dataFolder(),
                        configuration.search().memory().bytes()))
                : Optional.empty();
    }

    private MailSearch search(Optional<SearchIndexing> indexing, MailStore store) {
        return indexing.map(index -> index.search(clock)).orElseGet(() -> MailSearch.scanning(store, clock));
    }

    /** As configured, but never so many that the store could be short of files. */
    private static int connections(int configured) {
        long files = OpenFileLimit.files();
        int room = OpenFileLimit.connections(files);
        if (room < configured) {
            LOG.warn(
                    "{} connections are configured, but the process may open only {} files: {} are let in. Raise"
                            + " LimitNOFILE of the service (ulimit -n).",
                    configured,
                    files,
                    room);
        }
        return Math.min(configured, room);
    }

    private static ImapSettings settings(Configuration configuration) {
        Configuration.Limits limits = configuration.limits();
        ImapSettings.Limits defaults = ImapSettings.Limits.defaults();
        ImapSettings.Timeouts times = ImapSettings.Timeouts.defaults();
        return new ImapSettings(
                address(configuration.listeners().imaps()),
                address(configuration.listeners().imap()),
                configuration.listeners().localLogins(),
                configuration.dataFolder().resolve("spool"),
                new ImapSettings.Limits(
                        Math.toIntExact(limits.line().bytes()),
                        limits.literal().bytes(),
                        defaults.heapOctets(),
                        connections(limits.connections()),
                        defaults.runningCommands(),
                        defaults.badCommands()),
                new ImapSettings.Timeouts(
                        times.handshake(),
                        limits.loginTimeout(),
                        limits.idleTimeout(),
                        times.stall(),
                        times.heartbeat(),
                        times.loginDelay()),
                new ImapSettings.Fairness(
                        limits.connectionsPerAddress(), limits.connectionsPerUser(), limits.throttleLogins()));
    }

    private static Optional<InetSocketAddress> address(Configuration.Listener listener) {
        return listener.enabled()
                ? Optional.of(new InetSocketAddress(listener.host(), listener.port()))
                : Optional.empty();
    }

    private record Services(
            ImapServer server,
            TlsParts tls,
            LineServices lines,
            Shadows shadows,
            StructureFill structures,
            Optional<SearchIndexing> indexing,
            Optional<Ledger> ledger,
            Rehearsal rehearsal)
            implements ServerProcess.Running {
        @Override
        public List<ServerStatus.Listening> listening() {
            List<ServerStatus.Listening> listening = new ArrayList<>();
            server.imapsAddress().ifPresent(a -> listening.add(listening("imaps", a)));
            server.imapAddress().ifPresent(a -> listening.add(listening("imap", a)));
            listening.addAll(lines.listening());
            return listening;
        }

        private static ServerStatus.Listening listening(String name, InetSocketAddress address) {
            return new ServerStatus.Listening(name, address.getHostString(), address.getPort());
        }

        @Override
        public void rehearse() {
            rehearsal.start();
        }

        @Override
        public List<String> closed() {
            List<String> closed = new ArrayList<>(server.closed());
            closed.addAll(lines.closed());
            return closed;
        }

        @Override
        public int clients() {
            return server.connections();
        }

        @Override
        public Optional<MailProgramLeg> drills() {
            return Optional.of(new DrillReader(shadows, listening(), this::isOwn));
        }

        private boolean isOwn(X509Certificate certificate) {
            return tls.keeper().inUse().values().stream()
                    .anyMatch(own -> own.chain().getFirst().equals(certificate));
        }

        @Override
        public void bindTo(MeterRegistry registry) {
            server.bindTo(registry);
            lines.bindTo(registry);
        }

        @Override
        public Optional<CertificateKeeper> certificates() {
            return Optional.of(tls.keeper());
        }

        @Override
        public void close() {
            RunningServer.closeAll(new ArrayDeque<>(List.of(
                    rehearsal,
                    () -> lines.stop(GRACE),
                    () -> server.stop(GRACE),
                    () -> ledger.ifPresent(Ledger::close),
                    tls,
                    structures,
                    shadows,
                    () -> indexing.ifPresent(SearchIndexing::close))));
        }
    }
}

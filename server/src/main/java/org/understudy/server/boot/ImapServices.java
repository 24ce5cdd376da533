package org.understudy.server.boot;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.drill.DrillReader;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.ImapServer;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.imap.faults.FaultWords;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.mailbox.Unmeasured;
import org.understudy.server.oauth.JwtTokens;
import org.understudy.server.search.MailSearch;
import org.understudy.server.search.SearchIndexing;
import org.understudy.server.shadow.ReadOnlyCommands;
import org.understudy.server.shadow.Shadows;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.server.tls.PemFiles;
import org.understudy.server.tls.SelfSigned;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TlsEngine;
import org.understudy.storage.MailStore;
import org.understudy.storage.OpenFileLimit;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreHealth;

/** IMAPS and IMAP with STARTTLS over one mail store. */
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
        try {
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
                            new StoredLogins(
                                    accounts,
                                    mail,
                                    authenticator,
                                    Optional.ofNullable(configuration.accounts().oauth())
                                            .map(JwtTokens::new))),
                    settings);
            ImapEngine commands = FaultWords.before(
                    access == MailboxWiring.Access.READ ? ReadOnlyCommands.ofRescue(engine) : engine, store);
            CertificateDirectory certificates = certificates(configuration);
            Shadows shadows = Shadows.start(configuration, settings, accounts, metrics, clock);
            try {
                ImapServer server = new ImapServer(shadows.before(commands), certificates, settings);
                server.start();
                started = true;
                return new Services(server, shadows, StructureFill.start(store), indexing);
            } finally {
                if (!started) {
                    shadows.close();
                }
            }
        } finally {
            if (!started) {
                indexing.ifPresent(SearchIndexing::close);
            }
        }
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

    private CertificateDirectory certificates(Configuration configuration) {
        Configuration.CertificateFiles standard = configuration.tls().standard();
        TlsEngine engine = TlsEngine.of(configuration.tls().engine());
        LOG.info("TLS is done by {}", engine == TlsEngine.NATIVE ? "BoringSSL" : "Java");
        CertificateDirectory directory = new CertificateDirectory(
                standard == null ? selfSigned(configuration) : read("default", standard), engine);
        for (Configuration.HostCertificate host : configuration.tls().hosts()) {
            directory.put(host.name(), read(host.name(), host.files()));
        }
        return directory;
    }

    private ServerCertificate selfSigned(Configuration configuration) {
        Path file = configuration.dataFolder().resolve("keys").resolve("self-signed.pem");
        List<String> hosts = configuration.tls().hosts().stream()
                .map(Configuration.HostCertificate::name)
                .toList();
        ServerCertificate certificate = SelfSigned.readOrCreate(file, hosts, clock, new SecureRandom());
        publish(configuration.dataFolder().resolve(CERTIFICATE), certificate);
        LOG.info(
                "No certificate is configured: clients see the self-signed one in {}, for {}, until {}",
                file,
                certificate.names(),
                certificate.notAfter());
        return certificate;
    }

    /** Leaves the certificate, without its key, where clients can be pointed to. */
    private static void publish(Path file, ServerCertificate certificate) {
        try {
            StringBuilder pem = new StringBuilder();
            Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
            for (X509Certificate one : certificate.chain()) {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(one.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
            Files.writeString(file, pem);
        } catch (IOException | CertificateEncodingException e) {
            throw new OperatorException(
                    Reason.IO,
                    "cannot write " + file + ": " + e.getMessage(),
                    "Look at the folder's rights and its disk's free space.",
                    e);
        }
    }

    private static ServerCertificate read(String name, Configuration.CertificateFiles files) {
        ServerCertificate certificate = PemFiles.read(files.certificate(), files.key());
        LOG.info("Certificate {}: for {}, until {}", name, certificate.names(), certificate.notAfter());
        return certificate;
    }

    private record Services(
            ImapServer server, Shadows shadows, StructureFill structures, Optional<SearchIndexing> indexing)
            implements ServerProcess.Running {
        @Override
        public List<ServerStatus.Listening> listening() {
            List<ServerStatus.Listening> listening = new ArrayList<>();
            server.imapsAddress().ifPresent(a -> listening.add(listening("imaps", a)));
            server.imapAddress().ifPresent(a -> listening.add(listening("imap", a)));
            return listening;
        }

        private static ServerStatus.Listening listening(String name, InetSocketAddress address) {
            return new ServerStatus.Listening(name, address.getHostString(), address.getPort());
        }

        @Override
        public int clients() {
            return server.connections();
        }

        @Override
        public Optional<MailProgramLeg> drills() {
            return Optional.of(new DrillReader(shadows, listening()));
        }

        @Override
        public void close() {
            server.stop(GRACE);
            structures.close();
            shadows.close();
            indexing.ifPresent(SearchIndexing::close);
        }
    }
}

package org.understudy.server.protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.james.core.Username;
import org.apache.james.core.quota.QuotaCountLimit;
import org.apache.james.core.quota.QuotaSizeLimit;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mpt.api.Continuation;
import org.apache.james.mpt.api.ImapFeatures.Feature;
import org.apache.james.mpt.api.ImapHostSystem;
import org.apache.james.mpt.api.Session;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.ImapServer;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.mailbox.StoreUnderTest;
import org.understudy.server.mailbox.Unmeasured;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.server.tls.SelfSigned;
import org.understudy.server.tls.TlsEngine;

/** The real server for James's scripts: IMAPS on loopback over a store of its own for each test. */
final class ServerUnderScript implements ImapHostSystem, BeforeEachCallback, AfterEachCallback {
    private static final Username ADMINISTRATOR = Username.of("imapuser");
    private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);

    private final StoreUnderTest store = new StoreUnderTest();
    private final Map<Username, String> passwords = new HashMap<>();
    private MailboxWiring wiring;
    private ImapServer server;
    private Path folder;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("understudy-script-");
        wiring = new MailboxWiring(
                store.store(),
                (user, password) -> password.toString().equals(passwords.get(user)),
                (user, other) -> user.equals(ADMINISTRATOR) && passwords.containsKey(other)
                        ? Authorizator.AuthorizationState.ALLOWED
                        : Authorizator.AuthorizationState.FORBIDDEN,
                store.choices());
        ImapSettings defaults = ImapSettings.defaults(folder.resolve("spool"));
        ImapSettings.Timeouts times = defaults.timeouts();
        ImapSettings.Limits limits = defaults.limits();
        ImapSettings settings = defaults.withImaps(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withTimeouts(new ImapSettings.Timeouts(
                        times.handshake(),
                        times.login(),
                        times.idle(),
                        times.stall(),
                        times.heartbeat(),
                        Duration.ofMillis(1)))
                .withLimits(new ImapSettings.Limits(
                        limits.lineOctets(),
                        limits.messageOctets(),
                        limits.heapOctets(),
                        limits.connections(),
                        limits.runningCommands(),
                        1_000)); // some scripts try many bad commands in a row
        ImapEngine engine = ImapEngine.over(
                new ImapEngine.Backend(
                        wiring.mailboxes(),
                        wiring.subscriptions(),
                        wiring.quotaManager(),
                        wiring.quotaRoots(),
                        wiring.eventBus(),
                        new Unmeasured(),
                        store.store()),
                settings);
        engine.processor()
                .configure(ImapConfiguration.builder()
                        .isProvisionDefaultMailboxes(false)
                        .build());
        server = new ImapServer(engine, CERTIFICATES, settings);
        server.start();
    }

    private static final CertificateDirectory CERTIFICATES = certificates();

    private static CertificateDirectory certificates() {
        try {
            Path folder = Files.createTempDirectory("understudy-certificate-");
            try {
                return new CertificateDirectory(
                        SelfSigned.readOrCreate(
                                folder.resolve("server.pem"),
                                List.of("localhost"),
                                Clock.systemUTC(),
                                new SecureRandom()),
                        TlsEngine.JAVA);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        server.close();
        delete(folder);
        store.afterEach(context);
        passwords.clear();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void beforeTest() {
        // Done by beforeEach.
    }

    @Override
    public void afterTest() {
        // Done by afterEach.
    }

    @Override
    public boolean addUser(Username user, String password) {
        return passwords.put(user, password) == null;
    }

    @Override
    public Session newSession(Continuation continuation) {
        return new SocketSession(server.imapsAddress().orElseThrow(), continuation);
    }

    @Override
    public boolean supports(Feature... features) {
        return FEATURES.containsAll(List.of(features));
    }

    @Override
    public void createMailbox(MailboxPath path) throws MailboxException {
        wiring.mailboxes().createMailbox(path, session(path));
    }

    @Override
    public void setQuotaLimits(QuotaCountLimit messages, QuotaSizeLimit octets) throws MailboxException {
        wiring.quotaLimits().setGlobalMaxMessage(messages);
        wiring.quotaLimits().setGlobalMaxStorage(octets);
    }

    @Override
    public void grantRights(MailboxPath path, Username user, MailboxACL.Rfc4314Rights rights) throws MailboxException {
        wiring.mailboxes()
                .setRights(
                        path,
                        MailboxACL.EMPTY.apply(MailboxACL.command()
                                .forUser(user)
                                .rights(rights)
                                .asAddition()),
                        session(path));
    }

    private MailboxSession session(MailboxPath path) {
        return wiring.mailboxes().createSystemSession(path.getUser());
    }
}

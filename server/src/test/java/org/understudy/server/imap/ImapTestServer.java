package org.understudy.server.imap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.inmemory.InMemoryMailboxManager;
import org.apache.james.mailbox.inmemory.manager.InMemoryIntegrationResources;
import org.apache.james.mailbox.model.ByteContent;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.store.FakeAuthenticator;
import org.apache.james.mailbox.store.FakeAuthorizator;
import org.apache.james.mailbox.store.StoreSubscriptionManager;
import org.apache.james.metrics.logger.DefaultMetricFactory;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.server.tls.TestCertificates;

/** A server on loopback over James's in-memory mailboxes, with users anna and bert whose password is {@value #PASSWORD}. */
final class ImapTestServer implements AutoCloseable {
    static final String PASSWORD = "secret";

    private final InMemoryIntegrationResources resources;
    private final CertificateDirectory certificates;
    private final ImapServer server;

    private ImapTestServer(
            InMemoryIntegrationResources resources, CertificateDirectory certificates, ImapServer server) {
        this.resources = resources;
        this.certificates = certificates;
        this.server = server;
    }

    static ImapTestServer start(Path spoolFolder) {
        return start(spoolFolder, UnaryOperator.identity());
    }

    static ImapTestServer start(Path spoolFolder, UnaryOperator<ImapSettings> change) {
        return start(spoolFolder, change, UnaryOperator.identity());
    }

    /** @param engine puts something of the test's own between server and James */
    static ImapTestServer start(
            Path spoolFolder, UnaryOperator<ImapSettings> change, UnaryOperator<ImapEngine> engine) {
        FakeAuthenticator authenticator = new FakeAuthenticator();
        authenticator.addUser(Username.of("anna"), PASSWORD);
        authenticator.addUser(Username.of("bert"), PASSWORD);
        InMemoryIntegrationResources resources = InMemoryIntegrationResources.builder()
                .authenticator(authenticator)
                .authorizator(FakeAuthorizator.defaultReject())
                .inVmEventBus()
                .defaultAnnotationLimits()
                .defaultMessageParser()
                .scanningSearchIndex()
                .noPreDeletionHooks()
                .storeQuotaManager()
                .build();
        InMemoryMailboxManager mailboxes = resources.getMailboxManager();
        ImapEngine.Backend backend = new ImapEngine.Backend(
                mailboxes,
                new StoreSubscriptionManager(
                        mailboxes.getMapperFactory(), mailboxes.getMapperFactory(), mailboxes.getEventBus()),
                mailboxes.getQuotaComponents().getQuotaManager(),
                mailboxes.getQuotaComponents().getQuotaRootResolver(),
                mailboxes.getEventBus(),
                new DefaultMetricFactory());
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ImapSettings settings = change.apply(ImapSettings.defaults(spoolFolder)
                .withImaps(any)
                .withImap(any)
                .withTimeouts(withLoginDelay(ImapSettings.Timeouts.defaults(), Duration.ofMillis(1))));
        CertificateDirectory certificates = new CertificateDirectory(TestCertificates.DEFAULT);
        ImapServer server = new ImapServer(engine.apply(ImapEngine.over(backend, settings)), certificates, settings);
        server.start();
        return new ImapTestServer(resources, certificates, server);
    }

    static ImapSettings.Timeouts withLoginDelay(ImapSettings.Timeouts timeouts, Duration delay) {
        return new ImapSettings.Timeouts(
                timeouts.handshake(), timeouts.login(), timeouts.idle(), timeouts.stall(), timeouts.heartbeat(), delay);
    }

    ImapServer server() {
        return server;
    }

    CertificateDirectory certificates() {
        return certificates;
    }

    InetSocketAddress imaps() {
        return server.imapsAddress().orElseThrow();
    }

    InetSocketAddress imap() {
        return server.imapAddress().orElseThrow();
    }

    /** A client over TLS that has read the greeting. */
    ImapTestClient connect() throws Exception {
        ImapTestClient client = ImapTestClient.tls(imaps(), null);
        client.line();
        return client;
    }

    /** A client over TLS that is logged in as {@code user}. */
    ImapTestClient login(String user) throws Exception {
        ImapTestClient client = connect();
        client.ok("LOGIN " + user + " " + PASSWORD);
        return client;
    }

    /** Puts a message into a user's INBOX behind the server's back, as a delivery would. */
    void deliver(String user, byte[] message) throws Exception {
        InMemoryMailboxManager mailboxes = resources.getMailboxManager();
        MailboxSession session = mailboxes.createSystemSession(Username.of(user));
        MessageManager inbox = mailboxes.getMailbox(MailboxPath.inbox(Username.of(user)), session);
        inbox.appendMessage(MessageManager.AppendCommand.builder().build(new ByteContent(message)), session);
    }

    @Override
    public void close() {
        server.close();
    }
}

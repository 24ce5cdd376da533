package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.model.ByteContent;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.store.FakeAuthenticator;
import org.apache.james.mailbox.store.FakeAuthorizator;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.mailbox.Unmeasured;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.server.tls.TestCertificates;
import org.understudy.server.tls.TlsEngine;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;

/** A server on loopback over a store of its own, with users anna and bert whose password is {@value #PASSWORD}. */
final class ImapTestServer implements AutoCloseable {
    static final String PASSWORD = "secret";

    private final Path folder;
    private final MailStore store;
    private final MailboxWiring mail;
    private final CertificateDirectory certificates;
    private final ImapServer server;

    private ImapTestServer(
            Path folder, MailStore store, MailboxWiring mail, CertificateDirectory certificates, ImapServer server) {
        this.folder = folder;
        this.store = store;
        this.mail = mail;
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
        Path folder = temporaryFolder();
        MailStore store = MailStore.open(folder.resolve("store"), new MailStore.Options(32L << 20, Clock.systemUTC()));
        MailboxWiring mail =
                new MailboxWiring(store, authenticator, FakeAuthorizator.defaultReject(), new Unmeasured());
        ImapEngine.Backend backend = new ImapEngine.Backend(
                mail.mailboxes(),
                mail.subscriptions(),
                mail.quotaManager(),
                mail.quotaRoots(),
                mail.eventBus(),
                new Unmeasured(),
                store);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ImapSettings settings = change.apply(ImapSettings.defaults(spoolFolder)
                .withImaps(any)
                .withImap(any)
                .withTimeouts(withLoginDelay(ImapSettings.Timeouts.defaults(), Duration.ofMillis(1))));
        CertificateDirectory certificates = new CertificateDirectory(TestCertificates.DEFAULT, TlsEngine.JAVA);
        ImapServer server = new ImapServer(engine.apply(ImapEngine.over(backend, settings)), certificates, settings);
        server.start();
        return new ImapTestServer(folder, store, mail, certificates, server);
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
        MailboxManager mailboxes = mail.mailboxes();
        MailboxSession session = mailboxes.createSystemSession(Username.of(user));
        MessageManager inbox = mailboxes.getMailbox(MailboxPath.inbox(Username.of(user)), session);
        inbox.appendMessage(MessageManager.AppendCommand.builder().build(new ByteContent(message)), session);
    }

    /** The store behind the server. */
    MailStore store() {
        return store;
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("understudy-imap-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server, checks the store and deletes it. */
    @Override
    public void close() {
        server.close();
        Fsck.Report report = store.fsck(Fsck.Depth.BODIES);
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(report.findings()).as("fsck after the test").isEmpty();
    }
}

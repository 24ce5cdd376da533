package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.UserOperations;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.cli.RunningServer;
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.Configuration.Listener;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.config.DataSize;
import org.understudy.server.config.DeliverySettings;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/** The server as the program starts it, on free ports of loopback. Closing it checks the store with every body. */
public final class ServerUnderClients implements AutoCloseable {
    public static final String HOST = "localhost";
    public static final String PASSWORD = "correct-horse";

    private final Configuration configuration;
    private final PasswordHash hashes;
    private final RunningServer server;

    private ServerUnderClients(Configuration configuration, PasswordHash hashes, RunningServer server) {
        this.configuration = configuration;
        this.hashes = hashes;
        this.server = server;
    }

    /** @param folder becomes the data folder */
    public static ServerUnderClients start(Path folder, String... users) throws Exception {
        return start(folder, DeliverySettings.NONE, users);
    }

    /** One that also listens for LMTP and POP3, as {@code delivery} says. */
    public static ServerUnderClients start(Path folder, DeliverySettings delivery, String... users) throws Exception {
        Configuration defaults = ConfigurationReader.defaults(folder).withDataFolder(folder);
        HashCost cheap = new HashCost(new DataSize(64 * 1024), 1, 1);
        Configuration configuration = new Configuration(
                folder,
                defaults.repository(),
                new Configuration.Listeners(new Listener(true, "127.0.0.1", 0), new Listener(true, "127.0.0.1", 0)),
                defaults.tls(),
                defaults.limits(),
                defaults.memory(),
                new Configuration.Accounts(cheap, defaults.accounts().concurrentLogins()),
                defaults.admin(),
                defaults.logging(),
                defaults.roles(),
                defaults.restore(),
                defaults.retention(),
                defaults.archive(),
                defaults.shadows(),
                defaults.search(),
                defaults.scrub(),
                defaults.routine(),
                defaults.ledger(),
                defaults.autoconfig(),
                delivery,
                defaults.expunged());
        List<Operation<?, ?>> operations = new ArrayList<>(UserOperations.all());
        operations.addAll(RestoreOperations.all());
        Clock clock = Clock.systemUTC();
        RunningServer server =
                new ServerProcess("test", clock, operations, new ImapServices(clock)).start(configuration);
        ServerUnderClients started =
                new ServerUnderClients(configuration, new PasswordHash(cheap, new SecureRandom()), server);
        for (String user : users) {
            started.add(user);
        }
        return started;
    }

    /** Makes a user whose password is {@link #PASSWORD}. */
    public void add(String user) {
        live().accounts().add(user, hashes.hash(PASSWORD.toCharArray()), new Author.Housekeeping("test"));
    }

    /** Limits what a user may keep. */
    void quota(String user, long octets) {
        live().quotaLimits()
                .write(
                        "#private&" + user,
                        Map.of("octets", Long.toString(octets).getBytes(StandardCharsets.US_ASCII)),
                        new Author.Housekeeping("test"));
    }

    /** Restores Maildirs: {@code vmail} holds a folder for each user. @return the restore's id */
    String restore(Path vmail) throws InterruptedException {
        String id = run(RestoreOperations.stage(), StageRestore.Request.of(vmail.toString()))
                .id();
        run(RestoreOperations.validate(), new ValidateRestore.Request(id));
        String hash =
                run(RestoreOperations.preview(), PreviewRestore.Request.of(id)).hash();
        run(RestoreOperations.approve(), new ApproveRestore.Request(id, hash, "carla"));
        assertThat(run(RestoreOperations.merge(), MergeRestore.Request.of(id))
                        .receipt()
                        .proof()
                        .holds())
                .isTrue();
        return id;
    }

    <Q, R> R run(Operation<Q, R> operation, Q request) throws InterruptedException {
        return operation.run(request, server.workplace(), Progress.SILENT);
    }

    public MailStore live() {
        return server.workplace().live();
    }

    Path dataFolder() {
        return configuration.dataFolder();
    }

    /** PEM, for clients to trust. */
    public Path certificate() {
        return configuration.dataFolder().resolve(ImapServices.CERTIFICATE);
    }

    public InetSocketAddress imaps() {
        return listener("imaps");
    }

    public InetSocketAddress imap() {
        return listener("imap");
    }

    public InetSocketAddress listener(String name) {
        return server.status().listeners().stream()
                .filter(one -> one.name().equals(name))
                .map(one -> new InetSocketAddress(one.host(), one.port()))
                .findFirst()
                .orElseThrow();
    }

    WireClient login(String user) throws Exception {
        WireClient client = WireClient.connect(imaps(), certificate());
        client.ok("LOGIN " + user + " " + PASSWORD);
        return client;
    }

    MailboxState state(String user, String mailbox) {
        MailboxRow row = live().mailboxes().find(MailboxPath.of(user, mailbox)).orElseThrow();
        return live().mailboxes().state(row.id());
    }

    /** Stops the server of a store that a test has damaged. */
    void closeDamaged() {
        server.close();
    }

    @Override
    public void close() {
        try (server) {
            Fsck.Report report = live().fsck(Fsck.Depth.BODIES);
            assertThat(report.findings()).isEmpty();
        }
    }
}

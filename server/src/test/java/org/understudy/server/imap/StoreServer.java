package org.understudy.server.imap;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.cli.RunningServer;
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.tls.TlsStatus;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;

/** The server as the program starts it, from a configuration file, on free ports of loopback. */
public final class StoreServer implements AutoCloseable {
    public static final String PASSWORD = "pencil";

    private static final Author TEST = new Author.Housekeeping("test");

    private final RunningServer server;
    private final PasswordHash hashes;

    private StoreServer(RunningServer server, PasswordHash hashes) {
        this.server = server;
        this.hashes = hashes;
    }

    /** @param more lines of the configuration */
    public static StoreServer start(Path folder, String... more) throws Exception {
        Path file = folder.resolve("understudy.conf");
        Files.writeString(
                file,
                "data-folder = data\nlisteners { imaps { port = 0 }, imap { port = 0 } }\ntls.engine = java\n"
                        + "accounts.hash { memory = 1 MiB, passes = 1 }\n" + String.join("\n", more) + "\n");
        Configuration configuration = ConfigurationReader.read(file);
        Clock clock = Clock.systemUTC();
        RunningServer server =
                new ServerProcess("test", clock, RestoreOperations.all(), new ImapServices(clock)).start(configuration);
        return new StoreServer(server, new PasswordHash(configuration.accounts().hash(), new SecureRandom()));
    }

    /** Makes a user whose password is {@link #PASSWORD}, with SCRAM keys. */
    public StoreServer with(String user) {
        char[] password = PASSWORD.toCharArray();
        live().accounts().add(user, hashes.hash(password), ScramAccounts.keysOf(password, new SecureRandom()), TEST);
        return this;
    }

    /** The same as an older version made them, without SCRAM keys. */
    StoreServer withOld(String user) {
        live().accounts().add(user, hashes.hash(PASSWORD.toCharArray()), TEST);
        return this;
    }

    TlsStatus certificates() {
        return server.status().tls();
    }

    void reload() {
        server.reload();
    }

    public MailStore live() {
        return server.workplace().live();
    }

    public Workplace workplace() {
        return server.workplace();
    }

    AccountService accounts() {
        return server.accounts();
    }

    Path dataFolder() {
        return server.workplace().dataFolder();
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

    /** A client over TLS that has read the greeting. */
    public ImapTestClient connect() throws Exception {
        ImapTestClient client = ImapTestClient.tls(imaps(), null);
        client.line();
        return client;
    }

    public ImapTestClient login(String user) throws Exception {
        ImapTestClient client = connect();
        client.ok("LOGIN " + user + " " + PASSWORD);
        return client;
    }

    @Override
    public void close() {
        server.close();
    }
}

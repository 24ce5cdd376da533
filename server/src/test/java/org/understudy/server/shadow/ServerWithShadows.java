package org.understudy.server.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
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
import org.understudy.server.imap.ImapTestClient;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;

/**
 * The server as the program starts it, with a clock that tests move, users anna, bruno, erin (an engineer) and mallory of
 * example.org, and a Maildir of anna's and bruno's mail to restore. Closing it checks the live store.
 */
final class ServerWithShadows implements AutoCloseable {
    static final String PASSWORD = "correct-horse";
    static final String ANNA = "anna@example.org";
    static final String BRUNO = "bruno@example.org";
    static final String ERIN = "erin@example.org";
    static final String MALLORY = "mallory@example.org";

    private final Path folder;
    private final MovedClock clock;
    private final RunningServer server;

    private ServerWithShadows(Path folder, MovedClock clock, RunningServer server) {
        this.folder = folder;
        this.clock = clock;
        this.server = server;
    }

    /** The machine's clock, moved on by what tests say. */
    static final class MovedClock extends Clock {
        private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

        void move(Duration by) {
            ahead.updateAndGet(by::plus);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    static Configuration.Shadows settings() {
        return ConfigurationReader.defaults(Path.of("/")).shadows();
    }

    static ServerWithShadows start(Path folder) throws Exception {
        return start(folder, settings());
    }

    static ServerWithShadows start(Path folder, Configuration.Shadows shadows) throws Exception {
        Configuration defaults = ConfigurationReader.defaults(folder).withDataFolder(folder.resolve("data"));
        HashCost cheap = new HashCost(new DataSize(64 * 1024), 1, 1);
        Configuration configuration = new Configuration(
                defaults.dataFolder(),
                defaults.repository(),
                new Configuration.Listeners(new Listener(true, "127.0.0.1", 0), new Listener(true, "127.0.0.1", 0)),
                defaults.tls(),
                defaults.limits(),
                defaults.memory(),
                new Configuration.Accounts(cheap, 4),
                defaults.admin(),
                defaults.logging(),
                new Configuration.Roles(new TreeSet<>(Set.of(ERIN)), new TreeSet<>()),
                defaults.restore(),
                defaults.retention(),
                defaults.archive(),
                shadows,
                defaults.search(),
                defaults.scrub(),
                defaults.routine(),
                defaults.ledger(),
                defaults.autoconfig(),
                defaults.delivery(),
                defaults.expunged());
        List<Operation<?, ?>> operations = new ArrayList<>(UserOperations.all());
        operations.addAll(RestoreOperations.all());
        MovedClock clock = new MovedClock();
        RunningServer server =
                new ServerProcess("test", clock, operations, new ImapServices(clock)).start(configuration);
        PasswordHash hashes = new PasswordHash(cheap, new SecureRandom());
        for (String user : List.of(ANNA, BRUNO, ERIN, MALLORY)) {
            if (server.workplace().live().accounts().find(user).isEmpty()) {
                server.workplace()
                        .live()
                        .accounts()
                        .add(user, hashes.hash(PASSWORD.toCharArray()), new Author.Housekeeping("test"));
            }
        }
        return new ServerWithShadows(folder, clock, server);
    }

    MovedClock clock() {
        return clock;
    }

    Workplace workplace() {
        return server.workplace();
    }

    InetSocketAddress imaps() {
        return server.status().listeners().stream()
                .filter(one -> one.name().equals("imaps"))
                .map(one -> new InetSocketAddress(one.host(), one.port()))
                .findFirst()
                .orElseThrow();
    }

    /** A client that has read the greeting. */
    ImapTestClient connect() throws Exception {
        ImapTestClient client = ImapTestClient.tls(imaps(), null);
        client.line();
        return client;
    }

    /** A client that is logged in. */
    ImapTestClient login(String name) throws Exception {
        ImapTestClient client = connect();
        client.ok("LOGIN " + name + " " + PASSWORD);
        return client;
    }

    /** How the server answers a login. */
    String knock(String name, String password) throws Exception {
        try (ImapTestClient client = connect()) {
            return client.status("LOGIN " + name + " " + password);
        }
    }

    /** The octets of a message as mail programs get it: CRLF at line ends. */
    static String message(String name, String subject, String body) {
        return ("Date: Mon, 27 May 2024 00:00:00 +0000\nFrom: Carla <carla@example.org>\nTo: anna@example.org\n"
                        + "Message-ID: <" + name + "@example.org>\nSubject: " + subject + "\n\n" + body)
                .replace("\n", "\r\n");
    }

    /**
     * Adds a message to the Maildir that is restored from.
     *
     * @param lost how many octets the file name counts that the file does not have: more than none makes it suspect
     */
    void source(String user, String mailbox, String name, String message, int lost) throws IOException {
        Path maildir = folder.resolve("vmail").resolve(user).resolve("Maildir");
        Path box = mailbox.equals("INBOX") ? maildir : maildir.resolve("." + mailbox);
        for (Path one : List.of(maildir, box)) {
            for (String part : List.of("cur", "new", "tmp")) {
                Files.createDirectories(one.resolve(part));
            }
        }
        byte[] bytes = message.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
        Files.write(box.resolve("cur").resolve(name + ",S=" + (bytes.length + lost) + ":2,"), bytes);
    }

    /** Stages the Maildir. @return the restore's id */
    String stage() throws Exception {
        return run(
                        RestoreOperations.stage(),
                        StageRestore.Request.of(folder.resolve("vmail").toString()))
                .id();
    }

    String validated() throws Exception {
        String id = stage();
        run(RestoreOperations.validate(), new ValidateRestore.Request(id));
        return id;
    }

    void approve(String id) throws Exception {
        String hash =
                run(RestoreOperations.preview(), PreviewRestore.Request.of(id)).hash();
        run(RestoreOperations.approve(), new ApproveRestore.Request(id, hash, "carla"));
    }

    MergeRestore.Result merge(String id) throws Exception {
        return run(RestoreOperations.merge(), MergeRestore.Request.of(id));
    }

    <Q, R> R run(Operation<Q, R> operation, Q request) throws InterruptedException {
        return operation.run(request, workplace(), Progress.SILENT);
    }

    String log(String id) throws IOException {
        return Files.readString(workplace().restores().resolve(id).resolve("log"));
    }

    /** Every file of a shadow but views of it: time of change, length and SHA-256 by name. */
    SortedMap<String, String> files(String id) throws Exception {
        Path shadow = workplace().shadows().resolve(id);
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(shadow)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = shadow.relativize(path).toString();
                if (Files.isRegularFile(path) && !name.startsWith("views")) {
                    files.put(
                            name,
                            Files.getLastModifiedTime(path) + " " + Files.size(path) + " "
                                    + java.util.HexFormat.of()
                                            .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                                    .digest(Files.readAllBytes(path))));
                }
            }
        }
        assertThat(files).containsKey("store/HEADER");
        return files;
    }

    /** Folders of views that lie there now. */
    List<Path> views(String id) throws IOException {
        Path views = workplace().shadows().resolve(id).resolve("views");
        if (!Files.isDirectory(views)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(views)) {
            return list.toList();
        }
    }

    @Override
    public void close() {
        try (server) {
            Fsck.Report report = workplace().live().fsck(Fsck.Depth.BODIES);
            assertThat(report.findings()).isEmpty();
        }
    }
}

package org.understudy.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;
import org.understudy.server.imap.ImapTestClient;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;

/**
 * Twenty users with real mail move from Debian's Dovecot to a running server of ours, by the commands that engineers give:
 * mail keeps arriving and being changed there, the server is killed in the middle, differences are planted, and two mail
 * programs that knew the old side go on with the new one.
 */
public final class MigrationTrial {
    private static final int USERS = 20;
    private static final int WAVE_ONE = 10;
    private static final int UNPROVEN = 17;

    private final Path folder;
    private final Path corpus;
    private final int port;
    private final Random random = new Random(20261122);
    private final AtomicLong delivered = new AtomicLong();
    private Process server;
    private String largest = "";

    private MigrationTrial(Path folder, Path corpus, int port) {
        this.folder = folder;
        this.corpus = corpus;
        this.port = port;
    }

    /** @param arguments folder of the corpus, then an empty folder to work in, if not a temporary one */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.err.println("usage: benchmarks/migrate CORPUS [FOLDER]");
            System.exit(2);
        }
        if (!OldDovecot.isInstalled()) {
            System.err.println("Debian's Dovecot 2.3 and openssl are needed: apt-get install dovecot-imapd openssl");
            System.exit(2);
        }
        Path folder = arguments.length > 1
                ? Files.createDirectories(Path.of(arguments[1])).toAbsolutePath()
                : Files.createTempDirectory("understudy-migrate");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        new MigrationTrial(folder, Path.of(arguments[0]).toAbsolutePath(), port).run();
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private void run() throws Exception {
        try (OldDovecot old = OldDovecot.start(folder.resolve("old"))) {
            List<String> users = unpack(old);
            prepare(users, old);
            start();
            try {
                move(old, users);
            } finally {
                server.destroy();
                server.waitFor(60, TimeUnit.SECONDS);
            }
        }
        try (MailStore store = open()) {
            var findings = store.fsck(Fsck.Depth.BODIES).findings();
            say("fsck with bodies: " + findings.size() + " findings");
            assertThat(findings.stream().map(Object::toString).toList()).isEmpty();
        }
        say("PASSED");
    }

    private void move(OldDovecot old, List<String> users) throws Exception {
        cli(
                0,
                "migrate",
                "new",
                "trial",
                "--host",
                "localhost",
                "--port",
                Integer.toString(old.tls().getPort()),
                "--ca-file",
                old.certificate().toString(),
                "--master-user",
                OldDovecot.MASTER,
                "--password-file",
                folder.resolve("secret").toString(),
                "--at-once",
                "4");
        cli(
                0,
                "migrate",
                "add",
                "trial",
                "--users-file",
                folder.resolve("users.csv").toString());
        cli(0, "migrate", "phase", "trial", "cut-over", "--planned", "2026-12-01");
        cli(
                0,
                "migrate",
                "delay",
                "trial",
                "cut-over",
                "--until",
                "2026-12-08",
                "--why",
                "mx3 lost a disk",
                "--public",
                "We replace hardware first.");
        cli(0, "migrate", "run", "trial", "--metadata");
        String mailUser = largest;
        String pulled = mbsync(old.tls().getPort(), old.certificate(), mailUser);
        offlineimap(old.tls().getPort(), old.certificate(), mailUser);
        long files = files(folder.resolve("mbsync"));
        say("mbsync and offlineimap pulled " + files + " messages of " + mailUser + " from Dovecot: " + pulled);

        AtomicBoolean on = new AtomicBoolean(true);
        List<Throwable> faults = new ArrayList<>();
        Thread postman = Thread.ofPlatform().start(() -> arrive(old, users, on, faults));
        killedRound();
        for (int n = 0; n < 3; n++) {
            cli(0, "migrate", "run", "trial");
        }
        rearrange(old, users.get(3));
        cli(0, "migrate", "run", "trial", "--wave", "1");
        on.set(false);
        postman.join();
        assertThat(faults).isEmpty();
        say(delivered.get() + " messages arrived on Dovecot meanwhile");

        String text = cli(0, "migrate", "cutover", "trial", "--wave", "1", "--quiesced", "--list");
        assertThat(text).contains(WAVE_ONE + " of " + WAVE_ONE + " users cut over");

        cli(0, "migrate", "run", "trial");
        String flagged = users.get(WAVE_ONE);
        plantFlag(flagged);
        text = cli(UNPROVEN, "migrate", "verify", "trial", "--user", flagged);
        assertThat(text).contains(": flags: expected ");

        List<Plant> plants =
                List.of(plant(old, users.get(WAVE_ONE + 1), true), plant(old, users.get(WAVE_ONE + 2), false));
        text = cli(UNPROVEN, "migrate", "cutover", "trial", "--wave", "2", "--quiesced");
        assertThat(text).contains((USERS - WAVE_ONE - 2) + " of " + (USERS - WAVE_ONE) + " users cut over");
        assertThat(text).contains(": bytes: expected ").contains(": date: expected ");
        for (Plant plant : plants) {
            Files.write(plant.file(), plant.bytes());
            Files.setLastModifiedTime(plant.file(), plant.date());
            old.forget(plant.user());
        }
        text = cli(0, "migrate", "cutover", "trial", "--wave", "2", "--quiesced");
        assertThat(text).contains("2 of 2 users cut over");
        text = cli(0, "migrate", "verify", "trial", "--list");
        assertThat(text).contains("equal     " + USERS + " of " + USERS + " users");
        cli(0, "migrate", "phase", "trial", "custom-domains", "--done");
        text = cli(
                0,
                "migrate",
                "board",
                "trial",
                "--html",
                folder.resolve("board.html").toString());
        assertThat(text).contains("100");
        cli(
                0,
                "migrate",
                "board",
                "trial",
                "--public",
                "--html",
                folder.resolve("public.html").toString());
        String open = Files.readString(folder.resolve("public.html"));
        users.forEach(user -> assertThat(open).doesNotContain(user));

        clientsGoOn(old, mailUser);
    }

    /** Mail programs that knew the old side are pointed at the new one: nothing is fetched a second time. */
    private void clientsGoOn(OldDovecot old, String user) throws Exception {
        List<Path> before = listed(folder.resolve("mbsync"));
        // what arrived on Dovecot after the first pull comes now, from Dovecot, so that the next pull has nothing to do
        mbsync(old.tls().getPort(), old.certificate(), user);
        offlineimap(old.tls().getPort(), old.certificate(), user);
        List<Path> synced = listed(folder.resolve("mbsync"));
        List<Path> offline = listed(folder.resolve("offlineimap"));
        Path certificate = folder.resolve("data/certificate.pem");
        String words = mbsync(port, certificate, user);
        offlineimap(port, certificate, user);
        assertThat(listed(folder.resolve("mbsync")))
                .as("mbsync fetches nothing again: " + words)
                .isEqualTo(synced);
        assertThat(listed(folder.resolve("offlineimap")))
                .as("offlineimap fetches nothing again")
                .isEqualTo(offline);
        say("mbsync (" + before.size() + ", then " + synced.size() + " messages) and offlineimap (" + offline.size()
                + ") went on at the new server: 0 fetched again, 0 changed. " + words);
    }

    private List<Path> listed(Path maildirs) throws IOException {
        try (Stream<Path> all = Files.walk(maildirs)) {
            return all.filter(MigrationTrial::isMessage).sorted().toList();
        }
    }

    private static boolean isMessage(Path path) {
        Path parent = path.getParent();
        return parent != null && parent.getFileName().toString().matches("cur|new") && Files.isRegularFile(path);
    }

    private long files(Path maildirs) throws IOException {
        return listed(maildirs).size();
    }

    private String mbsync(int at, Path certificate, String user) throws Exception {
        Path mail = Files.createDirectories(folder.resolve("mbsync"));
        Path rc = Files.writeString(
                folder.resolve("mbsyncrc"), """
                IMAPStore remote
                Host localhost
                Port %d
                User %s
                Pass %s
                SSLType IMAPS
                CertificateFile %s

                MaildirStore local
                Path %s/
                Inbox %s/INBOX
                SubFolders Verbatim

                Channel mail
                Far :remote:
                Near :local:
                Patterns *
                Create Near
                Sync Pull
                SyncState *
                """.formatted(at, user, OldDovecot.PASSWORD, certificate, mail, mail));
        String text = OldDovecot.said(List.of("mbsync", "-c", rc.toString(), "-V", "mail"));
        return text.lines()
                .filter(line -> line.contains("messages"))
                .map(String::strip)
                .collect(Collectors.joining("; "));
    }

    private void offlineimap(int at, Path certificate, String user) throws Exception {
        Path rc = Files.writeString(
                folder.resolve("offlineimaprc"), """
                [general]
                accounts = trial
                metadata = %1$s/offlineimap-state
                [Account trial]
                localrepository = local
                remoterepository = remote
                [Repository local]
                type = Maildir
                localfolders = %1$s/offlineimap
                [Repository remote]
                type = IMAP
                remotehost = localhost
                remoteport = %2$d
                remoteuser = %3$s
                remotepass = %4$s
                ssl = yes
                sslcacertfile = %5$s
                readonly = True
                """.formatted(folder, at, user, OldDovecot.PASSWORD, certificate));
        OldDovecot.said(List.of("offlineimap", "-c", rc.toString(), "-o", "-u", "basic"));
    }

    private record Plant(String user, Path file, byte[] bytes, FileTime date) {}

    /** Changes a byte, or the date, of a message on the old side that was brought over already. */
    private Plant plant(OldDovecot old, String user, boolean bytes) throws IOException {
        Path file;
        try (Stream<Path> all = Files.walk(old.maildir(user))) {
            file = all.filter(MigrationTrial::isMessage)
                    .filter(path -> path.getParent().endsWith("cur"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        Plant plant = new Plant(user, file, Files.readAllBytes(file), Files.getLastModifiedTime(file));
        if (bytes) {
            byte[] other = plant.bytes().clone();
            int at = other.length - 1;
            while (!Character.isLetter(other[at])) {
                at--; // a line end would change the size, and Dovecot then breaks the connection off
            }
            other[at] = (byte) (other[at] == 'x' ? 'y' : 'x');
            Files.write(file, other);
            Files.setLastModifiedTime(file, plant.date());
        } else {
            Files.setLastModifiedTime(
                    file, FileTime.from(plant.date().toInstant().minusSeconds(1)));
        }
        old.forget(user);
        return plant;
    }

    private void plantFlag(String user) throws Exception {
        try (ImapTestClient client = ImapTestClient.tls(new java.net.InetSocketAddress("127.0.0.1", port), null)) {
            client.line();
            client.ok("LOGIN " + user + " " + OldDovecot.PASSWORD);
            client.ok("SELECT INBOX");
            String flags = client.ok("FETCH 1 (FLAGS)").toString();
            client.ok("STORE 1 " + (flags.contains("\\Flagged") ? "-" : "+") + "FLAGS (\\Flagged)");
        }
    }

    private void arrive(OldDovecot old, List<String> users, AtomicBoolean on, List<Throwable> faults) {
        try {
            while (on.get() || delivered.get() < 2L * USERS) {
                String user = users.get(random.nextInt(users.size()));
                try (ImapTestClient client = ImapTestClient.plain(old.plain())) {
                    client.line();
                    client.ok("LOGIN " + user + " " + OldDovecot.PASSWORD);
                    String message = "From: postman@example.org\r\nSubject: " + delivered.incrementAndGet()
                            + "\r\nMessage-ID: <" + delivered.get() + "@trial>\r\n\r\n"
                            + "late mail\r\n".repeat(1 + random.nextInt(200));
                    client.send("a APPEND INBOX () {" + message.length() + "}\r\n");
                    client.line();
                    client.send(message + "\r\n");
                    assertThat(client.until("a").getLast()).startsWith("a OK");
                    client.ok("SELECT INBOX");
                    client.ok("UID STORE 1:9 " + (random.nextBoolean() ? "+" : "-") + "FLAGS (\\Flagged $Label1)");
                    if (random.nextInt(4) == 0) {
                        client.ok("UID STORE 2:3 +FLAGS (\\Deleted)");
                        client.ok("EXPUNGE");
                    }
                    client.ok("LOGOUT");
                }
            }
        } catch (Exception | AssertionError e) {
            faults.add(e);
        }
    }

    private static void rearrange(OldDovecot old, String user) throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(old.plain())) {
            client.line();
            client.ok("LOGIN " + user + " " + OldDovecot.PASSWORD);
            client.ok("CREATE Gesendet");
            client.ok("CREATE Projekt.Neu");
            client.ok("SUBSCRIBE Projekt.Neu");
            client.ok("SETACL Projekt.Neu colleague lr");
            client.ok("SELECT INBOX");
            client.ok("COPY 1 Projekt.Neu");
            client.ok("RENAME Projekt.Neu Projekt.Alt");
        }
    }

    /** Kills the server in the middle of the first round, and starts it again. */
    private void killedRound() throws Exception {
        Process round = command("migrate", "run", "trial")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("killed.out").toFile())
                .start();
        long before = stored();
        org.awaitility.Awaitility.await()
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> stored() > before + 400_000 || !round.isAlive());
        server.destroyForcibly().waitFor();
        assertThat(round.waitFor()).as("the command says that the server went").isNotZero();
        say("the server was killed with -9 in the first round; the command said: "
                + Files.readString(folder.resolve("killed.out"))
                        .strip()
                        .lines()
                        .reduce((a, b) -> b)
                        .orElse(""));
        start();
    }

    /** Octets of the store's logs and tables. */
    private long stored() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("data/store"))) {
            return all.map(Path::toFile)
                    .filter(java.io.File::isFile)
                    .mapToLong(java.io.File::length)
                    .sum();
        }
    }

    private List<String> unpack(OldDovecot old) throws Exception {
        List<String> users = new ArrayList<>();
        for (String archive : List.of("maildir-list-subscribers.tar.gz", "maildir-enron-users.tar.gz")) {
            Path to = Files.createDirectories(folder.resolve("unpacked"));
            OldDovecot.said(List.of(
                    "tar", "xzf", corpus.resolve(archive).toString(), "-C", to.toString(), "--strip-components=1"));
        }
        List<Path> found;
        try (Stream<Path> all = Files.list(folder.resolve("unpacked"))) {
            found = all.map(MigrationTrial::maildir)
                    .filter(path -> Files.isDirectory(path.resolve("cur")))
                    .sorted(Comparator.comparingLong(MigrationTrial::size).reversed())
                    .limit(USERS)
                    .toList();
        }
        for (Path one : found) {
            String user = folder.resolve("unpacked").relativize(one).getName(0).toString();
            Path home = Files.createDirectories(old.maildir(user).getParent());
            Files.move(one, old.maildir(user));
            OldDovecot.own(home);
            users.add(user);
        }
        assertThat(users).as("users of the corpus").hasSize(USERS);
        largest = users.getFirst();
        java.util.Collections.shuffle(users, random);
        say("20 users of the corpus: " + users);
        return users;
    }

    private static Path maildir(Path user) {
        return Files.isDirectory(user.resolve("Maildir")) ? user.resolve("Maildir") : user;
    }

    private static long size(Path maildir) {
        try (Stream<Path> all = Files.walk(maildir)) {
            return all.filter(MigrationTrial::isMessage).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private MailStore open() {
        return MailStore.open(folder.resolve("data/store"), new MailStore.Options(48L << 20, Clock.systemUTC()));
    }

    private void prepare(List<String> users, OldDovecot old) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(
                folder.resolve("understudy.conf"),
                "data-folder = data\nrepository-folder = repository\nlisteners { imaps { port = " + port
                        + " }, imap { enabled = false } }\n"
                        + "accounts { hash { memory = 1 MiB, passes = 1 } }\nmemory { store = 48 MiB }\n");
        Files.writeString(folder.resolve("secret"), OldDovecot.MASTER_PASSWORD + "\n");
        Files.setPosixFilePermissions(
                folder.resolve("secret"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        StringBuilder list = new StringBuilder("# old login, new user, place, domain, wave\n");
        PasswordHash hashes = new PasswordHash(new HashCost(new DataSize(64 * 1024), 1, 1), new SecureRandom());
        try (MailStore store = open()) {
            for (int n = 0; n < users.size(); n++) {
                list.append(users.get(n))
                        .append(",,,")
                        .append(n % 3 == 0 ? "shop.example" : "")
                        .append(',')
                        .append(n < WAVE_ONE ? 1 : 2)
                        .append('\n');
                store.accounts()
                        .add(
                                users.get(n),
                                hashes.hash(OldDovecot.PASSWORD.toCharArray()),
                                new Author.Housekeeping("trial"));
            }
        }
        Files.writeString(folder.resolve("users.csv"), list);
        assertThat(old.certificate()).exists();
    }

    private ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                "-cp",
                System.getProperty("java.class.path"),
                "org.understudy.server.cli.Main",
                "--config",
                folder.resolve("understudy.conf").toString()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command);
    }

    private void start() throws Exception {
        server = command("server")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .start();
        org.awaitility.Awaitility.await("the server")
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> {
                    try (ImapTestClient client =
                            ImapTestClient.tls(new java.net.InetSocketAddress("127.0.0.1", port), null)) {
                        return client.line().startsWith("* OK");
                    } catch (IOException e) {
                        assertThat(server.isAlive())
                                .as(() -> read("server.log"))
                                .isTrue();
                        return false;
                    }
                });
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Gives a command, prints it with what it said, and compares its exit code. */
    private String cli(int code, String... words) throws Exception {
        Instant begun = Instant.now();
        Process process =
                command(words).redirectError(folder.resolve("cli.err").toFile()).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int ended = process.waitFor();
        say("$ understudy " + String.join(" ", words) + "   (" + (Instant.now().toEpochMilli() - begun.toEpochMilli())
                + " ms, exit code " + ended + ")");
        say(text.stripTrailing());
        assertThat(ended).as(() -> text + read("cli.err") + read("server.log")).isEqualTo(code);
        return text;
    }
}

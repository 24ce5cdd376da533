package org.understudy.server.migrate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Dovecot 2.3 of its own over Maildirs, with TLS, a master user, access lists and special uses: the old side. Beside the
 * system's, and never that.
 */
final class OldDovecot implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/dovecot");
    /** Any that is not root's: Dovecot gives root no mail. */
    private static final int MAIL_UID = 10_000;

    static final String PASSWORD = "password-of-all";
    static final String MASTER = "admin";
    static final String MASTER_PASSWORD = "password-of-admin";

    private final Path folder;
    private final int tlsPort;
    private final int plainPort;
    private final int pop3Port;
    private final Process process;

    private OldDovecot(Path folder, int tlsPort, int plainPort, int pop3Port, Process process) {
        this.folder = folder;
        this.tlsPort = tlsPort;
        this.plainPort = plainPort;
        this.pop3Port = pop3Port;
        this.process = process;
    }

    static boolean isInstalled() throws Exception {
        return Files.isExecutable(BINARY)
                && Files.exists(Path.of("/usr/bin/openssl"))
                && said(List.of(BINARY.toString(), "--version")).startsWith("2.3.");
    }

    static OldDovecot start(Path folder) throws Exception {
        Files.createDirectories(folder);
        for (Path each : List.of(folder, folder.toAbsolutePath().getParent())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.createDirectories(folder.resolve("home"));
        own(folder.resolve("home"));
        said(List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                folder.resolve("cert.pem").toString()));
        int tls = free();
        int plain = free();
        int pop3 = servesPop3() ? free() : 0;
        Files.writeString(folder.resolve("dovecot.conf"), configuration(folder, tls, plain) + pop3(pop3));
        Process process = new ProcessBuilder(
                        BINARY.toString(),
                        "-F",
                        "-c",
                        folder.resolve("dovecot.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("dovecot.out").toFile())
                .start();
        OldDovecot started = new OldDovecot(folder, tls, plain, pop3, process);
        await().atMost(30, SECONDS).until(() -> !process.isAlive() || started.answers());
        assertThat(process.isAlive())
                .as(Files.readString(folder.resolve("dovecot.out")))
                .isTrue();
        return started;
    }

    private static int free() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    /** What Dovecot has logged. */
    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Gives a folder and all in it to the user whose mail Dovecot serves. */
    static void own(Path path) throws IOException {
        if (!root()) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : (Iterable<Path>) all::iterator) {
                Files.setAttribute(one, "unix:uid", MAIL_UID);
                Files.setAttribute(one, "unix:gid", MAIL_UID);
            }
        }
    }

    private static String configuration(Path folder, int tls, int plain) throws Exception {
        String me = System.getProperty("user.name");
        String uid =
                root() ? Integer.toString(MAIL_UID) : said(List.of("id", "-u")).strip();
        String gid =
                root() ? Integer.toString(MAIL_UID) : said(List.of("id", "-g")).strip();
        return """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/log
                ssl = yes
                ssl_cert = <%1$s/cert.pem
                ssl_key = <%1$s/key.pem
                disable_plaintext_auth = no
                protocols = imap
                default_internal_user = %2$s
                default_internal_group = %3$s
                default_login_user = %4$s
                first_valid_uid = 1
                mail_home = %1$s/home/%%u
                mail_location = maildir:~/Maildir
                mail_plugins = acl
                mail_max_userip_connections = 50
                protocol imap {
                  mail_plugins = acl imap_acl
                }
                plugin {
                  acl = vfile
                  acl_user = %%u
                }
                namespace inbox {
                  inbox = yes
                  separator = .
                  mailbox Gesendet {
                    special_use = \\Sent
                  }
                }
                service imap-login {
                  chroot =
                  inet_listener imap {
                    address = 127.0.0.1
                    port = %10$d
                  }
                  inet_listener imaps {
                    address = 127.0.0.1
                    port = %5$d
                    ssl = yes
                  }
                }
                service anvil {
                  chroot =
                }
                service stats {
                  chroot =
                }
                passdb {
                  driver = static
                  args = user=%11$s password=%6$s
                  master = yes
                  result_success = continue
                }
                passdb {
                  driver = static
                  args = password=%7$s
                }
                userdb {
                  driver = static
                  args = uid=%8$s gid=%9$s home=%1$s/home/%%u
                }
                """.formatted(
                        folder,
                        root() ? "dovecot" : me,
                        root() ? "dovecot" : said(List.of("id", "-gn")).strip(),
                        root() ? "dovenull" : me,
                        tls,
                        MASTER_PASSWORD,
                        PASSWORD,
                        uid,
                        gid,
                        plain,
                        MASTER);
    }

    /** Whether Debian's package of POP3 is there too. */
    static boolean servesPop3() {
        return Files.isExecutable(Path.of("/usr/lib/dovecot/pop3-login"));
    }

    /** Ids of POP3 as Debian's own configuration has them. */
    private static String pop3(int port) {
        return port == 0 ? "" : """
                protocols = imap pop3
                pop3_uidl_format = %%08Xu%%08Xv
                service pop3-login {
                  chroot =
                  inet_listener pop3 {
                    port = 0
                  }
                  inet_listener pop3s {
                    address = 127.0.0.1
                    port = %d
                    ssl = yes
                  }
                }
                """.formatted(port);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plainPort)) {
            return socket.getInputStream().read() == '*';
        } catch (IOException e) {
            return false;
        }
    }

    InetSocketAddress tls() {
        return new InetSocketAddress("localhost", tlsPort);
    }

    InetSocketAddress pop3s() {
        return new InetSocketAddress("localhost", pop3Port);
    }

    InetSocketAddress plain() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), plainPort);
    }

    Path certificate() {
        return folder.resolve("cert.pem");
    }

    Path maildir(String user) {
        return folder.resolve("home").resolve(user).resolve("Maildir");
    }

    /** Dovecot looks at the files of a user's mail again, not at what it remembers of them. */
    void forget(String user) throws IOException {
        try (Stream<Path> all = Files.walk(maildir(user))) {
            for (Path one : all.filter(path -> path.getFileName().toString().startsWith("dovecot.index.cache"))
                    .toList()) {
                Files.delete(one);
            }
        }
    }

    static String said(List<String> words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", words, text).isZero();
        return text;
    }

    @Override
    public void close() {
        process.destroy();
        assertThat(process.onExit().orTimeout(30, SECONDS))
                .as("Dovecot ends")
                .succeedsWithin(java.time.Duration.ofSeconds(31));
    }
}

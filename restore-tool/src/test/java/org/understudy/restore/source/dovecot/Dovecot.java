package org.understudy.restore.source.dovecot;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A Dovecot of its own: its own configuration, folder, port and processes. Beside the system's, and never that. */
public final class Dovecot implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/dovecot");
    /** Any that is not root's: Dovecot gives root no mail. */
    private static final int MAIL_UID = 10_000;

    public static final String PASSWORD = "password-of-all";
    public static final String MASTER_PASSWORD = "password-of-admin";

    private final Path folder;
    private final int port;
    private final Process process;

    private Dovecot(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Starts one, or skips the test where Dovecot 2.3 is not installed. */
    public static Dovecot start(Path folder) throws Exception {
        assumeTrue(Files.isExecutable(BINARY), "Dovecot is not installed");
        assumeTrue(said(List.of(BINARY.toString(), "--version")).startsWith("2.3."), "another Dovecot than 2.3");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder.resolve("home"));
        Files.writeString(folder.resolve("dovecot.conf"), configuration(folder, port));
        Process process = new ProcessBuilder(
                        BINARY.toString(),
                        "-F",
                        "-c",
                        folder.resolve("dovecot.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("dovecot.out").toFile())
                .start();
        Dovecot started = new Dovecot(folder, port, process);
        await().atMost(30, SECONDS).until(() -> !process.isAlive() || started.answers());
        assertThat(process.isAlive())
                .as(Files.readString(folder.resolve("dovecot.out")))
                .isTrue();
        return started;
    }

    private static String configuration(Path folder, int port) throws Exception {
        String me = System.getProperty("user.name");
        boolean root = me.equals("root");
        String uid =
                root ? Integer.toString(MAIL_UID) : said(List.of("id", "-u")).strip();
        String gid =
                root ? Integer.toString(MAIL_UID) : said(List.of("id", "-g")).strip();
        if (root) {
            Files.setAttribute(folder.resolve("home"), "unix:uid", MAIL_UID);
            Files.setAttribute(folder.resolve("home"), "unix:gid", MAIL_UID);
        }
        return """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/log
                ssl = no
                disable_plaintext_auth = no
                protocols = imap
                default_internal_user = %2$s
                default_internal_group = %3$s
                default_login_user = %4$s
                first_valid_uid = 1
                mail_home = %1$s/home/%%u
                mail_location = mdbox:~/mdbox
                mdbox_rotate_size = 300k
                service imap-login {
                  chroot =
                  inet_listener imap {
                    address = 127.0.0.1
                    port = %5$d
                  }
                  inet_listener imaps {
                    port = 0
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
                  args = password=%6$s
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
                        root ? "dovecot" : me,
                        root ? "dovecot" : said(List.of("id", "-gn")).strip(),
                        root ? "dovenull" : me,
                        port,
                        MASTER_PASSWORD,
                        PASSWORD,
                        uid,
                        gid);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() == '*';
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public Path home(String user) {
        return folder.resolve("home").resolve(user);
    }

    /** Runs a {@code doveadm} command on a mail location. */
    public String admin(String location, String command, String user, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "/usr/bin/doveadm",
                "-c",
                folder.resolve("dovecot.conf").toString(),
                "-o",
                "mail_location=" + location));
        words.addAll(List.of(command.split(" ")));
        words.add("-u");
        words.add(user);
        words.addAll(List.of(arguments));
        return said(words);
    }

    private static String said(List<String> words) throws Exception {
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

package org.understudy.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.understudy.benchmarks.wire.Endpoint;
import org.understudy.restore.repository.backend.Durable;

/** Debian's Dovecot 2.3 with a configuration, a folder and ports of its own, beside the system's. */
public final class DovecotSubject implements Subject {
    private static final Path BINARY = Path.of("/usr/sbin/dovecot");
    /** Any that is not root's: Dovecot gives root no mail. */
    private static final int MAIL_UID = 10_000;

    /** How it stores and how it serves. */
    public enum Mode {
        MDBOX("dovecot-mdbox", "mdbox", true),
        MAILDIR("dovecot-maildir", "maildir", true),
        /** Mdbox with Debian's way of serving: a process for each login and for each session, IDLE by looking each half second. */
        MDBOX_PLAIN("dovecot-mdbox-plain", "mdbox", false);

        private final String title;
        private final String store;
        private final boolean tuned;

        Mode(String title, String store, boolean tuned) {
            this.title = title;
            this.store = store;
            this.tuned = tuned;
        }

        public String title() {
            return title;
        }
    }

    private final Mode mode;
    private final Grounds grounds;
    private final Path folder;
    private final int plain;
    private final int tls;
    private @Nullable OwnProcess process;
    private Durability durability = Durability.USUAL;

    private DovecotSubject(Mode mode, Grounds grounds, Path folder, int plain, int tls) {
        this.mode = mode;
        this.grounds = grounds;
        this.folder = folder;
        this.plain = plain;
        this.tls = tls;
    }

    /** Its version, or empty if it is not installed. */
    public static Optional<String> installed() throws IOException, InterruptedException {
        if (!Files.isExecutable(BINARY)) {
            return Optional.empty();
        }
        String version = Grounds.said(BINARY.toString(), "--version");
        return version.startsWith("2.3.") ? Optional.of(version) : Optional.empty();
    }

    public static DovecotSubject in(Grounds grounds, Mode mode) throws IOException {
        Path folder = grounds.folder(mode.title);
        Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path mail = Files.createDirectory(folder.resolve("mail"));
        if (Grounds.root()) {
            Files.setAttribute(mail, "unix:uid", MAIL_UID);
            Files.setAttribute(mail, "unix:gid", MAIL_UID);
        }
        Files.writeString(
                folder.resolve("users"),
                IntStream.rangeClosed(1, Grounds.USERS)
                        .mapToObj(i -> Grounds.userName(i) + ":{ARGON2ID}" + grounds.passwordHash() + "::::::\n")
                        .collect(Collectors.joining()));
        return new DovecotSubject(mode, grounds, folder, OwnProcess.freePort(), OwnProcess.freePort());
    }

    private String configuration() throws IOException, InterruptedException {
        boolean root = Grounds.root();
        String me = System.getProperty("user.name");
        String group = root ? "" : Grounds.said("id", "-gn");
        String uid = root ? Integer.toString(MAIL_UID) : Grounds.said("id", "-u");
        String gid = root ? Integer.toString(MAIL_UID) : Grounds.said("id", "-g");
        String fsync = switch (durability) {
            case SYNCED -> "always";
            case USUAL -> "optimized";
            case FILLING -> "never";
        };
        return """
            base_dir = %1$s/run
            state_dir = %1$s/state
            log_path = %1$s/log
            protocols = imap
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <%2$s
            ssl_key = <%3$s
            disable_plaintext_auth = no
            auth_mechanisms = plain login
            auth_cache_size = 16M
            first_valid_uid = 1
            first_valid_gid = 1
            default_internal_user = %4$s
            default_internal_group = %5$s
            default_login_user = %6$s
            default_vsz_limit = 2G
            mail_location = %7$s:~/%7$s
            mail_fsync = %8$s
            mail_max_userip_connections = 100000
            namespace inbox {
              inbox = yes
              separator = /
            }
            passdb {
              driver = passwd-file
              args = scheme=ARGON2ID username_format=%%u %1$s/users
            }
            userdb {
              driver = static
              args = uid=%9$s gid=%10$s home=%1$s/mail/%%u
            }
            service anvil {
              chroot =
              client_limit = 60000
            }
            service auth {
              client_limit = 60000
            }
            service stats {
              chroot =
              client_limit = 60000
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = %11$d
              }
              inet_listener imaps {
                port = %12$d
                ssl = yes
              }
            %13$s
            }
            service imap {
              process_limit = 20000
            %14$s
            }
            %15$s
            """.formatted(
                        folder,
                        grounds.certificate(),
                        grounds.key(),
                        root ? "dovecot" : me,
                        root ? "dovecot" : group,
                        root ? "dovenull" : me,
                        mode.store,
                        fsync,
                        uid,
                        gid,
                        plain,
                        tls,
                        mode.tuned
                                ? "  service_count = 0\n  process_min_avail = 2\n  client_limit = 20000"
                                : "  service_count = 1\n  process_limit = 2000",
                        mode.tuned
                                ? "  service_count = 1000\n  process_min_avail = 2\n  idle_kill = 10s"
                                : "  service_count = 1",
                        mode.tuned ? hibernation(root) : "");
    }

    private static String hibernation(boolean root) {
        return """
            imap_hibernate_timeout = 3s
            service imap-hibernate {
              client_limit = 20000
              process_limit = 4
              unix_listener imap-hibernate {
                mode = 0666
              }
            }
            service imap {
              unix_listener imap-master {
                mode = 0666
              }
            %s
            }
            """.formatted(root ? "  extra_groups = dovecot" : "");
    }

    @Override
    public String name() {
        return mode.title;
    }

    @Override
    public String user(int number) {
        return Grounds.userName(number);
    }

    @Override
    public String password() {
        return Grounds.PASSWORD;
    }

    @Override
    public Endpoint endpoint(boolean secured) {
        return new Endpoint("127.0.0.1", secured ? tls : plain, secured);
    }

    @Override
    public boolean speaksTls() {
        return true;
    }

    @Override
    public void need(Durability wanted) throws IOException, InterruptedException {
        if (process != null && durability != wanted) {
            stop();
        }
        durability = wanted;
        if (process == null) {
            // A process that outlives its master would still answer at a socket there.
            Durable.deleteTree(folder.resolve("run"));
            Path file = Files.writeString(folder.resolve("dovecot.conf"), configuration());
            process = OwnProcess.start(
                    List.of(BINARY.toString(), "-F", "-c", file.toString()), Map.of(), folder.resolve("out"), plain);
        }
    }

    @Override
    public boolean restart() throws IOException, InterruptedException {
        stop();
        need(durability);
        return true;
    }

    private void stop() {
        if (process != null) {
            process.stop();
            process = null;
        }
    }

    @Override
    public Optional<ProcessTree> processes() {
        return Optional.ofNullable(process).map(OwnProcess::tree);
    }

    @Override
    public Duration idleSettling() {
        return mode.tuned ? Duration.ofSeconds(25) : Duration.ofSeconds(3);
    }

    @Override
    public void close() {
        stop();
    }
}

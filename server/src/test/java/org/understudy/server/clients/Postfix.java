package org.understudy.server.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Postfix of its own in a folder, on an unprivileged port of loopback, that delivers to an LMTP port. Needs root. */
final class Postfix implements AutoCloseable {
    private static final String DAEMONS = "/usr/lib/postfix/sbin";

    private final Path folder;

    private Postfix(Path folder) {
        this.folder = folder;
    }

    /** Why there can be none here; empty if there can. */
    static String missing() {
        if (!Files.isExecutable(Path.of("/usr/sbin/postfix")) || !Files.isExecutable(Path.of(DAEMONS, "lmtp"))) {
            return "Postfix is not installed: Debian package postfix";
        }
        return "root".equals(System.getProperty("user.name")) ? "" : "Postfix's master needs root";
    }

    /** @param folder other accounts may pass through it */
    static Postfix start(Path folder, int smtpPort, int lmtpPort) throws Exception {
        Postfix postfix = new Postfix(folder);
        Files.createDirectories(folder.resolve("etc"));
        Files.createDirectories(folder.resolve("spool"));
        Files.createDirectories(folder.resolve("data"));
        for (String one : List.of("", "etc", "spool")) {
            Files.setPosixFilePermissions(folder.resolve(one), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(folder.resolve("data"), PosixFilePermissions.fromString("rwx------"));
        postfix.run("chown", "postfix", folder.resolve("data").toString());
        Files.writeString(folder.resolve("etc").resolve("main.cf"), """
                compatibility_level = 3.6
                queue_directory = %1$s/spool
                data_directory = %1$s/data
                command_directory = /usr/sbin
                daemon_directory = %2$s
                shlib_directory = /usr/lib/postfix
                meta_directory = /etc/postfix
                mail_owner = postfix
                setgid_group = postdrop
                maillog_file = %1$s/maillog
                maillog_file_prefixes = %1$s
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                mynetworks = 127.0.0.0/8
                myhostname = trial.example
                mydestination =
                alias_maps =
                alias_database =
                virtual_mailbox_domains = here.example
                virtual_mailbox_maps = static:all
                virtual_transport = lmtp:inet:127.0.0.1:%3$d
                # An outage is retried at once, and no destination is given up on.
                minimal_backoff_time = 1s
                maximal_backoff_time = 3s
                queue_run_delay = 1s
                transport_retry_time = 1s
                lmtp_destination_concurrency_failed_cohort_limit = 0
                """.formatted(folder, DAEMONS, lmtpPort));
        Files.writeString(folder.resolve("etc").resolve("master.cf"), """
                127.0.0.1:%d inet n - n - - smtpd
                pickup unix n - n 60 1 pickup
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 1 1 qmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                verify unix - - n - 1 verify
                flush unix n - n 1000? 0 flush
                proxymap unix - - n - - proxymap
                lmtp unix - - n - - lmtp
                smtp unix - - n - - smtp
                showq unix n - n - - showq
                error unix - - n - - error
                retry unix - - n - - error
                discard unix - - n - - discard
                anvil unix - - n - 1 anvil
                scache unix - - n - 1 scache
                postlog unix-dgram n - n - 1 postlogd
                """.formatted(smtpPort));
        postfix.command("postfix", "start");
        return postfix;
    }

    private String command(String program, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("/usr/sbin/" + program, "-c", folder.resolve("etc").toString()));
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder.getParent(), "postfix", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " does not end: " + Files.readString(output));
        }
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        if (process.exitValue() != 0) {
            throw new AssertionError(List.of(command) + " ended with " + process.exitValue() + ": " + said);
        }
        return said;
    }

    /** How many messages wait in the queue. */
    long queued() throws Exception {
        return command("postqueue", "-j")
                .lines()
                .filter(line -> line.startsWith("{"))
                .count();
    }

    /** Has everything that waits tried again now. */
    void flush() throws Exception {
        String unused = command("postqueue", "-f");
    }

    /** Lines of the log that contain some words. */
    List<String> log(String words) throws IOException {
        return Files.readAllLines(folder.resolve("maillog"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains(words))
                .toList();
    }

    @Override
    public void close() throws IOException {
        try {
            String unused = command("postfix", "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that fetch mail and remember what they have: after messages were lost and restored they fetch nothing twice. */
class FetchersTest {
    @TempDir
    Path folder;

    private ServerUnderClients server;
    private Path maildir;

    @BeforeEach
    void start() throws Exception {
        server = ServerUnderClients.start(folder.resolve("data"), Pop3Test.settings(), "anna");
        maildir = folder.resolve("fetched");
        for (String part : List.of("cur", "new", "tmp")) {
            Files.createDirectories(maildir.resolve(part));
        }
        RestoredMail.fill(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private interface Fetch {
        void run() throws Exception;
    }

    /** Fetches, loses, fetches, restores, fetches; at last something new comes, which must be fetched. */
    private void seesNoDuplicates(Fetch fetch) throws Exception {
        fetch.run();
        assertThat(fetched()).containsExactlyInAnyOrder("1", "1", "3", "4", "5", "6");
        RestoredMail.lose(server);
        String unused = RestoredMail.restore(server, folder);
        fetch.run();
        assertThat(fetched()).as("after the restore").containsExactlyInAnyOrder("1", "1", "3", "4", "5", "6");
        try (WireClient client = server.login("anna")) {
            client.await(client.sendAppend("INBOX", "() ", RestoredMail.message(9)));
        }
        fetch.run();
        assertThat(fetched()).as("with a new one").containsExactlyInAnyOrder("1", "1", "3", "4", "5", "6", "9");
    }

    /** The numbers of all messages in the Maildir. */
    private List<String> fetched() throws IOException {
        List<String> numbers = new ArrayList<>();
        try (Stream<Path> files = Files.walk(maildir)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Files.readString(file, StandardCharsets.ISO_8859_1)
                        .lines()
                        .filter(line -> line.startsWith("Subject: number "))
                        .forEach(line -> numbers.add(line.substring("Subject: number ".length())));
            }
        }
        return numbers;
    }

    /** A program that puts one message into the Maildir. */
    private Path script() throws IOException {
        Path script = Files.writeString(
                folder.resolve("deliver"),
                "#!/bin/sh\nexec cat > \"$(mktemp " + maildir.resolve("new") + "/mail.XXXXXXXX)\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private ExternalProgram fetchmail(String protocol, String listener) throws IOException {
        Path script = script();
        Path settings = Files.writeString(
                folder.resolve("fetchmailrc"),
                "set idfile \"" + folder.resolve("fetchids") + "\"\npoll localhost protocol " + protocol + " service "
                        + server.listener(listener).getPort() + (protocol.equals("POP3") ? " uidl" : "")
                        + "\n  user anna password " + ServerUnderClients.PASSWORD + " ssl sslcertck sslcertfile "
                        + server.certificate() + " keep mda \"" + script + "\"\n");
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
        return ExternalProgram.installed(
                "fetchmail", "Debian package fetchmail", folder, "--nosyslog", "-f", settings.toString());
    }

    @Test
    void fetchmailByPop3s() throws Exception {
        ExternalProgram program = fetchmail("POP3", "pop3s");
        seesNoDuplicates(new Fetchmail(program));
    }

    @Test
    void fetchmailByImaps() throws Exception {
        ExternalProgram program = fetchmail("IMAP", "imaps");
        seesNoDuplicates(new Fetchmail(program));
    }

    /** Its exit code is 0 where it has fetched something, and 1 where there was nothing. */
    private static final class Fetchmail implements Fetch {
        private final ExternalProgram program;
        private int run;

        Fetchmail(ExternalProgram program) {
            this.program = program;
        }

        @Override
        public void run() throws Exception {
            run++;
            String said = program.ends(run == 2 ? 1 : 0);
            assertThat(said).doesNotContainIgnoringCase("error");
        }
    }

    @Test
    void getmailByPop3s() throws Exception {
        Files.createDirectories(folder.resolve("getmail"));
        Files.writeString(folder.resolve("getmail").resolve("getmailrc"), """
                [retriever]
                type = SimplePOP3SSLRetriever
                server = localhost
                port = %d
                username = anna
                password = %s
                ca_certs = %s

                [destination]
                type = MDA_external
                path = %s
                allow_root_commands = true
                unixfrom = false

                [options]
                delete = false
                read_all = false
                delivered_to = false
                received = false
                """.formatted(
                server.listener("pop3s").getPort(), ServerUnderClients.PASSWORD, server.certificate(), script()));
        ExternalProgram program = ExternalProgram.installed(
                "getmail",
                "Debian package getmail6",
                folder,
                "--getmaildir=" + folder.resolve("getmail"),
                "--rcfile=getmailrc");
        seesNoDuplicates(() -> program.ok());
    }

    @Test
    void mbsync() throws Exception {
        Files.createDirectory(folder.resolve("others"));
        Path settings = Files.writeString(folder.resolve("mbsyncrc"), """
                IMAPStore remote
                Host localhost
                Port %d
                User anna
                Pass %s
                SSLType IMAPS
                CertificateFile %s

                MaildirStore local
                Path %s/
                Inbox %s

                Channel mail
                Far :remote:INBOX
                Near :local:INBOX
                Create Near
                Expunge Both
                SyncState *
                """.formatted(
                        server.imaps().getPort(),
                        ServerUnderClients.PASSWORD,
                        server.certificate(),
                        folder.resolve("others"),
                        maildir));
        ExternalProgram program =
                ExternalProgram.installed("mbsync", "Debian package isync", folder, "-c", settings.toString(), "mail");
        seesNoDuplicates(() -> program.ok());
        assertThat(server.state("anna", "INBOX").messages())
                .as("nothing was pushed back")
                .isEqualTo(RestoredMail.MESSAGES + 1);
    }
}

package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** offlineimap3, which keeps a Maildir and an account alike in both directions. */
class OfflineimapTest {
    private static final int PULLED = 120;
    private static final int PUSHED = 30;
    private static final Pattern NUMBER = Pattern.compile("Subject: number (\\d+)");

    @TempDir
    Path folder;

    private ExternalProgram offlineimap;

    @Test
    void pullsPushesAndFollowsFlagsAndExpunges() throws Exception {
        Path configuration = folder.resolve("offlineimaprc");
        offlineimap = ExternalProgram.installed(
                "offlineimap",
                "Debian package offlineimap3",
                folder,
                "-o",
                "-u",
                "quiet",
                "-c",
                configuration.toString());
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna")) {
            Files.writeString(configuration, configuration(server));
            try (WireClient client = server.login("anna")) {
                client.ok("CREATE Bulk");
                for (int number = 0; number < PULLED; number++) {
                    client.await(client.sendAppend(
                            "Bulk", number % 3 == 0 ? "(\\Seen)" : "()", SampleMessages.message(number)));
                }
            }
            offlineimap.ok();
            TreeMap<Integer, Path> local = local();
            assertThat(local).hasSize(PULLED);
            local.forEach((number, file) ->
                    assertThat(flags(file).contains("S")).as("%s", file).isEqualTo(number % 3 == 0));

            flag(local.get(5), "F");
            Files.delete(local.get(7));
            for (int number = PULLED; number < PULLED + PUSHED; number++) {
                Files.writeString(
                        bulk().resolve("new/1716800000_" + number + ".1.local"),
                        new String(SampleMessages.message(number), StandardCharsets.ISO_8859_1).replace("\r\n", "\n"),
                        StandardCharsets.ISO_8859_1);
            }
            offlineimap.ok();
            assertThat(server.state("anna", "Bulk").messages()).isEqualTo(PULLED + PUSHED - 1);
            try (WireClient client = server.login("anna")) {
                client.ok("SELECT Bulk");
                assertThat(search(client, "FLAGGED SUBJECT \"number 5\"")).hasSize(1);
                assertThat(search(client, "SUBJECT \"number 7\"")).doesNotContain(8);
                assertThat(search(client, "SUBJECT \"number 14\""))
                        .as("14 and 140 to 149")
                        .hasSize(11);
                client.ok("STORE 1:10 +FLAGS.SILENT (\\Deleted)");
                client.ok("EXPUNGE");
            }
            offlineimap.ok();
            assertThat(local()).hasSize(PULLED + PUSHED - 11).doesNotContainKeys(0, 1, 2, 9);

            Set<String> before = names();
            long modseq = server.state("anna", "Bulk").highestModSeq();
            offlineimap.ok();
            assertThat(names()).as("nothing more to do").isEqualTo(before);
            assertThat(server.state("anna", "Bulk").highestModSeq()).isEqualTo(modseq);
        }
    }

    private String configuration(ServerUnderClients server) {
        return """
            [general]
            accounts = anna
            metadata = %1$s/metadata
            [Account anna]
            localrepository = here
            remoterepository = there
            [Repository here]
            type = Maildir
            localfolders = %1$s/mail
            [Repository there]
            type = IMAP
            remotehost = %2$s
            remoteport = %3$d
            remoteuser = anna
            remotepass = %4$s
            ssl = yes
            sslcacertfile = %5$s
            folderfilter = lambda name: name in ['INBOX', 'Bulk']
            """.formatted(
                        folder,
                        ServerUnderClients.HOST,
                        server.imaps().getPort(),
                        ServerUnderClients.PASSWORD,
                        server.certificate());
    }

    private Path bulk() {
        return folder.resolve("mail/Bulk");
    }

    private static String flags(Path file) {
        String name = file.getFileName().toString();
        int info = name.indexOf(":2,");
        return info < 0 ? "" : name.substring(info + 3);
    }

    private static void flag(Path file, String letter) throws IOException {
        String name = file.getFileName().toString();
        int info = name.indexOf(":2,");
        Files.move(
                file,
                file.getParent()
                        .resolveSibling("cur")
                        .resolve((info < 0 ? name : name.substring(0, info)) + ":2," + letter + flags(file)));
    }

    private TreeMap<Integer, Path> local() throws IOException {
        TreeMap<Integer, Path> found = new TreeMap<>();
        for (String part : List.of("cur", "new")) {
            try (Stream<Path> files = Files.list(bulk().resolve(part))) {
                for (Path file : files.toList()) {
                    Matcher number = NUMBER.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                    assertThat(number.find()).as("%s has a number", file).isTrue();
                    assertThat(found.put(Integer.valueOf(number.group(1)), file))
                            .as("%s is there twice", file)
                            .isNull();
                }
            }
        }
        return found;
    }

    private Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : local().values()) {
            names.add(file.toString());
        }
        return names;
    }

    private static List<Integer> search(WireClient client, String keys) throws IOException {
        return client.ok("SEARCH " + keys).stream()
                .map(WireClient.Response::text)
                .filter(text -> text.startsWith("* SEARCH"))
                .flatMap(text -> Stream.of(text.substring(8).strip().split(" ")))
                .filter(word -> !word.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }
}

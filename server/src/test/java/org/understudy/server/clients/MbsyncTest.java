package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * mbsync (isync), which keeps a Maildir and an IMAP mailbox alike in both directions. System property
 * {@code understudy.mbsync.messages} says how many messages are pulled, 1,000 unless set.
 */
class MbsyncTest {
    private static final int PULLED = Integer.getInteger("understudy.mbsync.messages", 1_000);
    private static final int PUSHED = 500;
    private static final int PIPELINE = 200;
    private static final String MAILBOX = "Bulk";
    private static final Pattern NUMBER = Pattern.compile("Message-ID: <number-(\\d+)@example.org>");
    private static final Pattern MARK = Pattern.compile("X-TUID: [^\n]*\n");

    @TempDir
    Path folder;

    private ExternalProgram mbsync;
    private Path maildir;

    @BeforeEach
    void program() throws IOException {
        mbsync = ExternalProgram.installed(
                "mbsync",
                "Debian package isync",
                folder,
                "-c",
                folder.resolve("mbsyncrc").toString(),
                "mail");
        maildir = folder.resolve("mail").resolve(MAILBOX);
        Files.createDirectories(maildir.getParent());
    }

    private void configure(ServerUnderClients server) throws IOException {
        Files.writeString(folder.resolve("mbsyncrc"), """
                IMAPStore remote
                Host %s
                Port %d
                User anna
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
                Patterns %s
                Create Both
                Expunge Both
                SyncState *
                """.formatted(
                        ServerUnderClients.HOST,
                        server.imaps().getPort(),
                        ServerUnderClients.PASSWORD,
                        server.certificate(),
                        maildir.getParent(),
                        maildir.getParent(),
                        MAILBOX));
    }

    @Test
    void pullsChangesFlagsPushesBackAndThenHasNothingToDo() throws Exception {
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna", "bert")) {
            configure(server);
            fill(server);
            sync("pull", PULLED);
            SortedMap<Integer, Path> local = local();
            assertThat(local).hasSize(PULLED);
            local.forEach((number, file) -> assertThat(unixText(file)).isEqualTo(unix(number)));

            Set<Integer> flagged = new TreeSet<>();
            Set<Integer> trashed = new TreeSet<>();
            for (Map.Entry<Integer, Path> entry : local.entrySet()) {
                if (entry.getKey() % 7 == 0) {
                    flagged.add(entry.getKey());
                    flag(entry.getValue(), "FRS");
                } else if (entry.getKey() % 11 == 0) {
                    trashed.add(entry.getKey());
                    flag(entry.getValue(), "T");
                }
            }
            sync(
                    "push of " + flagged.size() + " flags and " + trashed.size() + " expunges",
                    flagged.size() + trashed.size());
            SortedMap<Integer, Flags> remote = remote(server);
            assertThat(remote).hasSize(PULLED - trashed.size());
            remote.forEach(
                    (number, flags) -> assertThat(flags.without(Flags.RECENT).system())
                            .as("flags of number %d", number)
                            .isEqualTo(flagged.contains(number) ? Flags.FLAGGED | Flags.ANSWERED | Flags.SEEN : 0));
            assertThat(local()).hasSize(PULLED - trashed.size());
            changesNothing(server);

            pushes(server);
            changesNothing(server);
            expungesWhatTheServerExpunged(server);
            changesNothing(server);
        }
    }

    private static void fill(ServerUnderClients server) throws Exception {
        try (WireClient client = server.login("anna")) {
            client.ok("CREATE " + MAILBOX);
            long start = System.nanoTime();
            List<String> waiting = new ArrayList<>();
            for (int number = 0; number < PULLED; number++) {
                waiting.add(client.sendAppend(MAILBOX, "", SampleMessages.message(number)));
                if (waiting.size() == PIPELINE || number == PULLED - 1) {
                    for (String tag : waiting) {
                        client.await(tag);
                    }
                    waiting.clear();
                }
            }
            said("append, pipelined", PULLED, start);
        }
    }

    private void pushes(ServerUnderClients server) throws Exception {
        for (int i = 0; i < PUSHED; i++) {
            int number = PULLED + i;
            String name = "1716800000.M" + i + "P1.local:2," + (i % 2 == 0 ? "PS" : "FS");
            Files.writeString(maildir.resolve("cur").resolve(name), unix(number), StandardCharsets.ISO_8859_1);
        }
        sync("push", PUSHED);
        SortedMap<Integer, Flags> remote = remote(server);
        for (int i = 0; i < PUSHED; i++) {
            Flags flags = remote.get(PULLED + i);
            assertThat(flags).as("number %d at the server", PULLED + i).isNotNull();
            assertThat(flags.without(Flags.RECENT))
                    .as("flags of number %d", PULLED + i)
                    .isEqualTo(
                            i % 2 == 0
                                    ? Flags.of(Flags.SEEN, Set.of("$Forwarded"))
                                    : Flags.of(Flags.SEEN | Flags.FLAGGED, Set.of()));
        }
        try (WireClient client = server.login("anna")) {
            client.ok("EXAMINE " + MAILBOX);
            for (WireClient.Response response : client.ok("FETCH *:* (BODY.PEEK[])")) {
                for (byte[] octets : response.literals()) {
                    String text = new String(octets, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
                    assertThat(MARK.matcher(text).replaceAll("")).isEqualTo(unix(PULLED + PUSHED - 1));
                }
            }
        }
    }

    private void expungesWhatTheServerExpunged(ServerUnderClients server) throws Exception {
        Set<Integer> before = local().keySet();
        try (WireClient client = server.login("anna")) {
            client.ok("SELECT " + MAILBOX);
            client.ok("STORE 1:50 +FLAGS.SILENT (\\Deleted)");
            client.ok("EXPUNGE");
            client.ok("STORE 1:10 FLAGS (\\Draft)");
        }
        sync("pull of expunges and flags", 60);
        SortedMap<Integer, Path> after = local();
        assertThat(after).hasSize(before.size() - 50);
        assertThat(after.keySet()).isEqualTo(remote(server).keySet());
        assertThat(after.values().stream().filter(file -> file.toString().endsWith(":2,D")))
                .hasSize(10);
    }

    /** Runs again; neither side may differ afterwards, not in a name, a time or a counter. */
    private void changesNothing(ServerUnderClients server) throws Exception {
        MailboxState state = server.state("anna", MAILBOX);
        Map<String, String> files = listing();
        sync("check", 0);
        assertThat(server.state("anna", MAILBOX)).isEqualTo(state);
        assertThat(listing()).isEqualTo(files);
    }

    private void sync(String what, int messages) throws Exception {
        long start = System.nanoTime();
        mbsync.ok();
        said("mbsync " + what, messages, start);
    }

    private static void said(String what, int messages, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "%s: %d in %.2f s, %.0f/s%n", what, messages, seconds, messages / seconds);
    }

    private static String unix(int number) {
        return new String(SampleMessages.message(number), StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    }

    private static String unixText(Path file) {
        try {
            return MARK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .replaceAll("");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Gives a message of the Maildir flags, as mail programs do: by renaming. mbsync keeps its UID in the name. */
    private void flag(Path file, String letters) throws IOException {
        String name = file.getFileName().toString();
        int info = name.indexOf(":2,");
        Files.move(file, maildir.resolve("cur").resolve((info < 0 ? name : name.substring(0, info)) + ":2," + letters));
    }

    private SortedMap<Integer, Path> local() throws IOException {
        SortedMap<Integer, Path> found = new TreeMap<>();
        for (String part : List.of("cur", "new")) {
            try (Stream<Path> files = Files.list(maildir.resolve(part))) {
                for (Path file : files.toList()) {
                    Matcher number = NUMBER.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                    assertThat(number.find()).as("%s has a number", file).isTrue();
                    Path other = found.put(Integer.valueOf(number.group(1)), file);
                    assertThat(other).as("%s is there twice", file).isNull();
                }
            }
        }
        return found;
    }

    /** Flags by number, from the store itself; the numbers by way of IMAP. */
    private static SortedMap<Integer, Flags> remote(ServerUnderClients server) throws Exception {
        Map<Long, Flags> byUid = new TreeMap<>();
        var mailbox =
                server.live().mailboxes().find(MailboxPath.of("anna", MAILBOX)).orElseThrow();
        for (MessageFlags flags : server.live().messages().flags(mailbox.id(), 1, 0xFFFF_FFFFL)) {
            byUid.put(flags.uid(), flags.flags());
        }
        Pattern uid = Pattern.compile("UID (\\d+)");
        SortedMap<Integer, Flags> found = new TreeMap<>();
        try (WireClient client = server.login("anna")) {
            client.ok("EXAMINE " + MAILBOX);
            for (WireClient.Response response : client.ok("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")) {
                if (!response.literals().isEmpty()) {
                    Matcher number =
                            NUMBER.matcher(new String(response.literals().get(0), StandardCharsets.ISO_8859_1));
                    Matcher matcher = uid.matcher(response.text());
                    assertThat(number.find() && matcher.find())
                            .as(response.text())
                            .isTrue();
                    Flags other =
                            found.put(Integer.valueOf(number.group(1)), byUid.get(Long.valueOf(matcher.group(1))));
                    assertThat(other)
                            .as("number %s is there twice", number.group(1))
                            .isNull();
                }
            }
        }
        assertThat(found).hasSize(byUid.size());
        return found;
    }

    private Map<String, String> listing() throws IOException {
        Map<String, String> listing = new TreeMap<>();
        for (String part : List.of("cur", "new")) {
            try (Stream<Path> files = Files.list(maildir.resolve(part))) {
                for (Path file : files.toList()) {
                    listing.put(
                            maildir.relativize(file).toString(),
                            Files.getLastModifiedTime(file) + " " + Files.size(file));
                }
            }
        }
        return listing;
    }
}

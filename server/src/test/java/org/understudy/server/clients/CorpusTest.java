package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.validate.Verdict;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.server.admin.AdminClient;

/**
 * Real mail in Maildirs that Dovecot wrote, restored into the running server through its admin API, then fetched over
 * IMAPS and compared with the files. What the files say is read here anew, without the restore's own readers. The mail
 * is no part of the project: without it the test is skipped.
 */
class CorpusTest {
    private static final Path CORPUS = Path.of(System.getProperty("understudy.root", "..") + "/../shared/corpus")
            .toAbsolutePath()
            .normalize();
    private static final int MESSAGES = 5_597;
    private static final Pattern FLAGS = Pattern.compile("FLAGS \\(([^)]*)\\)");
    private static final Pattern DATE = Pattern.compile("INTERNALDATE \"([^\"]+)\"");
    private static final DateTimeFormatter INTERNAL_DATE =
            DateTimeFormatter.ofPattern("d-MMM-yyyy HH:mm:ss Z", Locale.ROOT);

    @TempDir
    Path folder;

    @Test
    void everyMessageComesBackAsItWas() throws Exception {
        List<Path> archives = List.of(
                CORPUS.resolve("maildir-enron-users.tar.gz"), CORPUS.resolve("maildir-list-subscribers.tar.gz"));
        for (Path archive : archives) {
            ExternalProgram.assume(Files.isReadable(archive), "the mail for trials is not here: " + archive);
        }
        ExternalProgram tar = ExternalProgram.installed("tar", "Debian package tar", folder);
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        int compared = 0;
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"))) {
            for (Path archive : archives) {
                Path into = Files.createDirectory(
                        unpacked.resolve(archive.getFileName().toString().replace('.', '-')));
                tar.ok("-xzf", archive.toString(), "-C", into.toString());
                Path root;
                try (Stream<Path> inside = Files.list(into)) {
                    root = inside.findFirst().orElseThrow();
                }
                TreeMap<String, Path> users = users(root);
                users.keySet().forEach(server::add);
                restore(server, root);
                long start = System.nanoTime();
                int messages = 0;
                for (Map.Entry<String, Path> user : users.entrySet()) {
                    messages += compare(server, user.getKey(), user.getValue());
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s: %d messages fetched and compared in %.1f s%n",
                        root.getFileName(),
                        messages,
                        (System.nanoTime() - start) / 1e9);
                compared += messages;
            }
        }
        assertThat(compared).isEqualTo(MESSAGES);
    }

    private static TreeMap<String, Path> users(Path root) throws IOException {
        TreeMap<String, Path> users = new TreeMap<>();
        try (Stream<Path> inside = Files.list(root)) {
            inside.filter(Files::isDirectory)
                    .forEach(user -> users.put(user.getFileName().toString(), user.resolve("Maildir")));
        }
        return users;
    }

    private static void restore(ServerUnderClients server, Path root) throws Exception {
        long files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).count();
        }
        try (AdminClient admin = AdminClient.connect(server.dataFolder()).orElseThrow()) {
            StageRestore.Result staged =
                    admin.run(RestoreOperations.stage(), StageRestore.Request.of(root.toString()), Progress.SILENT);
            System.out.println(root.getFileName() + ": " + staged.totals().text() + " of " + files + " files, in "
                    + staged.millis() + " ms");
            assertThat(staged.totals().items()).as("bins %s", staged.totals()).isEqualTo(files);
            assertThat(staged.totals().unreadable()).isZero();
            assertThat(staged.totals().duplicate()).isZero();
            ValidateRestore.Result validated =
                    admin.run(RestoreOperations.validate(), new ValidateRestore.Request(staged.id()), Progress.SILENT);
            System.out.println(validated.totals() + ", in " + validated.millis() + " ms");
            assertThat(validated.totals().damaged())
                    .as("%s", validated.unsound())
                    .isZero();
            assertThat(validated.totals().graded()).isEqualTo(staged.totals().replayed());
            PreviewRestore.Result preview = admin.run(
                    RestoreOperations.preview(),
                    new PreviewRestore.Request(staged.id(), withSuspect(), 1, 0),
                    Progress.SILENT);
            assertThat(preview.totals().addsUp()).isTrue();
            assertThat(preview.totals().add())
                    .as("%s", preview.totals())
                    .isEqualTo(staged.totals().replayed());
            admin.run(
                    RestoreOperations.approve(),
                    new ApproveRestore.Request(staged.id(), preview.hash(), "test"),
                    Progress.SILENT);
            MergeRestore.Result merged = admin.run(
                    RestoreOperations.merge(), new MergeRestore.Request(staged.id(), -1, true), Progress.SILENT);
            System.out.println("merged " + merged.receipt().added() + " in " + merged.millis() + " ms");
            assertThat(merged.receipt().added()).isEqualTo(staged.totals().replayed());
            assertThat(merged.receipt().proof().holds()).isTrue();
        }
    }

    /** Suspect messages go where the others go, so that each can be compared. */
    private static MergePolicy withSuspect() {
        MergePolicy standard = MergePolicy.defaults();
        return new MergePolicy(
                EnumSet.of(Verdict.PROVEN, Verdict.CONSISTENT, Verdict.SUSPECT),
                standard.suspect(),
                standard.quarantine(),
                standard.duplicates(),
                standard.flags(),
                standard.target(),
                standard.restored(),
                standard.includeExpunged(),
                standard.markRestored(),
                standard.skipEmptyMailboxes(),
                standard.userMap(),
                standard.users(),
                standard.mailboxes(),
                standard.from(),
                standard.before(),
                false,
                null,
                null);
    }

    private static int compare(ServerUnderClients server, String user, Path maildir) throws Exception {
        int messages = 0;
        try (WireClient client = server.login(user)) {
            for (Map.Entry<String, Path> mailbox : mailboxes(maildir).entrySet()) {
                List<String> expected = expected(mailbox.getValue());
                String examine = client.send("EXAMINE \"" + mailbox.getKey() + "\"");
                String fetch = expected.isEmpty()
                        ? client.send("NOOP")
                        : client.send("UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])");
                client.await(examine);
                List<String> found = new ArrayList<>();
                for (WireClient.Response response : client.await(fetch)) {
                    if (!response.literals().isEmpty()) {
                        found.add(line(
                                response.literals().get(0),
                                instant(group(DATE, response.text())),
                                group(FLAGS, response.text()).split(" ")));
                    }
                }
                assertThat(found.stream().sorted())
                        .as("digest, date and flags of %s %s", user, mailbox.getKey())
                        .containsExactlyElementsOf(expected);
                messages += found.size();
            }
        }
        return messages;
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static Instant instant(String internalDate) {
        return INTERNAL_DATE.parse(internalDate.strip(), Instant::from);
    }

    /** Mailbox names as IMAP shows them, with their folders: Maildir++ has dots, {@code LAYOUT=fs} folders. */
    private static TreeMap<String, Path> mailboxes(Path maildir) throws IOException {
        TreeMap<String, Path> mailboxes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(maildir)) {
            for (Path cur : all.filter(one -> one.endsWith("cur")).toList()) {
                String name = maildir.relativize(cur.getParent()).toString();
                String dots = name.startsWith(".") ? name.substring(1) : name.replace('/', '.');
                mailboxes.put(name.isEmpty() ? "INBOX" : dots, cur.getParent());
            }
        }
        return mailboxes;
    }

    private static List<String> expected(Path mailbox) throws IOException {
        Map<Integer, String> keywords = new TreeMap<>();
        Path table = mailbox.resolve("dovecot-keywords");
        if (Files.exists(table)) {
            for (String line : Files.readAllLines(table)) {
                keywords.put(
                        Integer.valueOf(line.substring(0, line.indexOf(' '))), line.substring(line.indexOf(' ') + 1));
            }
        }
        List<String> expected = new ArrayList<>();
        for (String part : List.of("cur", "new")) {
            try (Stream<Path> files = Files.list(mailbox.resolve(part))) {
                for (Path file : files.toList()) {
                    expected.add(line(
                            canonical(Files.readAllBytes(file)),
                            Instant.ofEpochSecond(
                                    Files.getLastModifiedTime(file).toInstant().getEpochSecond()),
                            flags(file.getFileName().toString(), keywords)));
                }
            }
        }
        expected.sort(null);
        return expected;
    }

    private static String[] flags(String name, Map<Integer, String> keywords) {
        int info = name.indexOf(":2,");
        List<String> flags = new ArrayList<>();
        for (char letter : info < 0 ? new char[0] : name.substring(info + 3).toCharArray()) {
            flags.add(
                    switch (letter) {
                        case 'D' -> "\\Draft";
                        case 'F' -> "\\Flagged";
                        case 'P' -> "$Forwarded";
                        case 'R' -> "\\Answered";
                        case 'S' -> "\\Seen";
                        case 'T' -> "\\Deleted";
                        default -> keywords.get(letter - 'a');
                    });
        }
        return flags.toArray(String[]::new);
    }

    /** CRLF for each LF that has no CR before it. */
    private static byte[] canonical(byte[] octets) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(octets.length + octets.length / 30);
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) {
                out.write('\r');
            }
            out.write(octets[i]);
        }
        return out.toByteArray();
    }

    /** What must be equal, in a form that shows where it is not. */
    private static String line(byte[] octets, Instant date, String[] flags) {
        TreeSet<String> sorted = new TreeSet<>(List.of(flags));
        sorted.removeAll(List.of("", "\\Recent"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets);
            return HexFormat.of().formatHex(digest) + " " + octets.length + " " + date + " " + sorted;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

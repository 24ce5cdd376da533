package org.understudy.restore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.restore.source.imap.ScriptedServer;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.storage.Reason;
import picocli.CommandLine;

final class InspectVerbTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void soundMailGivesExitCodeZeroAndATableThatAddsUp() {
        maildir("joe")
                .message("cur/1700000001.a.b:2,S")
                .message("cur/1700000002.a.b:2,S")
                .file("dovecot.index", "x");
        assertThat(run(false, backup())).isZero();
        assertThat(text())
                .contains("Maildir", "1 user, 1 mailbox")
                .containsPattern("consistent +2 ")
                .containsPattern("messages +2 ")
                .containsPattern("ignored +1 ")
                .containsPattern("items +3 ")
                .contains("All 2 messages are sound");
    }

    @Test
    void unsoundMailGivesExitCodeThreeAndNamesTheItemsWithReasons() {
        maildir("joe").message("cur/1700000001.a.b:2,S").file("cur/1700000002.a.b,S=40:2,S", "");
        assertThat(run(false, backup())).isEqualTo(3);
        assertThat(text())
                .contains("unreadable  joe INBOX: joe/Maildir/cur/1700000002.a.b,S=40:2,S")
                .contains("the file is empty; its name states 40 octets")
                .contains("1 of 2 messages is sound. Look at the other before you restore: 1 unreadable.");
    }

    @Test
    void longListsAreCutAndSaySo() {
        MaildirBuilder joe = maildir("joe");
        for (int i = 0; i < 25; i++) {
            joe.file("cur/17000000%02d.a.b:2,S".formatted(i), "");
        }
        assertThat(run(false, backup())).isEqualTo(3);
        assertThat(text()).contains("and 5 more; --json-lines FILE writes them all");
        assertThat(text().split("the file is empty", -1)).hasSize(21);
    }

    @Test
    void jsonGivesOneDocumentWithTotalsAndTheUnsoundItems() throws Exception {
        maildir("joe").message("cur/1700000001.a.b:2,S").file("cur/1700000002.a.b:2,S", "");
        assertThat(run(true, backup())).isEqualTo(3);
        JsonNode result = JSON.readTree(text());
        assertThat(result.at("/totals/items").asInt()).isEqualTo(2);
        assertThat(result.at("/totals/counts/unreadable").asInt()).isEqualTo(1);
        assertThat(result.at("/unsound/0/grade").asText()).isEqualTo("unreadable");
        assertThat(result.at("/unsound/0/reasons/0").asText()).isEqualTo("the file is empty");
    }

    @Test
    void jsonLinesGoToStandardOutputAlone() throws Exception {
        maildir("joe").message("cur/1700000001.a.b:2,S").file("dovecot.index", "x");
        assertThat(run(false, backup(), "--json-lines", "-")).isZero();
        List<String> lines = text().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(JSON.readTree(lines.get(0)).get("verdict").asText()).isEqualTo("consistent");
        assertThat(JSON.readTree(lines.get(2)).at("/totals/items").asInt()).isEqualTo(2);
    }

    @Test
    void jsonLinesGoToAFileThatTheTextNames() throws Exception {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        Path file = folder.resolve("out.jsonl");
        assertThat(run(false, backup(), "--json-lines", file.toString())).isZero();
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(text()).contains("Every item with its findings: " + file);
    }

    @Test
    void pageForABrowserNamesTheItemsAndTheListOfAll() throws Exception {
        maildir("joe").message("cur/1700000001.a.b:2,S").file("cur/1700000002.a.b:2,S", "");
        Path page = folder.resolve("out.html");
        Path list = folder.resolve("out.jsonl");
        assertThat(run(false, backup(), "--html", page.toString(), "--json-lines", list.toString()))
                .isEqualTo(3);
        assertThat(Files.readString(page))
                .contains("1 of 2 messages is sound. Look at the other before you restore: 1 unreadable.")
                .contains("joe/Maildir/cur/1700000002.a.b:2,S")
                .contains("the file is empty")
                .contains(list.toString());
        assertThat(errors()).contains("The page for a browser: " + page);
    }

    @Test
    void pageIsWrittenBesideJsonLinesOnStandardOutput() throws Exception {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        Path page = folder.resolve("out.html");
        assertThat(run(false, backup(), "--html", page.toString(), "--json-lines", "-"))
                .isZero();
        assertThat(text().lines()).hasSize(2);
        assertThat(Files.readString(page)).contains("The one message is sound; the backup can be restored.");
    }

    @Test
    void comparingNamesTheBestCopyOfEachMessageAndWhatIsOnlyThere() throws Exception {
        maildir("joe")
                .message("cur/1700000001.a.b:2,S")
                .message("cur/1700000002.a.b:2,S")
                .message("cur/1700000003.a.b:2,S", "");
        MaildirBuilder.at(folder.resolve("older/joe/Maildir"))
                .message("cur/1700000001.a.b:2,S")
                .message("cur/1700000002.a.b:2,", MaildirBuilder.text(2, Instant.EPOCH) + "more\n")
                .message("cur/1700000003.a.b:2,S", MaildirBuilder.text(3, Instant.EPOCH))
                .message("cur/1700000004.a.b:2,S", MaildirBuilder.text(4, Instant.EPOCH));
        String older = folder.resolve("older").toString();
        Path page = folder.resolve("out.html");
        Path list = folder.resolve("out.jsonl");
        assertThat(run(false, backup(), "--against", older, "--html", page.toString(), "--json-lines", list.toString()))
                .isEqualTo(3);
        assertThat(text())
                .containsPattern("equal +1 ")
                .containsPattern("differing +1 ")
                .containsPattern("unreadable +1 ")
                .containsPattern("only here +0 ")
                .containsPattern("here +3 ")
                .containsPattern("only there +1 ")
                .containsPattern("recovered +2 ")
                .contains("the best copy is joe/Maildir/cur/1700000003.a.b:2,S of " + older)
                .contains("With the best copy of each, 3 of 4 messages are sound; 2 of them come from another source.");
        List<String> lines = Files.readAllLines(list);
        assertThat(lines).hasSize(5);
        JsonNode first = JSON.readTree(lines.get(0));
        assertThat(first.get("verdict").asText()).isEqualTo("proven");
        assertThat(first.at("/best/source").asText()).isEqualTo(backup());
        JsonNode unreadable = JSON.readTree(lines.get(2));
        assertThat(unreadable.at("/best/source").asText()).isEqualTo(older);
        assertThat(unreadable.at("/best/verdict").asText()).isEqualTo("consistent");
        assertThat(unreadable.at("/best/why").asText()).contains("unreadable in " + backup());
        JsonNode onlyThere = JSON.readTree(lines.get(3));
        assertThat(onlyThere.get("bin").asText()).isEqualTo("only-there");
        assertThat(onlyThere.get("source").asText()).isEqualTo(older);
        JsonNode totals = JSON.readTree(lines.get(4));
        assertThat(totals.at("/copies/recovered").asInt()).isEqualTo(2);
        assertThat(totals.at("/totals/counts/proven").asInt()).isEqualTo(1);
        assertThat(Files.readString(page))
                .contains("Compared with other sources", "joe/Maildir/cur/1700000004.a.b:2,S of " + older);
    }

    @Test
    void renamingMakesCopiesOfOneUserKnown() {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        MaildirBuilder.at(folder.resolve("older/joseph/Maildir")).message("cur/1700000001.a.b:2,S");
        String older = folder.resolve("older").toString();
        assertThat(run(false, backup(), "--against", older)).isZero();
        assertThat(text()).containsPattern("only here +1 ").containsPattern("only there +1 ");
        out.reset();
        assertThat(run(false, backup(), "--against", older, "--rename", "joseph=joe"))
                .isZero();
        assertThat(text()).containsPattern("equal +1 ").containsPattern("only there +0 ");
    }

    @Test
    void comparingASourceWithItselfIsRefused() {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        assertThat(run(
                        false,
                        backup(),
                        "--against",
                        folder.resolve("backup/joe").toString()))
                .isEqualTo(2);
        assertThat(errors()).contains("one lies within the other", "proves nothing of itself");
    }

    @Test
    void pageThatCannotBeWrittenIsRefusedBeforeTheWork() {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        assertThat(run(
                        false,
                        backup(),
                        "--html",
                        folder.resolve("absent/x.html").toString()))
                .isEqualTo(9);
        assertThat(errors()).contains("there is no directory").contains("HINT: ");
        assertThat(run(
                        false,
                        backup(),
                        "--html",
                        folder.resolve("backup/x.html").toString()))
                .isEqualTo(2);
        assertThat(text()).isEmpty();
    }

    @Test
    void aFileWithinTheBackupIsRefused() {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        assertThat(run(
                        false,
                        backup(),
                        "--json-lines",
                        folder.resolve("backup/out.jsonl").toString()))
                .isEqualTo(2);
        assertThat(errors()).contains("a backup is never written to");
        assertThat(folder.resolve("backup/out.jsonl.partial")).doesNotExist();
    }

    @Test
    void twoWantersOfStandardOutputAreRefused() {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        assertThat(run(true, backup(), "--json-lines", "-")).isEqualTo(2);
    }

    @Test
    void oneUsersMailIsInspectedAlone() {
        maildir("joe").message("cur/1700000001.a.b:2,S");
        maildir("kim").file("cur/1700000001.a.b:2,S", "");
        assertThat(run(false, backup(), "--user", "Joe")).isZero();
        assertThat(text()).contains("1 user, 1 mailbox");
        assertThat(run(false, backup(), "--user", "jim")).isEqualTo(9);
        assertThat(errors()).contains("holds no mail of user jim").contains("HINT: ");
    }

    @Test
    void whatIsNoSourceGivesExitCodeSeven() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.txt"), "hello\n");
        assertThat(run(false, file.toString())).isEqualTo(7);
        assertThat(errors()).contains("is a text file").contains("HINT: ");
        assertThat(run(false, folder.resolve("absent").toString())).isEqualTo(7);
    }

    @Test
    void fileNamesCannotDriveTheTerminal() {
        maildir("joe").file("cur/17000000\u001b[31m01.a.b:2,S", "");
        assertThat(run(false, backup())).isEqualTo(3);
        assertThat(text()).doesNotContain("\u001b").contains("\uFFFD[31m");
    }

    @Test
    void anAccountIsFetchedAndThenReadWithoutTheServer() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret\n");
        String spool = folder.resolve("spool").toString();
        try (ScriptedServer server = new ScriptedServer()) {
            server.box("INBOX").mail(1, "\\Seen", MaildirBuilder.text(1, Instant.parse("2026-01-05T08:00:00Z")));
            String account = "imap://ana@127.0.0.1:" + server.port() + "/";
            assertThat(run(false, account, "--password-file", password.toString(), "--spool", spool))
                    .isEqualTo(Reason.SOURCE.exitCode());
            assertThat(errors()).contains("offers no STARTTLS");
            assertThat(run(false, account, "--password-file", password.toString(), "--spool", spool, "--plaintext"))
                    .as(errors())
                    .isZero();
            assertThat(text()).contains("account ana as of", "consistent            1");
            assertThat(errors()).contains("Fetched " + account + " into " + spool + "/run-000001.json");
        }
        assertThat(run(false, spool + "/run-000001.json")).as(errors()).isZero();
    }

    @Test
    void aPasswordInAnAddressIsRefusedAndNotRepeated() {
        assertThat(run(false, "imaps://ana:geheim@mail.example.org/")).isEqualTo(Reason.USAGE.exitCode());
        assertThat(errors()).contains("holds a password", "--password-file").doesNotContain("geheim");
    }

    private MaildirBuilder maildir(String user) {
        return MaildirBuilder.at(folder.resolve("backup").resolve(user).resolve("Maildir"));
    }

    private String backup() {
        return folder.resolve("backup").toString();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Runs the verb as the program does, with exceptions as failures of the console. */
    private int run(boolean json, String... words) {
        out.reset();
        err.reset();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Terminal.NONE,
                json);
        CommandLine command = new CommandLine(new InspectVerb(() -> new Alone(console)));
        command.setExecutionExceptionHandler((thrown, line, parsed) -> {
            Failure failure = Failure.of(thrown);
            console.failure(failure);
            return failure.exitCode();
        });
        return command.execute(words);
    }

    /** A call without server and store. */
    private record Alone(Console console) implements Invocation {
        @Override
        public ApproverLogin approver() {
            throw new IllegalStateException("inspect approves nothing");
        }

        @Override
        public OperationRunner operations() {
            throw new IllegalStateException("inspect needs no store");
        }

        @Override
        public Path dataFolder() {
            throw new IllegalStateException("inspect needs no store");
        }

        @Override
        public RepositoryPlace repository() {
            throw new IllegalStateException("inspect needs no repository");
        }

        @Override
        public RetentionRules retention() {
            throw new IllegalStateException("inspect prunes nothing");
        }

        @Override
        public Clock clock() {
            return Clock.systemUTC();
        }

        @Override
        public Path absolute(Path path) {
            return path.toAbsolutePath();
        }
    }
}

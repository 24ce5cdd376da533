package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.cli.RestoreShell.Said;

/** Restores of many users, and plans looked at, as an engineer types it. */
@Timeout(300)
class CohortStoryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ID = Pattern.compile("c-[0-9]{8}-[0-9a-f]{4}");
    private static final Pattern HASH = Pattern.compile("hash +([0-9a-f]{64})");

    @TempDir
    Path folder;

    private RestoreShell shell;

    @BeforeEach
    void backup() throws IOException {
        folder = folder.toRealPath();
        shell = new RestoreShell(folder);
        String[] users = {"anna", "bruno", "clara", "dora", "emil"};
        for (int user = 0; user < users.length; user++) {
            Path maildir = folder.resolve("backup").resolve(users[user]).resolve("Maildir");
            for (String part : new String[] {"cur", "new", "tmp"}) {
                Files.createDirectories(maildir.resolve(part));
            }
            for (int i = 0; i < 5 - user; i++) {
                mail(maildir, user, i, user == 3 && i == 0 ? "Before\n" + "\0".repeat(600) + "\nAfter\n" : "Hello.\n");
            }
            if (user < 4) {
                shell.typing("pw", "user", "add", users[user], "--password-stdin")
                        .exits(0);
            }
        }
    }

    private static void mail(Path maildir, int user, int number, String body) throws IOException {
        String text = "Date: Mon, 27 May 2024 00:00:00 +0000\nFrom: Carla <carla@" + (number % 2 == 0 ? "" : "lists.")
                + "example.org>\nTo: anna@example.org\nMessage-ID: <" + user + "." + number
                + "@example.org>\nSubject: Number " + number + "\n\n" + body;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.write(
                maildir.resolve("cur")
                        .resolve("17167680" + user + number + ".M" + number + "P1.mx,S=" + bytes.length + ":2,S"),
                bytes);
    }

    private static String found(Pattern pattern, Said said) {
        Matcher matcher = pattern.matcher(said.out());
        assertThat(matcher.find()).as(said.toString()).isTrue();
        return matcher.group(matcher.groupCount());
    }

    @Test
    void bringsBackManyUsersAndTakesThemBack() throws Exception {
        AutoCloseable server = shell.serve();
        try (server) {
            Files.writeString(
                    folder.resolve("lost.txt"), "# from the loss report\nAnna\nbruno\nclara\ndora\n\nemil\nzoe\n");
            Said staged = shell.run("restore", "cohort", "backup", "--users-file", "lost.txt")
                    .exits(3)
                    .says(
                            "  users     6 = 3 ready + 2 held for review + 1 failed\n",
                            "  plans     15 messages = 13 to be added + 0 to be held in quarantine + 2 left (",
                            "  list      3 users, 12 messages to be merged (",
                            "1 damaged message",
                            "live has no such user; 1 message left",
                            "the source holds no mail of user zoe",
                            "Next: understudy restore cohort approve c-");
            String id = found(ID, staged);
            String hash = found(HASH, staged);
            shell.run("restore", "cohort", "merge", id).exits(10).complains("is not approved: 0 of 1 persons");
            shell.run("restore", "cohort", "approve", "latest", "--hash", hash.substring(0, 12), "--by", "anna")
                    .exits(0)
                    .says("approved  by anna (by name only) at ", "Next: understudy restore cohort merge " + id + "\n");
            shell.run("restore", "cohort", "merge", id, "--limit", "0", "--list")
                    .exits(3)
                    .says(
                            "  users     6 = 3 merged + 2 held for review + 1 failed\n",
                            "  merged    12 messages = 12 added (",
                            "To take it back: understudy restore cohort undo " + id + "\n");
            shell.run("restore", "cohort", "undo", id, "--user", "mia").exits(9).complains("has no user mia");
            shell.run("restore", "cohort", "undo", id, "--user", "bruno")
                    .exits(3)
                    .says("  undone    4 messages = 4 expunged + 0 left, touched since + 0 gone already\n");
            JsonNode status = JSON.readTree(shell.run("restore", "cohort", "status", id, "--json")
                    .exits(3)
                    .out());
            assertThat(status.at("/summary/merged").asInt()).isEqualTo(2);
            assertThat(status.at("/summary/undone").asInt()).isEqualTo(1);
            shell.run("restore", "cohort", "list").exits(0).says(id);
            shell.run("fsck", "--deep").exits(0);
        }
    }

    @Test
    void doesItAllByOneCommandWhereOnePersonIsEnough() throws Exception {
        shell.run("restore", "cohort", "backup", "--user", "anna", "--user", "Bruno", "--merge", "--by", "ops")
                .exits(0)
                .says(
                        "  users     2 = 2 merged\n",
                        "  merged    9 messages = 9 added (",
                        "approved  by ops (by name only)");
        shell.run("restore", "cohort", "backup", "--user", "anna", "--merge")
                .exits(0)
                .says("  users     1 = 1 with nothing to do\n");
    }

    @Test
    void saysWhatIsWrongWithTheUsersThatItIsGiven() throws Exception {
        Files.writeString(folder.resolve("users.txt"), "anna\nbruno clara\n\nANNA\n");
        shell.run("restore", "cohort", "backup", "--users-file", "users.txt")
                .exits(2)
                .complains(
                        "FOLDER/users.txt:2: expected one user's name, found 'bruno clara'\n"
                                + "FOLDER/users.txt:4: anna stands in line 1 already",
                        "HINT: ");
        shell.run("restore", "stage", "backup", "--users-file", "users.txt")
                .exits(2)
                .complains("users.txt:2");
        shell.run("restore", "stage", "backup", "--users-file", "none.txt")
                .exits(9)
                .complains("FOLDER/none.txt");
        Files.writeString(folder.resolve("users.txt"), "# nobody\n");
        shell.run("restore", "cohort", "backup", "--users-file", "users.txt")
                .exits(2)
                .complains("names no user");
        shell.run("restore", "cohort", "backup").exits(2).complains("no user is named", "--all");
        shell.run("restore", "cohort", "--all").exits(2).complains("no source is named");
        shell.run("restore", "cohort", "status", "latest").exits(9).complains("there is no cohort latest");
        shell.run("restore", "cohort", "merge", "c-20200101-abcd")
                .exits(9)
                .complains("there is no cohort c-20200101-abcd");
        shell.typing("anna\nbruno", "restore", "stage", "backup", "--users-file", "-")
                .exits(0)
                .says(" = 9 replayed + ");
    }

    @Test
    void showsAPlanAsFiguresAsAListAndAsAPage() throws Exception {
        String id = JSON.readTree(shell.run("restore", "stage", "backup", "--json")
                        .exits(0)
                        .out())
                .at("/id")
                .asText();
        shell.run("restore", "plan", id).exits(10).complains("is staged and has no plan");
        shell.run("restore", "validate", id).exits(3);
        shell.run("restore", "preview", id, "--sender", "anna@").exits(2).complains("--sender is 'anna@'");
        shell.run("restore", "preview", id, "--quarantine", ".x").exits(2).complains("cannot be the name of a mailbox");
        Said preview = shell.run("restore", "preview", id, "--sender", "@example.org", "--html", "plan.html")
                .exits(0)
                .says(
                        "left in the shadow: its sender was not asked for\n",
                        "user   mailbox  add  hold  flags  left",
                        "; --list prints them\n");
        String hash = found(HASH, preview);
        Said plan = shell.run("restore", "plan", id, "--list", "--of", "anna", "--lines", "3")
                .exits(0)
                .says("  steps  1 to 3 of 6 for anna; --from 4 goes on\n", "  hash   " + hash + "\n");
        assertThat(plan.out()).contains("add      anna:INBOX").doesNotContain("bruno:INBOX <-");
        JsonNode json = JSON.readTree(shell.run("restore", "plan", id, "--of", "bruno", "--json")
                .exits(0)
                .out());
        assertThat(json.at("/hash").asText()).isEqualTo(hash);
        assertThat(json.at("/plan/steps")).hasSize(5);
        assertThat(json.at("/plan/totals/messages").asInt()).isEqualTo(15);
        assertThat(folder.resolve("plan.html"))
                .content()
                .contains("Every message accounted for", hash, "anna", "it is damaged", "@example.org")
                .doesNotContain("Number 1");
        String copies = System.getProperty("understudy.look", "");
        if (!copies.isEmpty()) {
            Files.writeString(Path.of(copies, "plan.txt"), preview + "\n" + plan);
            Files.copy(folder.resolve("plan.html"), Path.of(copies, "plan.html"));
        }
    }
}

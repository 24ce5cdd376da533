package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.cli.RestoreShell.Said;

/** A restore from the first command to the last, as an engineer types it. */
@Timeout(300)
class RestoreStoryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ID = Pattern.compile("r-[0-9]{8}-[0-9a-f]{4}");
    private static final Pattern HASH = Pattern.compile("hash {3}([0-9a-f]{64})");
    private static final Pattern SNAPSHOT = Pattern.compile("Snapshot (\\S+) was taken");

    @TempDir
    Path folder;

    private RestoreShell shell;

    @BeforeEach
    void backup() throws IOException {
        folder = folder.toRealPath();
        shell = new RestoreShell(folder);
        Path anna = folder.resolve("backup/anna/Maildir");
        mail(anna, "1716768000.M1P1.mx", "Breakfast", "Eggs at eight.\n", 0);
        mail(anna, "1716768060.M2P1.mx", "Lunch", "Soup at noon.\n", 0);
        mail(anna, "1716768120.M3P1.mx", "Supper", "Bread at seven.\n", 0);
        mail(anna, "1716768180.M4P1.mx", "Cut", "This message is shorter than its file name says.\n", 400);
        mail(anna, "1716768240.M5P1.mx", "Holed", "Before\n" + "\0".repeat(600) + "\nAfter\n", 0);
        mail(anna.resolve(".Sent"), "1716768300.M6P1.mx", "Re: Lunch", "Gladly.\n", 0);
        Files.createFile(Files.createDirectories(anna.resolve(".Sent")).resolve("maildirfolder"));
        mail(folder.resolve("backup/bob/Maildir"), "1716768360.M7P1.mx", "Rent", "It is due.\n", 0);
    }

    /** @param lost how many octets the file name counts that the file does not have */
    private static void mail(Path maildir, String name, String subject, String body, int lost) throws IOException {
        for (String part : new String[] {"cur", "new", "tmp"}) {
            Files.createDirectories(maildir.resolve(part));
        }
        String text = "Date: Mon, 27 May 2024 00:00:00 +0000\nFrom: Carla <carla@example.org>\nTo: anna@example.org\n"
                + "Message-ID: <" + name + "@example.org>\nSubject: " + subject + "\n\n" + body;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.write(maildir.resolve("cur").resolve(name + ",S=" + (bytes.length + lost) + ":2,S"), bytes);
    }

    private static String found(Pattern pattern, Said said) {
        Matcher matcher = pattern.matcher(said.out());
        assertThat(matcher.find()).as(said.toString()).isTrue();
        return matcher.group(matcher.groupCount());
    }

    private long annasMessages() throws IOException {
        JsonNode users =
                JSON.readTree(shell.run("user", "list", "--json").exits(0).out());
        return users.at("/users/0/messages").asLong();
    }

    private void restoresUndoesAndRestoresAgain() throws IOException {
        shell.typing("correct horse", "user", "add", "anna", "--password-stdin").exits(0);
        Said staged = shell.run("restore", "stage", "backup").exits(0);
        String id = found(ID, staged);
        staged.says(
                "Restore " + id + " is staged: the source lies in a shadow, live mail is untouched.\n",
                " = 7 replayed + 0 duplicate + 0 unreadable + ",
                "Next: understudy restore validate " + id + "\n");
        assertThat(annasMessages()).isZero();
        shell.run("restore", "merge", id)
                .exits(10)
                .complains("restore " + id + " is staged", "HINT: The next step is 'understudy restore validate r-");

        shell.run("restore", "validate", "latest")
                .exits(3)
                .says(
                        "7 messages of the shadow",
                        "7 as replayed + 0 different",
                        "Not sound: 2 messages\n",
                        "  damaged  anna INBOX  shadow UID 5\n",
                        "  suspect  anna INBOX  shadow UID 4\n",
                        "Next: understudy restore preview " + id + "\n");
        shell.run("restore", "report", id, "--json-file", "report.json", "--html", "report.html")
                .exits(3)
                .says("By month of arrival (UTC):\n", "fill-run contradiction");
        assertThat(folder.resolve("report.html")).content().contains(id);
        assertThat(JSON.readTree(folder.resolve("report.json").toFile())
                        .at("/totals/damaged")
                        .asLong())
                .isEqualTo(1);

        Said preview =
                shell.run("restore", "preview", id.substring(11), "--list").exits(0);
        String hash = found(HASH, preview);
        preview.says(
                "         4  to be added\n",
                "         1  to be held in quarantine\n",
                "         1  left in the shadow: it is damaged\n",
                "         1  left in the shadow: live has no such user\n",
                "         7  in the shadow\n",
                "  create   anna:Sent",
                "HINT: 1 message belongs to users that live does not have",
                "Next: understudy restore approve " + id + " --hash " + hash.substring(0, 12) + "\n");
        shell.run("restore", "approve", id, "--hash", "0123456789ab", "--by", "carla")
                .exits(10)
                .complains("the plan's hash is " + hash, "HINT: ");
        shell.run("restore", "approve", id, "--hash", hash.substring(0, 12), "--by", "carla")
                .exits(0)
                .says("  approved by carla (by name only) at ", "Next: understudy restore merge " + id + "\n");
        shell.run("restore", "merge", id)
                .exits(0)
                .says(
                        "  planned    5 messages = 5 added (",
                        "  read back  5 = 5 equal + 0 different + 0 expunged by users meanwhile\n",
                        "  proof      passed: ",
                        "proof-merge-1.json\n",
                        "To take it back: understudy restore undo " + id + "\n");
        assertThat(annasMessages()).isEqualTo(5);
        shell.run("fsck", "--deep").exits(0).says("  5 messages in ", "Sound: nothing is wrong.\n");

        shell.run("restore", "undo", id)
                .exits(0)
                .says("  messages   5 added = 5 expunged + 0 left, touched since + 0 gone already\n");
        assertThat(annasMessages()).isZero();
        Said again = shell.run("restore", "preview", id, "--mailbox", "INBOX", "--suspect", "leave")
                .exits(0);
        again.says("         3  to be added\n", "left in the shadow: it is suspect", "its mailbox was not asked for");
        shell.run("restore", "approve", id, "--hash", found(HASH, again)).exits(0);
        shell.run("restore", "merge", id, "--deep", "--limit", "0")
                .exits(0)
                .says("  planned    3 messages = 3 added (");
        assertThat(annasMessages()).isEqualTo(3);
        shell.run("restore", "status", id)
                .exits(0)
                .says(
                        " is merged: the plan is carried out",
                        "  undone    once\n",
                        "  proof     merge passed, ",
                        "  proof     undo passed, ",
                        "  proof     merge 2 passed, ");
        shell.run("restore", "pack", id, "--out", "evidence.tar.gz")
                .exits(0)
                .says("The evidence of restore " + id + " is packed: ", ", 7 verdicts, ", "  signed  by key ");
        assertThat(folder.resolve("evidence.tar.gz")).isNotEmptyFile();
        shell.run("restore", "list").exits(0).says(id + "  merged");
        JsonNode status = JSON.readTree(
                shell.run("restore", "status", id, "--json").exits(0).out());
        assertThat(status.at("/job/state").asText()).isEqualTo("MERGED");
    }

    @Test
    void restoresByItself() throws Exception {
        restoresUndoesAndRestoresAgain();
    }

    @Test
    void restoresThroughTheRunningServer() throws Exception {
        AutoCloseable server = shell.serve();
        try (server) {
            restoresUndoesAndRestoresAgain();
            shell.run("snapshot").exits(0);
            shell.run("repo", "list").exits(0);
            shell.run("repo", "verify", "--full").exits(0).says("Sound: 0 findings.\n");
        }
    }

    @Test
    void findsADamagedSnapshotAndSaysWhoseMailItConcerns() throws Exception {
        restoresUndoesAndRestoresAgain();
        shell.run("repo", "list").exits(8).complains("there is no repository at FOLDER/repository", "HINT: ");
        Said taken = shell.run("snapshot").exits(0);
        String snapshot = found(SNAPSHOT, taken);
        taken.says(
                "  holds       3 messages in ",
                " copied + 0 bytes there already\n",
                "Next: understudy repo verify --full " + snapshot + "\n");
        shell.run("repo", "list")
                .exits(0)
                .says("1 snapshot\n", "this machine's key", "Next: understudy restore stage --snapshot " + snapshot);
        shell.run("repo", "verify", "--full").exits(0).says("Sound: 0 findings.\n");
        shell.run("restore", "stage", "--snapshot", "latest", "--user", "anna")
                .exits(0)
                .says(" = 3 replayed + ");

        String object = flip(snapshot);
        shell.run("repo", "verify")
                .exits(0)
                .says("presence and size; contents not read", "Next: understudy repo verify --full");
        shell.run("repo", "verify", "--full", "latest")
                .exits(3)
                .says(
                        "NOT SOUND: 1 finding.\n",
                        "1. object content\n",
                        "   file      objects/" + object.substring(0, 2) + "/" + object + "\n",
                        "a table of body\n",
                        "   in        snapshot " + snapshot + "\n",
                        "anna  INBOX",
                        "content",
                        "   HINT: Bring the object back");
        JsonNode result = JSON.readTree(
                shell.run("repo", "verify", "--full", "--json").exits(3).out());
        assertThat(result.at("/sound").asBoolean(true)).isFalse();
    }

    /** Turns one bit of the newest file that holds bodies; returns its name. */
    private String flip(String snapshot) throws IOException {
        JsonNode manifest = JSON.readTree(
                folder.resolve("repository/snapshots/" + snapshot + ".json").toFile());
        TreeMap<String, String> bodies = new TreeMap<>();
        for (JsonNode file : manifest.at("/files")) {
            if (file.at("/columnFamily").asText().equals("body")) {
                bodies.put(file.at("/name").asText(), file.at("/sha256").asText());
            }
        }
        assertThat(bodies).as(manifest.toString()).isNotEmpty();
        String name = bodies.lastEntry().getValue();
        Path object = folder.resolve("repository/objects")
                .resolve(name.substring(0, 2))
                .resolve(name);
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(object, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer octet = ByteBuffer.allocate(1);
            channel.read(octet, 60);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (octet.get(0) ^ 1)}), 60);
        }
        return name;
    }

    @Test
    void saysWhatIsWrongWithWhatItIsGiven() throws Exception {
        Files.writeString(folder.resolve("notes.txt"), "buy bread\n");
        shell.run("restore", "stage", "notes.txt").exits(7).complains("FOLDER/notes.txt", "HINT: ");
        shell.run("restore", "stage", "nowhere").exits(7).complains("FOLDER/nowhere", "HINT: ");
        shell.run("restore", "stage").exits(2).complains("no source is named", "HINT: ");
        shell.run("restore", "stage", "backup", "--snapshot", "latest").exits(2).complains("more than one of SOURCE");
        shell.run("restore", "stage", "--snapshot", "latest").exits(8).complains("there is no repository", "HINT: ");
        shell.run("restore", "list")
                .exits(0)
                .says("There are no restores. 'understudy restore stage SOURCE' begins one.\n");
        shell.run("restore", "validate", "latest").exits(9).complains("there are no restores in FOLDER/data/restores");
        shell.run("restore", "validate", "r-20200101-abcd")
                .exits(9)
                .complains("there is no restore r-20200101-abcd", "HINT: 'understudy restore list'");

        String id = found(
                ID, shell.run("restore", "stage", "backup", "--user", "anna").exits(0));
        shell.run("restore", "status", "r-1999").exits(9).complains("there is no restore r-1999");
        shell.run("restore", "report", id).exits(10).complains("has no report yet", "restore validate " + id);
        shell.run("restore", "approve", id, "--hash", "0123456789ab").exits(10).complains("is staged", "HINT: ");
        shell.run("restore", "preview", id, "--verdicts", "proven,damaged")
                .exits(2)
                .complains("never merged");
        shell.run("restore", "preview", id, "--since", "May").exits(2).complains("--since is 'May'", "HINT: ");
        shell.run("restore", "merge", id, "--limit", "-1").exits(2).complains("--limit is -1.0");
        JsonNode failed = JSON.readTree(
                shell.run("restore", "merge", id, "--json").exits(10).out());
        assertThat(failed.at("/error/reason").asText()).isEqualTo("CONFLICT");
    }

    @Test
    void stagingEndsWith3WhereMailCannotBeRead() throws Exception {
        Files.writeString(
                folder.resolve("backup/saved.eml"),
                "From: Bob <bob@example.org>\r\nSubject: Saved\r\nDate: Mon, 27 May 2024 10:00:00 +0000\r\n\r\nHello.\r\n");
        shell.run("restore", "stage", "backup")
                .exits(3)
                .says(" = 7 replayed + 0 duplicate + 1 unreadable + ", "saved.eml", "UNREADABLE", "Next: understudy ");
    }
}

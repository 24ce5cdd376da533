package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may approve a plan, and how they prove it: on the store itself, and through the running server. */
@Timeout(300)
class ApprovalTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private RestoreShell shell;
    private String id = "";
    private String hash = "";

    @BeforeEach
    void plan() throws IOException {
        folder = folder.toRealPath();
        shell = new RestoreShell(folder);
        Path inbox = Files.createDirectories(folder.resolve("backup/anna/Maildir/cur"));
        Files.createDirectories(inbox.resolveSibling("new"));
        Files.createDirectories(inbox.resolveSibling("tmp"));
        byte[] mail = ("Date: Mon, 27 May 2024 00:00:00 +0000\nFrom: Carla <carla@example.org>\nTo: anna@example.org\n"
                        + "Message-ID: <1@example.org>\nSubject: Breakfast\n\nEggs at eight.\n")
                .getBytes(StandardCharsets.UTF_8);
        Files.write(inbox.resolve("1716768000.M1P1.mx,S=" + mail.length + ":2,S"), mail);
        for (String user : new String[] {"anna", "bruno", "clara", "dora"}) {
            shell.typing("secret of " + user, "user", "add", user, "--password-stdin")
                    .exits(0);
        }
    }

    private void configure(String text) throws IOException {
        Files.writeString(folder.resolve("understudy.conf"), text, StandardOpenOption.APPEND);
    }

    private void preview() throws IOException {
        if (id.isEmpty()) {
            id = json("restore", "stage", "backup").at("/id").asText();
            shell.run("restore", "validate", id).exits(0);
        }
        hash = json("restore", "preview", id).at("/hash").asText();
    }

    private JsonNode json(String... words) throws IOException {
        String[] all = Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new);
        return JSON.readTree(shell.run(all).exits(0).out());
    }

    private RestoreShell.Said approve(String by, String password) {
        return shell.typing(password, "restore", "approve", id, "--hash", hash, "--by", by, "--password-stdin");
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("data/restores").resolve(id).resolve("log"));
    }

    private void twoPersonsWithPasswordsAndTheRole() throws IOException {
        preview();
        assertThat(json("restore", "preview", id, "--approvals", "1")
                        .at("/approvalsNeeded")
                        .asInt())
                .isEqualTo(2);
        hash = json("restore", "preview", id).at("/hash").asText();
        shell.run("restore", "approve", id, "--hash", hash, "--by", "anna")
                .exits(2)
                .complains("there is no terminal on which to ask for the password", "--password-stdin");
        approve("anna", "secret of bruno").exits(14).complains("the password of 'anna' was refused", "HINT: ");
        approve("nobody", "secret of bruno").exits(14).complains("the password of 'nobody' was refused");
        approve("dora", "secret of dora").exits(14).complains("'dora' is not among those who may approve plans");
        shell.typing(
                        "secret of anna",
                        "restore",
                        "approve",
                        id,
                        "--hash",
                        "0123456789ab",
                        "--by",
                        "anna",
                        "--password-stdin")
                .exits(10)
                .complains("the plan's hash is " + hash);
        approve("Anna", "secret of anna")
                .exits(0)
                .says("  approved by anna (logged in) at ", "One more person must approve.\n");
        shell.run("restore", "merge", id).exits(10).complains("is planned");
        approve("ANNA", "secret of anna").exits(10).complains("anna has approved this plan already");
        approve("bruno", "secret of bruno").exits(0).says("Next: understudy restore merge " + id);
        approve("clara", "secret of clara").exits(10).complains("is approved");
        JsonNode job = json("restore", "status", id).at("/job");
        assertThat(job.at("/approvals/0/identity").asText()).isEqualTo("AUTHENTICATED");
        assertThat(job.at("/approvals/1/by").asText()).isEqualTo("bruno");
        assertThat(log())
                .contains("not approved: the password of 'anna' was refused")
                .contains("not approved: 'dora' is not among those who may approve plans")
                .contains("approved by anna (logged in), 1 of 2: " + hash)
                .contains("approved by bruno (logged in), 2 of 2: " + hash)
                .doesNotContain("secret");
        shell.run("restore", "merge", id).exits(0).says("1 added");
    }

    @Test
    void twoPersonsWithPasswordsAndTheRoleOnTheStoreItself() throws IOException {
        configure("roles.approvers = [ Anna, bruno, clara ]\nrestore.approvals = 2\n");
        twoPersonsWithPasswordsAndTheRole();
    }

    @Test
    void twoPersonsWithPasswordsAndTheRoleThroughTheServer() throws Exception {
        configure("roles.approvers = [ Anna, bruno, clara ]\nrestore.approvals = 2\n");
        AutoCloseable server = shell.serve();
        try (server) {
            twoPersonsWithPasswordsAndTheRole();
        }
    }

    @Test
    void aNameIsEnoughWhereNothingIsConfiguredAndAPasswordStillCounts() throws IOException {
        preview();
        shell.run("restore", "approve", id, "--hash", hash, "--by", "the night shift")
                .exits(0)
                .says("approved by the night shift (by name only) at ");
        assertThat(json("restore", "status", id).at("/job/approvals/0/identity").asText())
                .isEqualTo("CLAIMED");
        preview();
        approve("anna", "wrong").exits(14);
        approve("anna", "secret of anna").exits(0).says("approved by anna (logged in) at ");
    }

    @Test
    void onePersonIsNotTwoHoweverTheNameIsWritten() throws IOException {
        preview();
        hash = json("restore", "preview", id, "--approvals", "2").at("/hash").asText();
        shell.run("restore", "approve", id, "--hash", hash, "--by", "anna").exits(0);
        shell.run("restore", "approve", id, "--hash", hash, "--by", " Anna ").exits(10);
        approve("anna", "secret of anna").exits(10).complains("anna has approved this plan already");
        approve("bruno", "secret of bruno").exits(0);
        shell.run("restore", "merge", id).exits(0);
    }

    @Test
    void whatWasApprovedByNameIsNotMergedOnceTheConfigurationAsksForMore() throws IOException {
        preview();
        shell.run("restore", "approve", id, "--hash", hash, "--by", "anna").exits(0);
        configure("restore.approvals = 2\n");
        shell.run("restore", "merge", id)
                .exits(10)
                .complains(
                        "is not approved: 0 of 2 persons have approved it in the way that the configuration asks for");
        approve("anna", "secret of anna").exits(0).says("One more person must approve.");
        approve("dora", "secret of dora").exits(0);
        shell.run("restore", "merge", id).exits(0).says("1 added");
    }
}

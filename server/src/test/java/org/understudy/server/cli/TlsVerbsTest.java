package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.tls.TestAuthority;
import org.understudy.server.tls.TlsStatus;

/** Certificates, as the command line tells of them. */
@Timeout(180)
class TlsVerbsTest {
    @TempDir
    Path folder;

    private final Instant now = Instant.now();
    private final TestAuthority root = TestAuthority.root("Root");
    private final TestAuthority middle = root.below("Middle");
    private Transcript shell;

    @BeforeEach
    void shell() throws Exception {
        folder = folder.toRealPath();
        shell = new Transcript(folder);
        shell.environment.put("UNDERSTUDY_CONFIG", "tls.conf");
        TestAuthority.write(folder, "mail", root.host("mail.example.org", "*.mail.example.org"));
        TestAuthority.write(folder, "cut", middle.issue("cut", new TestAuthority.Wanted().host("cut.example.org")));
        TestAuthority.write(
                folder,
                "old",
                root.issue(
                        "old",
                        new TestAuthority.Wanted()
                                .host("other.example.org")
                                .valid(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(3)))));
        for (String name : List.of("mail", "cut", "old")) {
            Files.setPosixFilePermissions(folder.resolve(name + ".key"), PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(folder.resolve("tls.conf"), """
            tls { certificate = mail.crt, key = mail.key, hosts = [
              { name = "*.mail.example.org", certificate = mail.crt, key = mail.key }
              { name = cut.example.org, certificate = cut.crt, key = cut.key }
              { name = old.example.org, certificate = old.crt, key = old.key }
              { name = bad.example.org, certificate = old.crt, key = mail.key }
            ] }
            """);
    }

    @Test
    void hostsThatWillNotBeWarnedAreGood() {
        Transcript.Said said = shell.run("tls", "check", "MAIL.example.org", "imap.mail.example.org.");
        assertThat(said.err()).isEmpty();
        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .contains(
                        "mail.example.org: good, by the certificate of default\n",
                        "imap.mail.example.org: good, by the certificate of *.mail.example.org\n",
                        "  files: FOLDER/mail.crt, FOLDER/mail.key\n",
                        "  issuer: CN=Root; ECDSA 256; chain complete, to a private root\n")
                .doesNotContain("FAULT", "cut");
    }

    @Test
    void whatClientsWillBeWarnedOfIsNamed() throws Exception {
        Transcript.Said said = shell.run("tls", "check", "--json");
        assertThat(said.exitCode()).isEqualTo(3);
        JsonNode review = new ObjectMapper().readTree(said.out());
        assertThat(faults(review, "default")).isEmpty();
        assertThat(faults(review, "cut.example.org"))
                .containsExactly("its chain is not complete: the certificate of CN=Root is missing");
        assertThat(faults(review, "old.example.org"))
                .anyMatch(fault -> fault.startsWith("it expired on "))
                .contains("it is for other.example.org, not for old.example.org");
        assertThat(faults(review, "bad.example.org"))
                .singleElement()
                .asString()
                .contains("expected the private key of CN=old");
        Transcript.Said other = shell.run("tls", "check", "unknown.example.org");
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.out())
                .startsWith("unknown.example.org: CLIENTS WILL BE WARNED, by the certificate of default\n"
                        + "  FAULT: the certificate is for *.mail.example.org, mail.example.org, not for"
                        + " unknown.example.org\n");
    }

    private static List<String> faults(JsonNode review, String name) {
        for (JsonNode one : review.get("certificates")) {
            if (one.get("name").asText().equals(name)) {
                return one.get("faults").valueStream().map(JsonNode::asText).toList();
            }
        }
        throw new AssertionError(name + " is not in " + review);
    }

    @Test
    void reloadWithoutAServerSaysSo() {
        shell.run("tls", "reload").is(13, "", """
            understudy: no server is running on FOLDER/data
            HINT: start one with 'understudy server', or name its data folder with --data
            """);
        assertThat(Files.exists(folder.resolve("data"))).as("nothing was made").isFalse();
    }

    @Test
    void statusTellsOfWhatExpiresAndOfWhatWasNotTakenUp() {
        TlsStatus.Shown soon = new TlsStatus.Shown(
                "a.example", List.of(), "", now.plus(Duration.ofDays(5).plusHours(1)), "", now, false, "", "");
        TlsStatus.Shown gone = new TlsStatus.Shown(
                "b.example", List.of(), "", now.minus(Duration.ofDays(2)), "", now, false, "key is bad", "");
        TlsStatus status = new TlsStatus(
                "java",
                "modern",
                List.of(soon, gone),
                0,
                1,
                "line 3 is off",
                List.of(new TlsStatus.Ordered("c.example", List.of("c.example"), now, 2, "no answer")));
        assertThat(status.troubles(now))
                .containsExactly(
                        "the list of certificates in the configuration was not taken over: line 3 is off",
                        "a.example: the certificate expires in 5 days",
                        "b.example: the certificate expired 2 days ago",
                        "b.example: a newer certificate was not taken up: key is bad",
                        "c.example: the certificate could not be ordered: no answer");
        assertThat(TlsStatus.NONE.troubles(now)).isEmpty();
    }
}

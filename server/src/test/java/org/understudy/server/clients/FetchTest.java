package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MimeSummary;

/** FETCH as clients see it, item by item. */
class FetchTest {
    private static final String PLAIN =
            "Subject:no blank\r\nX-Folded: a\r\n\tb\r\nFROM:   carla@example.org\r\n\r\nbody\r\n";
    private static final String CODED = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\nQUIAQw==\r\n--b\r\n"
            + "Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc\r\n--b\r\n"
            + "Content-Transfer-Encoding: x-own\r\n\r\nd\r\n--b--\r\n";

    @TempDir
    Path folder;

    private ServerUnderClients server;
    private WireClient client;
    private boolean damagedOnPurpose;

    @BeforeEach
    void start() throws Exception {
        server = ServerUnderClients.start(folder.resolve("data"), "anna");
        client = server.login("anna");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        if (damagedOnPurpose) {
            server.closeDamaged();
        } else {
            server.close();
        }
    }

    private void append(String... messages) throws Exception {
        for (String message : messages) {
            client.await(client.sendAppend("INBOX", "", message.getBytes(StandardCharsets.US_ASCII)));
        }
        client.ok("SELECT INBOX");
    }

    private String lines(String command) throws Exception {
        return client.ok(command).stream()
                .map(response -> response.text()
                        + response.literals().stream()
                                .map(octets -> new String(octets, StandardCharsets.ISO_8859_1))
                                .collect(Collectors.joining("|", "=", "")))
                .filter(line -> line.startsWith("* "))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void fieldsAreSentAsTheyStandInTheMessage() throws Exception {
        append(PLAIN);
        assertThat(lines("FETCH 1 BODY.PEEK[HEADER.FIELDS (from subject x-folded)]"))
                .endsWith("=Subject:no blank\r\nX-Folded: a\r\n\tb\r\nFROM:   carla@example.org\r\n\r\n");
        assertThat(lines("FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (FROM)]"))
                .endsWith("=Subject:no blank\r\nX-Folded: a\r\n\tb\r\n\r\n");
        assertThat(lines("FETCH 1 (BODY.PEEK[TEXT]<1.2> BODY.PEEK[]<1000.5>)")).contains("[TEXT]<1> {2}", "=od|");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 5_000, 100_000})
    void literalsThatEndLikeSyntaxAreSentWhole(int octets) throws Exception {
        String text = "x".repeat(octets) + " ( ";
        append("Subject: s\r\n\r\n" + text);
        String opening = text.substring(0, octets + 2);
        assertThat(lines("FETCH 1 (BODY.PEEK[TEXT]<0." + opening.length() + "> BODY.PEEK[TEXT] EMAILID)"))
                .startsWith("* 1 FETCH (BODY[TEXT]<0> {" + opening.length() + "}\r\n BODY[TEXT] {" + text.length()
                        + "}\r\n EMAILID (1))=")
                .endsWith("=" + opening + "|" + text);
        assertThat(lines("FETCH 1 BODY.PEEK[TEXT]")).endsWith("}\r\n)=" + text);
    }

    @Test
    void partsAreDecodedAndUnknownEncodingsRefused() throws Exception {
        append(CODED);
        assertThat(lines("UID FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2])"))
                .contains("UID 1 BINARY.SIZE[1] 4 BINARY.SIZE[2] 4)");
        assertThat(lines("FETCH 1 BINARY.PEEK[1]")).contains("BINARY[1] ~{4}").endsWith("=AB\0C");
        assertThat(lines("FETCH 1 BINARY.PEEK[2]<1.2>"))
                .contains("BINARY[2]<1> {2}")
                .endsWith("==b");
        assertThat(lines("FETCH 1 BINARY.PEEK[9]")).contains("BINARY[9] NIL");
        assertThat(refusal("FETCH 1 BINARY.PEEK[3]")).contains(" NO ", "[UNKNOWN-CTE]");
        assertThat(lines("FETCH 1 FLAGS")).doesNotContain("\\Seen");
    }

    @Test
    void seenIsSetForAllThatAreReadInOneChangeAndTold() throws Exception {
        append(PLAIN, CODED, PLAIN);
        client.ok("STORE 2 +FLAGS (\\Seen \\Flagged)");
        long before = server.state("anna", "INBOX").highestModSeq();
        assertThat(lines("FETCH 1:3 (UID BODY[TEXT]<0.1>)"))
                .contains("* 1 FETCH (FLAGS (\\Recent \\Seen) UID 1 ")
                .contains("* 2 FETCH (UID 2 ")
                .contains("* 3 FETCH (FLAGS (\\Recent \\Seen) UID 3 ");
        assertThat(server.state("anna", "INBOX").highestModSeq()).isEqualTo(before + 1);
        assertThat(server.state("anna", "INBOX").unseen()).isZero();
    }

    @Test
    void changesAndWhatVanishedAreToldFromTheLog() throws Exception {
        client.ok("ENABLE QRESYNC");
        append(PLAIN, PLAIN, PLAIN, PLAIN);
        long before = server.state("anna", "INBOX").highestModSeq();
        client.ok("STORE 2 +FLAGS.SILENT (\\Flagged)");
        client.ok("STORE 4 +FLAGS.SILENT (\\Deleted)");
        client.ok("EXPUNGE");
        assertThat(lines("UID FETCH 1:* (FLAGS) (CHANGEDSINCE " + before + " VANISHED)"))
                .contains("* VANISHED (EARLIER) 4")
                .contains("* 2 FETCH (MODSEQ (")
                .doesNotContain("* 1 FETCH")
                .doesNotContain("* 3 FETCH");
    }

    @Test
    void objectsAndDatesAreTold() throws Exception {
        append(PLAIN);
        assertThat(lines("FETCH 1 (UID EMAILID THREADID SAVEDATE INTERNALDATE RFC822.SIZE)"))
                .matches("\\* 1 FETCH \\(INTERNALDATE \"[^\"]+ \\+0000\" RFC822.SIZE " + PLAIN.length()
                        + " UID 1 EMAILID \\(\\d+\\) THREADID \\(\\d+\\) SAVEDATE \"[^\"]+ \\+0000\"\\)=");
        assertThat(lines("UID FETCH 5:* FLAGS")).contains("UID 1");
        assertThat(refusal("FETCH 7 FLAGS")).contains(" BAD ");
        assertThat(refusal("FETCH 1 (NONSENSE)")).contains(" BAD ");
    }

    @Test
    void aDamagedMessageCostsNothingButItself() throws Exception {
        append(PLAIN);
        MailboxId inbox = server.live()
                .mailboxes()
                .find(MailboxPath.of("anna", "INBOX"))
                .orElseThrow()
                .id();
        damagedOnPurpose = true;
        Author author = new Author.Housekeeping("test");
        Digest digest = Digest.of(new byte[Digest.LENGTH]);
        server.live()
                .messages()
                .append(
                        inbox,
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Stored(new BodyId(60_000)),
                                10,
                                4,
                                digest,
                                new MimeSummary("text", "plain", 1, "", List.of(), List.of()),
                                java.time.Instant.EPOCH,
                                null,
                                Flags.NONE)),
                        author);
        append(PLAIN);
        assertThat(lines("UID FETCH 1:* (RFC822.SIZE)")).contains("UID 1", "UID 2", "UID 3");
        String answer = refusal("UID FETCH 1:* (BODY[])");
        assertThat(answer)
                .contains("* 1 FETCH", "* 3 FETCH", " NO ", "[UNAVAILABLE]", "UID 2 cannot be read")
                .doesNotContain("* 2 FETCH (");
        assertThat(refusal("UID FETCH 2 (ENVELOPE)")).contains("[UNAVAILABLE]");
        assertThat(lines("UID FETCH 2 (FLAGS)")).doesNotContain("\\Seen");
    }

    private String refusal(String command) throws Exception {
        StringBuilder all = new StringBuilder();
        for (WireClient.Response response : client.all(command)) {
            all.append(response.text()).append('\n');
        }
        return all.toString();
    }
}

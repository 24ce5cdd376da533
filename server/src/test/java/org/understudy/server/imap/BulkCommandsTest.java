package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.Appended;
import org.understudy.storage.CommitObserver;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.MailboxId;

/** STORE, COPY, MOVE, EXPUNGE and CLOSE on sets of messages: what clients are told, and that each takes one effect. */
final class BulkCommandsTest {
    private static final int MESSAGES = 9;

    private ImapTestServer server;
    private ImapTestClient client;
    private final List<String> effects = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = ImapTestServer.start(folder.resolve("spool"));
        client = server.login("anna");
        StringBuilder append = new StringBuilder("a APPEND INBOX");
        for (int i = 1; i <= MESSAGES; i++) {
            String message = "Subject: " + i + "\r\n\r\nbody\r\n";
            append.append(" {" + message.length() + "+}\r\n" + message);
        }
        client.send(append + "\r\n");
        assertThat(client.line()).startsWith("a OK ");
        client.ok("CREATE target");
        client.ok("SELECT INBOX");
        server.store().addObserver(new CommitObserver() {
            @Override
            public void appended(MailboxId mailbox, List<Appended> messages, Author author) {
                effects.add("appended " + messages.size());
            }

            @Override
            public void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author) {
                effects.add("changed " + changes.size());
            }

            @Override
            public void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author) {
                effects.add("expunged " + messages.size());
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void copyOfASequenceSetIsOneEffectAndSaysWhichBecameWhich() throws Exception {
        assertThat(client.ok("COPY 7,1,3:4 target").getLast()).containsPattern("OK \\[COPYUID \\d+ 1,3:4,7 1:4] ");
        assertThat(effects).containsExactly("appended 4");
        client.ok("SELECT target");
        assertThat(subjects()).containsExactly("1", "3", "4", "7");
    }

    @Test
    void moveTellsWhichBecameWhichBeforeWhatIsGone() throws Exception {
        List<String> told = client.ok("UID MOVE 2,5,9,77 target");

        assertThat(told.getFirst()).containsPattern("^\\* OK \\[COPYUID \\d+ 2,5,9 1:3] ");
        assertThat(told)
                .filteredOn(line -> line.contains("EXPUNGE"))
                .containsExactly("* 2 EXPUNGE", "* 4 EXPUNGE", "* 7 EXPUNGE");
        assertThat(told.getLast()).doesNotContain("COPYUID");
        assertThat(effects).containsExactly("appended 3", "expunged 3");
        assertThat(subjects()).containsExactly("1", "3", "4", "6", "7", "8");
    }

    @Test
    void veryManyAreMovedAndExpungedInSeveralEffectsAndNotCopied() throws Exception {
        server.store().messages().atOnce(2);
        assertThat(client.status("UID COPY 1:9 target"))
                .startsWith("NO [LIMIT] COPY failed. At most 8 messages can be copied at once");
        assertThat(effects).isEmpty();
        client.ok("UID COPY 2:9 target");
        assertThat(effects).containsExactly("appended 8");
        effects.clear();

        List<String> told = client.ok("UID MOVE 1:2,4:6 target");
        assertThat(told.getFirst()).containsPattern("^\\* OK \\[COPYUID \\d+ 1:2,4:6 9:13] ");
        assertThat(told)
                .filteredOn(line -> line.contains("EXPUNGE"))
                .containsExactly("* 1 EXPUNGE", "* 1 EXPUNGE", "* 2 EXPUNGE", "* 2 EXPUNGE", "* 2 EXPUNGE");
        assertThat(effects)
                .containsExactly("appended 2", "expunged 2", "appended 2", "expunged 2", "appended 1", "expunged 1");
        effects.clear();

        client.ok("UID STORE 3,7:8 +FLAGS.SILENT (\\Deleted)");
        client.ok("EXPUNGE");
        assertThat(effects).containsExactly("changed 3", "expunged 2", "expunged 1");
        assertThat(subjects()).containsExactly("9");
        effects.clear();

        client.ok("DELETE target");
        assertThat(effects.stream().filter(effect -> effect.startsWith("expunged")))
                .containsExactly(
                        "expunged 2",
                        "expunged 2",
                        "expunged 2",
                        "expunged 2",
                        "expunged 2",
                        "expunged 2",
                        "expunged 1");
        assertThat(server.store().fsck(Fsck.Depth.BODIES).findings()).isEmpty();
    }

    @Test
    void whatIsNotThereIsPassedOverAndNoNumberIsMadeUp() throws Exception {
        assertThat(client.ok("UID COPY 77:99 target").getLast()).doesNotContain("COPYUID");
        assertThat(client.status("MOVE 12 target")).startsWith("BAD");
        assertThat(client.status("COPY 1 missing")).startsWith("NO [TRYCREATE]");
        assertThat(client.status("MOVE 1 missing")).startsWith("NO [TRYCREATE]");
        assertThat(effects).isEmpty();
    }

    @Test
    void storeOfASetIsOneEffectAndTellsTheFlagsOfAll() throws Exception {
        List<String> told = client.ok("UID STORE 1,3,5:7 +FLAGS (\\Seen $Done)");

        assertThat(effects).containsExactly("changed 5");
        assertThat(told).anyMatch(line -> line.startsWith("* FLAGS (") && line.contains("$Done"));
        assertThat(told)
                .filteredOn(line -> line.contains("FETCH"))
                .hasSize(5)
                .allMatch(
                        line -> line.matches("\\* \\d FETCH \\(FLAGS \\((\\\\Recent )?\\\\Seen \\$Done\\) UID \\d\\)"));
        assertThat(client.ok("STORE 1:* -FLAGS.SILENT ($Done)")).hasSize(1);
        assertThat(client.ok("STORE 2 FLAGS (\\Answered)").getFirst())
                .matches("\\* 2 FETCH \\(FLAGS \\(\\\\Answered.*");
    }

    @Test
    void storeLeavesWhatHasChangedSince() throws Exception {
        long since = modSeq();
        try (ImapTestClient other = server.login("anna")) {
            other.ok("SELECT INBOX");
            other.ok("STORE 4:5 +FLAGS (\\Flagged)");
        }
        List<String> told = client.ok("STORE 3:6 (UNCHANGEDSINCE " + since + ") +FLAGS.SILENT (\\Deleted)");

        assertThat(told.getLast()).contains("OK [MODIFIED 4:5]");
        assertThat(told)
                .filteredOn(line -> line.matches("\\* [36] FETCH \\(MODSEQ \\(\\d+\\)\\)"))
                .hasSize(2);
        List<String> flags = client.ok("FETCH 3:6 FLAGS");
        assertThat(flags.get(0)).contains("\\Deleted");
        assertThat(flags.get(1)).doesNotContain("\\Deleted").contains("\\Flagged");
    }

    @Test
    void expungeTakesOneEffectAndItsNumbersShift() throws Exception {
        client.ok("STORE 2,3,8 +FLAGS.SILENT (\\Deleted)");
        effects.clear();

        assertThat(client.ok("UID EXPUNGE 3:5"))
                .filteredOn(line -> line.matches("\\* \\d+ EXPUNGE"))
                .containsExactly("* 3 EXPUNGE");
        assertThat(client.ok("EXPUNGE"))
                .filteredOn(line -> line.matches("\\* \\d+ EXPUNGE"))
                .containsExactly("* 2 EXPUNGE", "* 6 EXPUNGE");
        assertThat(effects).containsExactly("expunged 1", "expunged 2");
    }

    @Test
    void withQresyncWhatIsGoneVanishesInOneLine() throws Exception {
        client.ok("UNSELECT");
        client.ok("ENABLE QRESYNC");
        client.ok("SELECT INBOX");
        client.ok("STORE 2,3,8 +FLAGS.SILENT (\\Deleted)");

        List<String> told = client.ok("EXPUNGE");

        assertThat(told).contains("* VANISHED 2:3,8").noneMatch(line -> line.matches("\\* \\d+ EXPUNGE"));
        assertThat(told.getLast()).contains("OK [HIGHESTMODSEQ " + modSeq() + "]");
    }

    @Test
    void whatWasOpenedWithExamineIsNotChanged() throws Exception {
        client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
        client.ok("EXAMINE INBOX");
        effects.clear();

        assertThat(client.status("STORE 2 +FLAGS (\\Seen)")).startsWith("NO");
        assertThat(client.status("EXPUNGE")).startsWith("NO");
        assertThat(client.status("MOVE 1 target")).startsWith("NO");
        client.ok("CLOSE");
        assertThat(effects).isEmpty();
        client.ok("SELECT INBOX");
        client.ok("CLOSE");
        assertThat(effects).containsExactly("expunged 1");
    }

    private long modSeq() throws Exception {
        Matcher found = Pattern.compile("HIGHESTMODSEQ (\\d+)")
                .matcher(String.join("\n", client.ok("STATUS INBOX (HIGHESTMODSEQ)")));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private List<String> subjects() throws Exception {
        List<String> subjects = new ArrayList<>();
        Matcher found = Pattern.compile("Subject: (\\d+)")
                .matcher(String.join("\n", client.ok("FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]")));
        while (found.find()) {
            subjects.add(found.group(1));
        }
        return subjects;
    }
}

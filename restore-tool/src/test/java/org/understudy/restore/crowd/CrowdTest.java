package org.understudy.restore.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.restore.validate.Verdict;

/** Each finding that needs more than one message, and the whole mail that must not raise it. */
final class CrowdTest {
    private static final Instant ARRIVED = Instant.parse("2026-01-06T08:00:05Z");
    private static final String ADA = "Ada <ada@example.org>";
    private static final String BERT = "Bert <bert@example.org>";

    @TempDir
    Path folder;

    private final Map<String, Inspected.Message> messages = new TreeMap<>();
    private List<String> known = List.of();

    @Test
    void aBlockOfAnotherUsersAttachmentIsAContradictionForItsVictimAlone() throws IOException {
        String own = attachment("own", ADA, 1);
        String other = attachment("other", BERT, 2);
        put("ada", "", "1", Letters.with(own, 6, other, 9, 1));
        put("bert", "", "2", other);
        inspect();
        assertThat(relations("1")).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(Relation.FOREIGN_BLOCK);
            assertThat(finding.strength()).isEqualTo(Strength.CONTRADICTION);
            assertThat(finding.place()).isEqualTo(new Place.Octets(6 * 512, 512));
            assertThat(finding.what()).contains("bert INBOX", "octet 4608");
        });
        assertThat(messages.get("1").verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(messages.get("1").contaminated()).isTrue();
        assertThat(relations("2")).isEmpty();
        assertThat(messages.get("2").verdict()).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void aPageOfPlainTextIsADoubtAtLeast() throws IOException {
        String own = Letters.plain(Letters.header("own@x", ADA, BERT), Letters.text(1, 300));
        String other = Letters.plain(Letters.header("other@x", BERT, BERT), Letters.text(2, 300));
        put("ada", "", "1", Letters.with(own, 16, other, 8, 8));
        put("bert", "", "2", other);
        inspect();
        assertThat(relations("1")).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(Relation.FOREIGN_BLOCK);
            assertThat(finding.strength()).isIn(Strength.DOUBT, Strength.CONTRADICTION);
            assertThat(finding.place()).isEqualTo(new Place.Octets(16 * 512, 4096));
        });
        assertThat(messages.get("1").verdict()).isNotIn(Verdict.PROVEN, Verdict.CONSISTENT);
    }

    @Test
    void howTextReadsOnTellsWhoseASectorIs() throws IOException {
        int pairs = 60;
        for (int i = 0; i < pairs; i++) {
            String own = Letters.plain(Letters.header("own" + i + "@x", ADA, BERT), Letters.newWords(2 * i, 100));
            String other =
                    Letters.plain(Letters.header("other" + i + "@x", BERT, BERT), Letters.newWords(2 * i + 1, 100));
            put("ada", "", "victim" + i, Letters.with(own, 5, other, 7, 1));
            put("bert", "", "donor" + i, other);
        }
        inspect();
        assertThat(doubted("victim")).as("messages that hold a foreign sector").isGreaterThanOrEqualTo(pairs - 1);
        assertThat(doubted("donor")).as("whole messages doubted").isLessThanOrEqualTo(pairs / 3);
    }

    private long doubted(String names) {
        return messages.keySet().stream()
                .filter(name -> name.startsWith(names) && !relations(name).isEmpty())
                .count();
    }

    @Test
    void aBlockOfTheSameUsersMailIsADoubtAndNoContamination() throws IOException {
        String own = attachment("own", ADA, 1);
        String other = attachment("other", BERT, 2);
        put("ada", "", "1", Letters.with(own, 6, other, 9, 1));
        put("ada", ".Archive", "2", other);
        inspect();
        assertThat(relations("1")).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(Relation.SHARED_BLOCK);
            assertThat(finding.strength()).isEqualTo(Strength.DOUBT);
        });
        assertThat(messages.get("1").contaminated()).isFalse();
        assertThat(relations("2")).isEmpty();
    }

    @Test
    void theTailOfAnotherMessageIsFound() throws IOException {
        String own = attachment("own", ADA, 1);
        String other = attachment("other", BERT, 2) + Letters.base64(7, 9_000);
        put("ada", "", "1", Letters.withTail(own, 8, other, 8));
        put("bert", "", "2", other);
        inspect();
        int size = Letters.bytes(own).length;
        assertThat(relations("1"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.place()).isEqualTo(new Place.Octets(8 * 512, size - 8 * 512)));
        assertThat(relations("2")).isEmpty();
    }

    @Test
    void theBeginningOfAnotherMessageIsFound() throws IOException {
        String own = attachment("own", ADA, 1);
        String other = attachment("other", BERT, 2);
        byte[] changed = Letters.with(own, 0, other, 0, 7);
        put("ada", "", "1", changed);
        put("bert", "", "2", other);
        inspect();
        assertThat(relations("1").stream().map(Finding::place)).contains(new Place.Octets(0, 7 * 512));
    }

    @Test
    void aFileThatIsAnotherUsersIsFoundByItsNamesSize() throws IOException {
        String own = attachment("own", ADA, 1);
        String other = Letters.plain(Letters.header("other@x", BERT, BERT), Letters.text(2, 30));
        put("ada", "", "1,S=" + own.length(), other);
        put("bert", "", "2,S=" + other.length(), other);
        inspect();
        assertThat(relations("1,S=" + own.length())).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(Relation.FOREIGN_FILE);
            assertThat(finding.strength()).isEqualTo(Strength.CONTRADICTION);
        });
        assertThat(relations("2,S=" + other.length())).isEmpty();
    }

    @Test
    void twoFilesExchangedBetweenUsersAreFoundBothByTheirNamesSizes() throws IOException {
        String own = attachment("own", ADA, 1);
        String other = Letters.plain(Letters.header("other@x", BERT, BERT), Letters.text(2, 30));
        put("ada", "", "1,S=" + own.length(), other);
        put("bert", "", "2,S=" + other.length(), own);
        InspectionSummary summary = inspect();
        for (String name : List.of("1,S=" + own.length(), "2,S=" + other.length())) {
            assertThat(relations(name).stream().map(Finding::check)).contains(Relation.FOREIGN_FILE);
            assertThat(messages.get(name).verdict()).isEqualTo(Verdict.DAMAGED);
        }
        assertThat(summary.contaminated()).isEqualTo(2);
        assertThat(summary.contamination()).containsOnlyKeys("ada", "bert");
    }

    @Test
    void sharedAttachmentsForwardsAndFormLettersRaiseNothing() throws IOException {
        String attachment = Letters.base64(5, 30_000);
        for (int i = 0; i < 40; i++) {
            String user = "user" + i;
            String header = Letters.header(
                    "copy-" + i + "@x", ADA, user + "@example.org", "Delivered-To: " + user + "@example.org\n");
            put(user, "", "a" + i, Letters.withAttachment(header, Letters.text(i, 3), attachment));
            String greeting = "Dear " + "x".repeat(i) + ",\n" + Letters.text(3, 60) + "Your number is " + (i * 7919)
                    + ".\n" + Letters.text(4, 90);
            put(user, "", "n" + i, Letters.plain(Letters.header("news-" + i + "@x", ADA, "all@x"), greeting));
            put(user, "", "s" + i, Letters.plain(Letters.header("same@x", ADA, "all@x"), Letters.text(9, 90)));
        }
        put(
                "ada",
                ".Sent",
                "f",
                Letters.plain(Letters.header("forward@x", ADA, BERT), "See below.\n\n" + Letters.text(9, 90)));
        InspectionSummary summary = inspect();
        assertThat(messages).hasSize(121);
        messages.forEach((name, message) -> assertThat(relations(name)).as(name).isEmpty());
        assertThat(summary.contamination()).isEmpty();
    }

    @Test
    void sentAndReceivedCopyProveEachOthersBody() throws IOException {
        String body = "Content-Type: text/plain; charset=us-ascii\n\n" + Letters.text(1, 40) + "\001\n";
        String sent = Letters.header("letter@x", ADA, BERT);
        put("ada", ".Sent", "sent", sent + body);
        put(
                "bert",
                "",
                "got",
                "Received: from a by b for <bert@example.org>; Tue, 6 Jan 2026 08:00:01 +0000\n" + sent + body);
        inspect();
        for (String name : List.of("sent", "got")) {
            assertThat(relations(name)).singleElement().satisfies(finding -> {
                assertThat(finding.check()).isEqualTo(Relation.COPY_BODY);
                assertThat(finding.strength()).isEqualTo(Strength.PROOF);
            });
            assertThat(messages.get(name).findings()).anyMatch(finding -> finding.strength() == Strength.DOUBT);
            assertThat(messages.get(name).verdict())
                    .as("a proof of the body, not of the message")
                    .isEqualTo(Verdict.CONSISTENT);
        }
    }

    @Test
    void whatAUserCopiedAndTheSameFileTwiceProveNothing() throws IOException {
        String letter = "Received: from a by b for <ada@example.org>; Tue, 6 Jan 2026 08:00:01 +0000\n"
                + Letters.plain(Letters.header("letter@x", BERT, ADA), Letters.text(1, 40));
        put("ada", "", "one", letter);
        put("ada", ".Archive", "copied", "X-Client: 7\n" + letter);
        put("ada", "", "again", letter);
        put("bert", "", "linked", letter);
        inspect();
        messages.forEach((name, message) -> assertThat(relations(name).stream().map(Finding::check))
                .as(name)
                .doesNotContain(Relation.COPY_BODY));
    }

    @Test
    void anotherBodyUnderTheSameIdIsANoteAndADoubtAgainstTwoThatAgree() throws IOException {
        String header = Letters.header("letter@x", ADA, BERT);
        String good = Letters.text(1, 40);
        String flipped = good.substring(0, 700) + (char) (good.charAt(700) ^ 1) + good.substring(701);
        put("ada", ".Sent", "sent", Letters.plain(header, good));
        put("bert", "", "got", Letters.plain("Received: from a by b\n" + header, good));
        put("cleo", "", "odd", Letters.plain("Received: from a by c\n" + header, flipped));
        put("dora", "", "footer", Letters.plain("Received: from list by d\n" + header, good + "-- \nthe list\n"));
        inspect();
        assertThat(relations("odd")).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(Relation.MESSAGE_ID);
            assertThat(finding.strength()).isEqualTo(Strength.DOUBT);
        });
        assertThat(relations("footer"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.strength()).isEqualTo(Strength.NOTE));
        assertThat(messages.get("footer").verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(messages.get("sent").verdict()).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void mailDeliveredForAnotherLocalUserIsFlaggedAndNotDamaged() throws IOException {
        layOutOwners();
        InspectionSummary summary = inspect();
        assertThat(relations("strayed")).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(Relation.FOREIGN_OWNER);
            assertThat(finding.strength()).isEqualTo(Strength.NOTE);
            assertThat(finding.what()).contains("for bert").contains("not for ada");
        });
        assertThat(messages.get("strayed").verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(messages.get("strayed").unsound()).isTrue();
        assertThat(summary.sound()).isFalse();
        for (String name : List.of("own", "own2", "forwarded", "tagged", "list", "elsewhere", "unknown")) {
            assertThat(relations(name)).as(name).isEmpty();
        }
    }

    @Test
    void usersThatTheSourceLacksAreKnownFromTheFile() throws IOException {
        layOutOwners();
        known = List.of("cleo@example.org");
        inspect();
        assertThat(relations("unknown"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("for cleo@example.org"));
    }

    private void layOutOwners() throws IOException {
        put("ada", "", "own", delivered("ada@example.org"));
        put("bert", "", "own2", delivered("bert@example.org"));
        put("ada", "", "strayed", delivered("bert@example.org"));
        put("ada", "", "forwarded", "Delivered-To: ada@example.org\n" + delivered("bert@example.org"));
        put("ada", "", "tagged", delivered("ada+news@example.org"));
        put("ada", "", "list", delivered("staff@example.org"));
        put("ada", "", "elsewhere", delivered("bert@elsewhere.example"));
        put(
                "ada",
                "",
                "unknown",
                "Received: from a by b for <cleo@example.org>; Tue, 6 Jan 2026 08:00:00 +0000\n" + delivered(""));
    }

    private int letters;

    private String delivered(String owner) {
        letters++;
        String field = owner.isEmpty() ? "" : "Delivered-To: " + owner + "\n";
        return Letters.plain(Letters.header("m" + letters + "@x", BERT, ADA, field), Letters.text(letters, 4));
    }

    private static String attachment(String id, String from, long seed) {
        return Letters.withAttachment(
                Letters.header(id + "@x", from, ADA), Letters.text(seed, 5), Letters.base64(seed, 8_000));
    }

    private void put(String user, String mailbox, String name, String text) {
        put(user, mailbox, name, Letters.bytes(text));
    }

    private void put(String user, String mailbox, String name, byte[] bytes) {
        MaildirBuilder.at(folder.resolve(user).resolve("Maildir"))
                .folder(mailbox)
                .message((mailbox.isEmpty() ? "" : mailbox + "/") + "cur/" + name + ":2,S", bytes, ARRIVED);
    }

    private InspectionSummary inspect() throws IOException {
        try (BackupSource source = Sources.open(folder)) {
            return Inspection.standard(known)
                    .run(
                            source,
                            item -> {
                                if (item instanceof Inspected.Message message) {
                                    String path = message.ref().path();
                                    String name = path.substring(path.lastIndexOf('/') + 1);
                                    messages.put(name.substring(0, name.indexOf(":2")), message);
                                }
                            },
                            Progress.SILENT);
        }
    }

    private List<Finding> relations(String name) {
        return messages.get(name).findings().stream().filter(Relation::is).toList();
    }

    @Test
    void temporaryFilesAreGoneAfterwards() throws IOException {
        put("ada", "", "1", attachment("own", ADA, 1));
        Path comparing = folder.resolve("comparing");
        Path notes = folder.resolve("notes");
        try (NotesFile file = NotesFile.create(notes)) {
            file.force();
        }
        try (Clues clues = Crowd.conclude(notes, new LocalUsers(List.of()), comparing)) {
            assertThat(clues.whole()).isTrue();
            assertThat(clues.messages()).isZero();
            assertThat(clues.of(0)).isEmpty();
        }
        Crowd.clear(comparing);
        assertThat(comparing).doesNotExist();
        assertThat(Files.size(notes)).isEqualTo(8);
    }
}

package org.understudy.restore.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.canary.Canaries;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.Kind;
import org.understudy.restore.loss.LossReport.Row;
import org.understudy.restore.loss.LossReport.What;
import org.understudy.restore.loss.Town.Damage;
import org.understudy.restore.loss.Town.Letter;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** Loss names what damage took, and nothing that somebody wanted gone. */
class FindLossTest {
    private static final Instant NEXT_DAY = Instant.parse("2026-05-28T09:00:00Z");

    @TempDir
    Path folder;

    private Town town;

    @BeforeEach
    void makeTown() throws Exception {
        town = new Town(folder.resolve("data"));
        town.user("ada", 20);
        town.user("bert", 20);
    }

    @AfterEach
    void closeTown() {
        town.close();
    }

    private static Map<String, Long> counts(LossReport report) {
        TreeMap<String, Long> counts = new TreeMap<>();
        report.rows()
                .forEach(row ->
                        counts.merge(row.user() + " " + row.mailbox() + " " + row.month(), row.messages(), Long::sum));
        return counts;
    }

    private static Map<String, Long> counts(String user, String mailbox, List<Letter> letters) {
        TreeMap<String, Long> counts = new TreeMap<>();
        letters.forEach(letter -> counts.merge(user + " " + mailbox + " " + letter.month(), 1L, Long::sum));
        return counts;
    }

    private static void addsUp(LossReport report) {
        assertThat(report.rows().stream().mapToLong(Row::messages).sum())
                .as("messages of all rows")
                .isEqualTo(report.totals().lost());
        assertThat(report.rows().stream().mapToLong(Row::octets).sum())
                .as("octets of all rows")
                .isEqualTo(report.totals().lostOctets());
        assertThat(report.totals().certain()
                        + report.totals().likely()
                        + report.totals().possible())
                .as("messages by confidence")
                .isEqualTo(report.totals().lost());
    }

    private static void nothingIsLost(LossReport report) {
        assertThat(report.rows()).as(report.headline()).isEmpty();
        assertThat(report.gone()).isEmpty();
        assertThat(report.found()).isFalse();
        assertThat(report.headline()).startsWith("No message is lost");
    }

    @Test
    void nothingIsLostWhereNothingHappened() throws Exception {
        town.snapshot();
        LossReport report = town.loss();
        nothingIsLost(report);
        assertThat(report.totals().mailboxesProven()).isEqualTo(10);
        assertThat(report.totals().messagesLive()).isEqualTo(200);
    }

    @Test
    void whatUsersDoIsNoLoss() throws Exception {
        town.snapshot();
        town.live("ada", 77);
        town.live("bert", 1);
        LossReport report = town.loss();
        nothingIsLost(report);
        assertThat(report.totals().explained().users()).isPositive();
        assertThat(report.totals().explained().moved()).isPositive();
        assertThat(report.totals().explained().mailboxes())
                .as("with the mailbox that ada deleted")
                .isPositive();
    }

    @Test
    void aHoleIsNamedByMailboxMonthAndCountWithItsSizeAndCopy() throws Exception {
        String snapshot = town.snapshot();
        town.at(NEXT_DAY);
        List<Letter> cut = town.letters("ada", "Sent").subList(3, 9);
        town.behindItsBack(cutter -> town.cut(cutter, cut, Damage.ROWS));
        LossReport report = town.loss();
        addsUp(report);
        assertThat(counts(report)).isEqualTo(counts("ada", "Sent", cut));
        assertThat(report.rows()).allSatisfy(row -> {
            assertThat(row.kind()).isEqualTo(Kind.MISSING);
            assertThat(row.confidence()).isEqualTo(Confidence.CERTAIN);
            assertThat(row.copy()).isEqualTo(snapshot);
        });
        assertThat(report.totals().lostOctets())
                .isEqualTo(cut.stream().mapToLong(Letter::size).sum());
        assertThat(report.totals().usersWithLoss()).isEqualTo(1);
        assertThat(report.headline())
                .startsWith("50.0 % of users (1 of 2) lost 6 messages of ")
                .contains("the best copies lie in snapshot " + snapshot
                        + " (never verified since it was taken 31 h ago)");
        assertThat(report.found()).isTrue();
    }

    @Test
    void theHeadlineSaysHowLongAgoTheCopiesWereVerified() throws Exception {
        town.snapshot();
        new VerifyRepository().run(new VerifyRepository.Request(true, List.of()), town.workplace(), Progress.SILENT);
        town.at(NEXT_DAY);
        town.behindItsBack(
                cutter -> town.cut(cutter, List.of(town.letters("ada", "Sent").get(3)), Damage.ROWS));
        LossReport report = town.loss();
        assertThat(report.headline()).contains("(verified 31 h ago)");
        assertThat(report.history().get(0).full()).isTrue();
        assertThat(report.history().get(0).sound()).isTrue();
    }

    @Test
    void aHoleThatTookTheChangeLogWithItIsLikelyNotCertain() throws Exception {
        town.snapshot();
        List<Letter> cut = town.letters("bert", "INBOX").subList(0, 20);
        town.behindItsBack(cutter -> town.cut(cutter, cut, Damage.EVERYTHING));
        LossReport report = town.loss();
        addsUp(report);
        assertThat(counts(report)).isEqualTo(counts("bert", "INBOX", cut));
        assertThat(report.rows()).extracting(Row::confidence).containsOnly(Confidence.LIKELY);
    }

    @Test
    void mailThatCameAndVanishedBetweenSnapshotsIsSeenThroughTheBooksOfItsMailbox() throws Exception {
        town.snapshot();
        List<Letter> fresh = town.deliver("ada", "INBOX", List.of(NEXT_DAY, NEXT_DAY, NEXT_DAY));
        town.behindItsBack(cutter -> town.cut(cutter, fresh.subList(0, 2), Damage.ROWS));
        LossReport report = town.loss();
        addsUp(report);
        assertThat(counts(report)).isEqualTo(Map.of("ada INBOX unknown", 2L));
        assertThat(report.rows().get(0).confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(report.totals().withoutCopy()).isEqualTo(2);
        assertThat(report.headline()).contains("no snapshot has a copy");
    }

    @Test
    void aMessageThatWasMovedAndThenLostIsLost() throws Exception {
        town.snapshot();
        List<Letter> moved = town.move(List.of(town.letters("ada", "INBOX").get(5)), town.mailbox("ada", "Archive"));
        town.behindItsBack(cutter -> town.cut(cutter, moved, Damage.FACTS));
        LossReport report = town.loss();
        addsUp(report);
        assertThat(counts(report)).isEqualTo(counts("ada", "Archive", moved));
        assertThat(report.rows().get(0).copy())
                .as("it lies in the snapshot where it was before")
                .isNotEmpty();
    }

    @Test
    void whatAnAdministratorExpungedIsCountedApart() throws Exception {
        town.snapshot();
        List<Letter> cleaned = List.copyOf(town.letters("ada", "INBOX").subList(2, 7));
        Map<String, Long> expected = counts("ada", "INBOX", cleaned);
        town.expunge(cleaned, ExpungeReason.ADMIN);
        LossReport report = town.loss();
        assertThat(report.rows()).isEmpty();
        assertThat(report.found()).isFalse();
        TreeMap<String, Long> byAdministrators = new TreeMap<>();
        report.administrators()
                .forEach(row -> byAdministrators.merge(
                        row.user() + " " + row.mailbox() + " " + row.month(), row.messages(), Long::sum));
        assertThat(byAdministrators).isEqualTo(expected);
        assertThat(report.administrators())
                .extracting(LossReport.AdminRow::author)
                .containsOnly("system:clean-up");
        assertThat(report.headline()).containsPattern("administrators expunged 5 messages \\([^)]+\\) of 1 user\\.$");
    }

    @Test
    void aMailboxThatAnAdministratorDeletedIsCountedApartToo() throws Exception {
        town.snapshot();
        town.store.mailboxes().delete(town.mailbox("bert", "Archive"), new Author.Housekeeping("user.delete"));
        LossReport report = town.loss();
        assertThat(report.totals().administrators()).isEqualTo(20);
        assertThat(report.totals().lost()).isZero();
    }

    @Test
    void anExpungeThatTheLogNoLongerHoldsIsNoLossOnceItsWindowIsOver() throws Exception {
        town.snapshot();
        List<Letter> expunged = List.copyOf(town.letters("ada", "INBOX").subList(0, 4));
        town.expunge(expunged, ExpungeReason.USER);
        town.behindItsBack(cutter -> {
            for (Letter letter : expunged) {
                cutter.delete(Family.EXPUNGED, Keys.message(letter.mailbox(), letter.uid()));
            }
        });
        town.at(Instant.parse("2026-05-28T02:00:00Z"));
        LossReport within = loss(30);
        assertThat(within.totals().possible())
                .as("the log should still have it")
                .isEqualTo(4);
        assertThat(within.totals().lost()).isEqualTo(4);
        town.at(Instant.parse("2026-08-28T02:00:00Z"));
        LossReport after = loss(30);
        assertThat(after.totals().lost()).isZero();
        assertThat(after.totals().explained().beforeWindow()).isEqualTo(4);
        assertThat(loss(0).totals().possible())
                .as("a log that keeps everything")
                .isEqualTo(4);
    }

    @Test
    void beyondTheWindowAHoleWithoutAnyLogIsOnlyPossible() throws Exception {
        town.snapshot();
        town.behindItsBack(
                cutter -> town.cut(cutter, town.letters("bert", "INBOX").subList(0, 3), Damage.EVERYTHING));
        town.at(Instant.parse("2026-08-28T02:00:00Z"));
        assertThat(loss(30).totals().possible()).isEqualTo(3);
        assertThat(loss(0).totals().likely()).isEqualTo(3);
    }

    private LossReport loss(int windowDays) throws InterruptedException {
        LossReport report = new FindLoss()
                .run(new FindLoss.Request(List.of(), windowDays, "command", false), town.workplace(), Progress.SILENT);
        addsUp(report);
        return report;
    }

    @Test
    void rowsThatCannotBeReadAreLostAndDoNotHideTheOthers() throws Exception {
        town.snapshot();
        List<Letter> fresh = town.deliver("ada", "INBOX", List.of(NEXT_DAY, NEXT_DAY));
        List<Letter> spoilt = List.of(town.letters("ada", "INBOX").get(4), fresh.get(1));
        List<Letter> missing = List.of(town.letters("ada", "INBOX").get(9));
        town.behindItsBack(cutter -> {
            spoilt.forEach(letter -> cutter.spoil(Family.MESSAGE, Keys.message(letter.mailbox(), letter.uid())));
            town.cut(cutter, missing, Damage.ROWS);
        });
        LossReport report = town.loss();
        addsUp(report);
        assertThat(report.totals().lost()).isEqualTo(3);
        assertThat(report.totals().unreadable()).isEqualTo(2);
        assertThat(report.rows())
                .filteredOn(row -> row.kind() == Kind.UNREADABLE)
                .extracting(Row::month)
                .containsExactlyInAnyOrder(spoilt.get(0).month(), LossReport.NO_MONTH);
        assertThat(report.rows())
                .filteredOn(row -> row.kind() == Kind.MISSING)
                .extracting(Row::month)
                .containsExactly(missing.get(0).month());
        assertThat(report.totals().messagesLive()).isEqualTo(199);
    }

    @Test
    void aDamagedTableOfTheLiveStoreIsALossOfTheMessagesInIt() throws Exception {
        town.snapshot();
        town.behindItsBack(HoleCutter::compact);
        town.store.close();
        Path table;
        try (Stream<Path> files = Files.list(folder.resolve("data/store/db"))) {
            table = files.filter(file -> file.toString().endsWith(".sst"))
                    .filter(file -> holdsMessages(file))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(table);
        bytes[bytes.length / 3] ^= 0x20;
        Files.write(table, bytes);
        town.open();
        LossReport report = town.loss();
        addsUp(report);
        assertThat(report.totals().unreadable())
                .isPositive()
                .isEqualTo(report.totals().lost());
        assertThat(report.totals().messagesLive() + report.totals().lost()).isEqualTo(200);
        assertThat(report.rows()).extracting(Row::month).doesNotContain(LossReport.NO_MONTH);
    }

    private static boolean holdsMessages(Path table) {
        try (org.rocksdb.Options options = new org.rocksdb.Options();
                org.rocksdb.SstFileReader reader = new org.rocksdb.SstFileReader(options)) {
            reader.open(table.toString());
            return new String(
                            reader.getTableProperties().getColumnFamilyName(), java.nio.charset.StandardCharsets.UTF_8)
                    .equals("message");
        } catch (org.rocksdb.RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anUnreadableExpungeLogMakesWhatItMightExplainPossible() throws Exception {
        town.snapshot();
        List<Letter> expunged = List.copyOf(town.letters("ada", "Sent").subList(0, 3));
        town.expunge(expunged, ExpungeReason.USER);
        town.behindItsBack(cutter -> cutter.spoil(
                Family.EXPUNGED,
                Keys.message(expunged.get(1).mailbox(), expunged.get(1).uid())));
        LossReport report = town.loss();
        assertThat(counts(report)).isEqualTo(counts("ada", "Sent", expunged.subList(1, 2)));
        assertThat(report.rows().get(0).confidence()).isEqualTo(Confidence.POSSIBLE);
    }

    @Test
    void aMessageInWhosePlaceAnotherLiesIsReplaced() throws Exception {
        town.snapshot();
        Letter mine = town.letters("ada", "INBOX").get(7);
        Letter other = town.letters("bert", "INBOX").get(7);
        town.behindItsBack(cutter -> cutter.put(
                Family.MESSAGE,
                Keys.message(mine.mailbox(), mine.uid()),
                cutter.get(Family.MESSAGE, Keys.message(other.mailbox(), other.uid()))));
        LossReport report = town.loss();
        addsUp(report);
        assertThat(report.rows())
                .filteredOn(row -> row.kind() == Kind.REPLACED)
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.user()).isEqualTo("ada");
                    assertThat(row.month()).isEqualTo(mine.month());
                });
    }

    @Test
    void aMailboxThatNoNameLeadsToIsHidden() throws Exception {
        town.snapshot();
        town.behindItsBack(cutter -> cutter.delete(Family.PATH, Keys.path(MailboxPath.of("ada", "Sent"))));
        LossReport report = town.loss();
        addsUp(report);
        assertThat(report.totals().lost()).isEqualTo(20);
        assertThat(report.rows()).extracting(Row::kind).containsOnly(Kind.HIDDEN);
        assertThat(report.rows()).extracting(Row::copy).containsOnly(LossReport.LIVE_COPY);
        assertThat(report.gone()).extracting(Gone::what).containsExactly(What.MAILBOX);
    }

    @Test
    void aMailboxThatIsGoneAndAUserWhoIsGoneAreNamed() throws Exception {
        town.snapshot();
        MailboxId archive = town.mailbox("ada", "Archive");
        town.behindItsBack(cutter -> {
            wipe(cutter, archive, MailboxPath.of("ada", "Archive"));
            for (String name : List.of("INBOX", "Sent", "Archive", "Archive.2025", "Trash")) {
                wipe(cutter, town.mailbox("bert", name), MailboxPath.of("bert", name));
            }
            cutter.delete(Family.ACCOUNT, Keys.text("bert"));
            cutter.deleteWhere(
                    Family.SUBSCRIPTION,
                    (key, value) -> new String(key, java.nio.charset.StandardCharsets.UTF_8).startsWith("bert\0"));
        });
        LossReport report = town.loss();
        addsUp(report);
        assertThat(report.totals().lost()).isEqualTo(120);
        assertThat(report.gone())
                .containsExactlyInAnyOrder(
                        new Gone(What.MAILBOX, "ada", "Archive", 20, Confidence.CERTAIN, true),
                        new Gone(What.USER, "bert", "", 100, Confidence.CERTAIN, true));
        assertThat(report.totals().users()).isEqualTo(2);
    }

    private static void wipe(HoleCutter cutter, MailboxId id, MailboxPath path) {
        byte[] prefix = Keys.mailbox(id);
        for (Family family : List.of(
                Family.MAILBOX,
                Family.STATE,
                Family.MESSAGE,
                Family.FLAG_CHUNK,
                Family.FLAG_OVERRIDE,
                Family.CHANGE,
                Family.EXPUNGED)) {
            cutter.deleteWhere(family, (key, value) -> Town.startsWith(key, prefix));
        }
        cutter.delete(Family.PATH, Keys.path(path));
    }

    @Test
    void accountsAndSubscriptionsThatAreGoneAreNamed() throws Exception {
        town.snapshot();
        town.store.accounts().delete("bert", Town.USER);
        town.behindItsBack(cutter -> cutter.deleteWhere(
                Family.SUBSCRIPTION,
                (key, value) -> new String(key, java.nio.charset.StandardCharsets.UTF_8).startsWith("ada\0")));
        LossReport report = town.loss();
        assertThat(report.gone())
                .containsExactlyInAnyOrder(
                        new Gone(What.ACCOUNT, "bert", "", 1, Confidence.POSSIBLE, false),
                        new Gone(What.SUBSCRIPTIONS, "ada", "", 5, Confidence.LIKELY, true));
        assertThat(report.found()).isTrue();
    }

    @Test
    void whatARestoreBroughtBackIsLiveAndWhatWasExpungedAfterwardsIsExplained() throws Exception {
        town.snapshot();
        List<Letter> cut = List.copyOf(town.letters("ada", "INBOX").subList(0, 2));
        List<NewMessage> again = cut.stream().map(this::copy).toList();
        town.behindItsBack(cutter -> town.cut(cutter, cut, Damage.ROWS));
        assertThat(town.loss().totals().lost()).isEqualTo(2);
        long uid = town.store
                .messages()
                .append(town.mailbox("ada", "INBOX"), again, new Author.Restore("r-1"))
                .get(1)
                .uid();
        LossReport restored = town.loss();
        assertThat(restored.totals().lost()).isZero();
        assertThat(restored.totals().explained().elsewhere()).isEqualTo(2);
        town.store.messages().expunge(town.mailbox("ada", "INBOX"), List.of(uid), ExpungeReason.USER, Town.USER);
        assertThat(town.loss().totals().lost()).isZero();
    }

    /** The same bytes as a new message, as a merge appends them. */
    private NewMessage copy(Letter letter) {
        var facts = town.store.messages().facts(letter.mailbox(), letter.uid()).orElseThrow();
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Stored(facts.body()),
                facts.size(),
                facts.headerSize(),
                facts.digest(),
                facts.mime(),
                facts.internalDate(),
                null,
                org.understudy.storage.keyspace.Flags.NONE);
    }

    @Test
    void whatAMergeBroughtAndAnUndoTookAwayIsStillLost() throws Exception {
        town.snapshot();
        List<Letter> cut = List.copyOf(town.letters("ada", "INBOX").subList(0, 2));
        List<NewMessage> again = cut.stream().map(this::copy).toList();
        town.behindItsBack(cutter -> town.cut(cutter, cut, Damage.ROWS));
        List<Long> uids =
                town.store.messages().append(town.mailbox("ada", "INBOX"), again, new Author.Restore("r-1")).stream()
                        .map(org.understudy.storage.Appended::uid)
                        .toList();
        town.store
                .messages()
                .expunge(town.mailbox("ada", "INBOX"), uids, ExpungeReason.UNDO, new Author.Restore("r-1"));
        assertThat(counts(town.loss())).isEqualTo(counts("ada", "INBOX", cut));
    }

    @Test
    void aSiblingsExpungeDoesNotExplainALoss() throws Exception {
        town.snapshot();
        Letter one = town.letters("ada", "INBOX").get(3);
        long copied = town.store
                .messages()
                .copy(one.mailbox(), List.of(one.uid()), town.mailbox("ada", "Archive"), Town.USER)
                .get(0)
                .uid();
        town.store.messages().expunge(town.mailbox("ada", "Archive"), List.of(copied), ExpungeReason.USER, Town.USER);
        town.behindItsBack(cutter -> town.cut(cutter, List.of(one), Damage.ROWS));
        assertThat(counts(town.loss())).isEqualTo(counts("ada", "INBOX", List.of(one)));
    }

    @Test
    void whatAnOlderSnapshotAloneStillHasIsFoundThere() throws Exception {
        String first = town.snapshot();
        List<Letter> early = List.copyOf(town.letters("ada", "Sent").subList(0, 3));
        town.behindItsBack(cutter -> town.cut(cutter, early, Damage.EVERYTHING));
        // The counters are written anew by the next effect, as if nothing had been.
        town.behindItsBack(cutter -> cutter.put(
                Family.STATE,
                Keys.mailbox(town.mailbox("ada", "Sent")),
                org.understudy.storage.keyspace.Codec.encode(new org.understudy.storage.keyspace.MailboxState(
                        21,
                        3,
                        17,
                        0,
                        town.letters("ada", "Sent").subList(3, 20).stream()
                                .mapToLong(Letter::size)
                                .sum()))));
        town.at(NEXT_DAY);
        String second = town.snapshot();
        List<Letter> late = List.copyOf(town.letters("bert", "INBOX").subList(0, 2));
        town.behindItsBack(cutter -> town.cut(cutter, late, Damage.ROWS));
        LossReport report = town.loss();
        addsUp(report);
        TreeMap<String, Long> expected = new TreeMap<>(counts("ada", "Sent", early));
        expected.putAll(counts("bert", "INBOX", late));
        assertThat(counts(report)).isEqualTo(expected);
        assertThat(report.rows())
                .filteredOn(row -> row.user().equals("ada"))
                .extracting(Row::copy)
                .containsOnly(first);
        assertThat(report.rows())
                .filteredOn(row -> row.user().equals("bert"))
                .extracting(Row::copy)
                .containsOnly(second);
        LossReport newestOnly = new FindLoss()
                .run(new FindLoss.Request(List.of("latest"), 0, "command", false), town.workplace(), Progress.SILENT);
        assertThat(counts(newestOnly)).isEqualTo(counts("bert", "INBOX", late));
    }

    @Test
    void aStoreThatWasMadeAnewHasLostWhatItsPredecessorsSnapshotHolds() throws Exception {
        town.snapshot();
        try (Town anew = new Town(folder.resolve("second"))) {
            anew.user("ada", 3);
            var work = new org.understudy.restore.operation.Workplace(
                    anew.store,
                    town.data,
                    town.data.resolve("repository"),
                    town.workplace().clock());
            LossReport report = new FindLoss().run(FindLoss.Request.all(), work, Progress.SILENT);
            addsUp(report);
            assertThat(report.totals().explained().elsewhere())
                    .as("ada has some of the same mail again")
                    .isEqualTo(15);
            assertThat(report.totals().lost()).isEqualTo(185);
            assertThat(report.rows()).extracting(Row::confidence).containsOnly(Confidence.LIKELY);
            assertThat(report.limits()).anyMatch(limit -> limit.contains("another store"));
        }
    }

    @Test
    void withoutARepositoryOrASnapshotItSaysWhatToDo() throws Exception {
        OperatorException none = catchThrowableOfType(OperatorException.class, () -> town.loss());
        assertThat(none.reason()).isEqualTo(Reason.REPOSITORY);
        assertThat(none.hint()).contains("understudy snapshot");
        String id = town.snapshot();
        try (Stream<Path> files = Files.list(town.data.resolve("repository/snapshots"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        OperatorException empty = catchThrowableOfType(OperatorException.class, () -> town.loss());
        assertThat(empty.reason()).isEqualTo(Reason.REPOSITORY);
        assertThat(empty).hasMessageContaining("has no snapshot");
        assertThat(empty.hint()).contains("understudy snapshot");
        assertThat(id).isNotEmpty();
    }

    @Test
    void aManifestThatWasTamperedWithIsPassedOver() throws Exception {
        String first = town.snapshot();
        town.at(NEXT_DAY);
        String second = town.snapshot();
        Path manifest = town.data.resolve("repository/snapshots/" + second + ".json");
        manifest.toFile().setWritable(true);
        Files.writeString(manifest, Files.readString(manifest).replace("\"ada\"", "\"eve\""));
        LossReport report = town.loss();
        assertThat(report.rows()).isEmpty();
        assertThat(report.history()).extracting(LossReport.HistoryUsed::id).containsExactly(second, first);
        assertThat(report.history()).extracting(LossReport.HistoryUsed::used).containsExactly(false, true);
        assertThat(report.history().get(0).why()).contains("signed");
    }

    @Test
    void interruptedItStopsAndTheNextRunAnswers() throws Exception {
        town.snapshot();
        Progress interrupting = new Progress() {
            @Override
            public void begin(String phase, long total, String unit) {}

            @Override
            public void advance(long done, long bytes) {
                if (done == 3) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void note(String text) {}
        };
        assertThatThrownBy(() -> new FindLoss().run(FindLoss.Request.all(), town.workplace(), interrupting))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(LossFiles.in(town.data).latest()).isEmpty();
        nothingIsLost(town.loss());
    }

    @Test
    void theAnswerIsKeptWholeAndADamagedOneIsRefused() throws Exception {
        town.snapshot();
        LossReport report = town.loss();
        LossFiles files = LossFiles.in(town.data);
        assertThat(files.latest()).contains(report);
        assertThat(files.glance().orElseThrow().headline()).isEqualTo(report.headline());
        try (Stream<Path> all = Files.list(files.folder())) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("latest.json", "2026-05-27T020000Z.json");
        }
        Path latest = files.folder().resolve("latest.json");
        Files.writeString(latest, Files.readString(latest).replace("No message", "All messages"));
        assertThatThrownBy(files::latest)
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("expected SHA-256");
    }

    @Test
    void aCanaryThatIsMissingStandsFirstInTheHeadline() throws Exception {
        Canaries.of(town.workplace()).add("ada", Instant.parse("2026-05-27T02:00:00Z"));
        town.snapshot();
        nothingIsLost(town.loss());
        assertThat(town.loss().canaries())
                .singleElement()
                .satisfies(canary -> assertThat(canary.sound()).isEqualTo(12));
        MailboxId canary = town.store
                .mailboxes()
                .find(MailboxPath.of("ada", Canaries.MAILBOX))
                .orElseThrow()
                .id();
        town.behindItsBack(cutter -> {
            cutter.delete(Family.MESSAGE, Keys.message(canary, 2));
            cutter.spoil(Family.MESSAGE, Keys.message(canary, 3));
        });
        LossReport report = town.loss();
        assertThat(report.headline()).startsWith("CANARY: 1 canary mailbox of 1 is not as made; ");
        assertThat(report.canaries().get(0).sound()).isEqualTo(10);
        assertThat(report.canaries().get(0).faults())
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("UID 2 of ") && fault.endsWith("is missing"))
                .anyMatch(fault -> fault.startsWith("UID 3 of ") && fault.contains("cannot be read"));
        assertThat(report.totals().lost()).isEqualTo(2);
    }

    @Test
    void aRemovedCanaryIsNoLossAndNoAdministratorsExpunge() throws Exception {
        Canaries.of(town.workplace()).add("ada", Instant.parse("2026-05-27T02:00:00Z"));
        town.snapshot();
        Canaries.of(town.workplace()).remove("ada", Instant.parse("2026-05-27T02:00:00Z"));
        LossReport report = town.loss();
        nothingIsLost(report);
        assertThat(report.totals().administrators()).isZero();
    }

    @Test
    void theNextCommandNamesTheUsersOrAFileOfThem() throws Exception {
        String snapshot = town.snapshot();
        List<Letter> cut = List.of(
                town.letters("ada", "Sent").get(3), town.letters("bert", "Sent").get(3));
        town.behindItsBack(cutter -> town.cut(cutter, cut, Damage.ROWS));
        assertThat(town.loss().next())
                .containsExactly(new LossReport.Next(
                        snapshot,
                        false,
                        2,
                        2,
                        "understudy restore stage --snapshot " + snapshot + " --user ada --user bert"));
        List<Row> many = java.util.stream.IntStream.range(0, 9)
                .mapToObj(i -> new Row("u" + i, "INBOX", "2026-01", Kind.MISSING, Confidence.CERTAIN, snapshot, 1, 1))
                .toList();
        NextSteps steps = new NextSteps(many, List.of(), town.data);
        assertThat(steps.lists().get("users-" + snapshot + ".txt")).hasSize(9);
        assertThat(steps.steps().get(0).command())
                .endsWith(" --users-file " + town.data.resolve("users-" + snapshot + ".txt"));
    }

    @Test
    void aTownWithHolesIsNamedExactly() throws Exception {
        LossTrial.Outcome outcome = LossTrial.run(folder.resolve("trial"), 120, 16, System.out);
        assertThat(outcome.expected()).isNotEmpty();
        assertThat(outcome.found()).isEqualTo(outcome.expected());
        addsUp(outcome.report());
        assertThat(outcome.report().rows()).extracting(Row::confidence).containsOnly(Confidence.CERTAIN);
        assertThat(outcome.expunged()).isPositive();
    }
}

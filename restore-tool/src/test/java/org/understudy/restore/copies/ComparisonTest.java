package org.understudy.restore.copies;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.repository.MailFixture;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.restore.validate.Verdict;

class ComparisonTest {
    private static final Instant ARRIVED = Instant.parse("2026-02-03T04:05:06Z");

    @TempDir
    private Path root;

    private MaildirBuilder main;
    private MaildirBuilder second;
    private MaildirBuilder third;

    @BeforeEach
    void layOut() {
        main = MaildirBuilder.at(root.resolve("a/anna/Maildir"));
        second = MaildirBuilder.at(root.resolve("b/anna/Maildir"));
        third = MaildirBuilder.at(root.resolve("c/anna/Maildir"));
    }

    private Compared compared() throws Exception {
        return Compared.of(root.resolve("a"), root.resolve("b"));
    }

    private static String mail(int n) {
        return MaildirBuilder.text(n, ARRIVED);
    }

    private static void put(MaildirBuilder maildir, String path, String text) {
        maildir.message(path, text.getBytes(StandardCharsets.UTF_8), ARRIVED);
    }

    private static String at(String name) {
        return "anna/Maildir/cur/" + name;
    }

    private static final String ONE = "1700000001.M1P1.host";
    private static final String TWO = "1700000002.M2P1.host";

    @Test
    void twoIndependentCopiesThatAgreeProveEachOther() throws Exception {
        put(main, "cur/" + ONE + ":2,S", mail(1));
        put(second, "cur/" + ONE + ":2,", mail(1).replace("\n", "\r\n"));
        Compared compared = compared();
        assertThat(compared.message(at(ONE + ":2,S")).verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(compared.said(at(ONE + ":2,S"))).startsWith("proof: SHA-256 equals that of " + at(ONE) + ":2, of second");
        assertThat(compared.best.get(at(ONE + ":2,S")).main()).isTrue();
        assertThat(compared.result.copies().equal()).isEqualTo(1);
        assertThat(compared.result.inspected().counts().proven()).isEqualTo(1);
        assertThat(compared.result.sound()).isTrue();
    }

    @Test
    void aHardLinkIsNoSecondCopy() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        Files.createLink(second.home().resolve("cur/" + ONE), main.home().resolve("cur/" + ONE));
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(compared.said(at(ONE))).startsWith("note: ").contains("proves nothing");
    }

    @Test
    void copiesThatAreDamagedAlikeProveNothing() throws Exception {
        String zeroed = mail(1).replace("This is note", "\0".repeat(512));
        String doubtful = mail(2).replace("note number", "n\u0001te number");
        for (MaildirBuilder maildir : List.of(main, second)) {
            put(maildir, "cur/" + ONE, zeroed);
            put(maildir, "cur/" + TWO, doubtful);
        }
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(compared.message(at(TWO)).verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(compared.said(at(TWO))).startsWith("support: ").contains("may be older than both");
        assertThat(compared.result.sound()).isFalse();
    }

    @Test
    void ofTwoThatDifferTheDoubtfulOneIsWorseAndTheOtherIsTaken() throws Exception {
        put(main, "cur/" + ONE + ",S=" + mail(1).length(), mail(1).substring(0, mail(1).length() - 10));
        put(second, "cur/" + ONE + ",S=" + mail(1).length(), mail(1));
        Compared compared = compared();
        String path = at(ONE + ",S=" + mail(1).length());
        assertThat(compared.message(path).verdict()).isNotIn(Verdict.PROVEN, Verdict.CONSISTENT);
        assertThat(compared.best.get(path).source()).isEqualTo("second");
        assertThat(compared.best.get(path).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(compared.result.copies().recovered()).isEqualTo(1);
        assertThat(compared.result.copies().differing()).isEqualTo(1);
        assertThat(compared.result.sound()).isTrue();
    }

    @Test
    void whereBothAreSoundByThemselvesBothAreDoubtedAndTheFirstOctetIsNamed() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        put(second, "cur/" + ONE, mail(1).replace("Ana\n", "Anb\n"));
        Compared compared = compared();
        int octet = mail(1).replace("\n", "\r\n").lastIndexOf("Ana") + 2;
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(compared.said(at(ONE))).startsWith("doubt: ").contains("differs from octet " + octet + " on");
        assertThat(compared.best.get(at(ONE)).verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(compared.result.copies().recovered()).isZero();
    }

    @Test
    void twoThatAgreeContradictTheThird() throws Exception {
        put(main, "cur/" + ONE, mail(1).replace("Ana\n", "Anb\n"));
        put(second, "cur/" + ONE, mail(1));
        put(third, "cur/" + ONE, mail(1));
        Compared compared = Compared.of(root.resolve("a"), root.resolve("b"), root.resolve("c"));
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(compared.has(at(ONE), Strength.CONTRADICTION)).isTrue();
        assertThat(compared.best.get(at(ONE)).verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(compared.best.get(at(ONE)).source()).isEqualTo("second");
    }

    @Test
    void theUidFindsTheCopyWhereNamesDiffer() throws Exception {
        put(main, "cur/renamed", mail(1).replace("<note-1@", "<nqte-1@").replace("Date: ", "Dave: "));
        main.file("dovecot-uidlist", "3 V1700000000 N9 Gab\n4 :renamed\n");
        put(second, "cur/" + ONE, mail(1));
        second.file("dovecot-uidlist", "3 V1700000000 N9 Gab\n4 :" + ONE + "\n");
        Compared compared = compared();
        assertThat(compared.result.copies().differing()).isEqualTo(1);
        assertThat(compared.best.get(at("renamed")).ref().path()).isEqualTo(at(ONE));
        assertThat(compared.onlyThere).isEmpty();
    }

    @Test
    void equalUidsUnderAnotherUidValiditySayNothing() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        main.file("dovecot-uidlist", "3 V1700000000 N9 Gab\n4 :" + ONE + "\n");
        put(second, "cur/" + TWO, mail(2));
        second.file("dovecot-uidlist", "3 V1700000001 N9 Gab\n4 :" + TWO + "\n");
        Compared compared = compared();
        assertThat(compared.result.copies().onlyHere()).isEqualTo(1);
        assertThat(compared.result.copies().onlyThere()).isEqualTo(1);
    }

    @Test
    void theMessageIdFindsTheCopyWhereNothingElseDoes() throws Exception {
        put(main, "cur/export-7", mail(1).replace("This is note", "This is n\0te"));
        put(second, "cur/" + ONE, mail(1));
        Compared compared = compared();
        assertThat(compared.best.get(at("export-7")).ref().path()).isEqualTo(at(ONE));
        assertThat(compared.result.copies().recovered()).isEqualTo(1);
        assertThat(compared.onlyThere).isEmpty();
    }

    @Test
    void theListsCopyBesideTheDirectOneIsAnotherMessage() throws Exception {
        String direct = "Received: from sender by mx1; Tue, 3 Feb 2026 04:05:06 +0000\n" + mail(1);
        String byList = "Received: from list by mx2; Tue, 3 Feb 2026 04:06:06 +0000\n"
                + "Received: from sender by list; Tue, 3 Feb 2026 04:05:09 +0000\n" + mail(1) + "-- \nlist footer\n";
        main.message("cur/" + ONE, direct.getBytes(StandardCharsets.UTF_8), ARRIVED);
        second.message("cur/" + TWO, byList.getBytes(StandardCharsets.UTF_8), ARRIVED.plusSeconds(60));
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(compared.result.copies().onlyHere()).isEqualTo(1);
        assertThat(compared.result.copies().onlyThere()).isEqualTo(1);
    }

    @Test
    void linesThatMailSystemsAddOnAnotherWayDoNotCountAsDiffering() throws Exception {
        String way = "Received: from a by b; Tue, 3 Feb 2026 04:05:06 +0000\nX-Spam-Score: 1\n";
        String otherWay = "Received: from c by d; Tue, 3 Feb 2026 04:07:06 +0000\nDelivered-To: anna@example.org\n";
        main.message("cur/" + ONE, (way + mail(1)).getBytes(StandardCharsets.UTF_8), ARRIVED);
        second.message(
                "cur/" + TWO, (otherWay + mail(1)).getBytes(StandardCharsets.UTF_8), ARRIVED.plusSeconds(60));
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(compared.said(at(ONE))).startsWith("support: ");
        assertThat(compared.result.copies().equal()).isEqualTo(1);
    }

    @Test
    void aChangedLineOfTheWayCountsWhereTheCopiesAreOfOneDelivery() throws Exception {
        String way = "Received: from a by b; Tue, 3 Feb 2026 04:05:06 +0000\n";
        put(main, "cur/" + ONE, way.replace("from a", "from i") + mail(1));
        put(second, "cur/" + ONE, way + mail(1));
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(compared.result.copies().differing()).isEqualTo(1);
    }

    @Test
    void statusLinesOfAnMboxDoNotCount() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        put(second, "cur/" + ONE, "Status: RO\nX-UID: 7\n" + mail(1));
        assertThat(compared().result.copies().equal()).isEqualTo(1);
    }

    @Test
    void anotherMessagesBytesInTheWrongPlaceAreDoubtedAndTheRightOnesTaken() throws Exception {
        put(main, "cur/" + ONE, mail(2));
        put(main, "cur/" + TWO, mail(2));
        put(second, "cur/" + ONE, mail(1));
        put(second, "cur/" + TWO, mail(2));
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(compared.said(at(ONE))).contains("these are the bytes of " + at(TWO));
        assertThat(compared.best.get(at(ONE)).source()).isEqualTo("second");
        assertThat(compared.best.get(at(ONE)).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(compared.message(at(TWO)).verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(compared.onlyThere).isEmpty();
    }

    @Test
    void anotherUsersCopyIsEvidenceAndNeverTaken() throws Exception {
        MaildirBuilder bens = MaildirBuilder.at(root.resolve("b/ben/Maildir"));
        put(main, "cur/" + ONE, mail(1));
        put(main, "cur/" + TWO, mail(2).substring(0, 240));
        put(bens, "cur/" + ONE, mail(1));
        put(bens, "cur/" + TWO, mail(2));
        Compared compared = compared();
        assertThat(compared.message(at(ONE)).verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(compared.said(at(ONE))).startsWith("support: ").contains("user ben");
        assertThat(compared.best.get(at(TWO)).main()).isTrue();
        assertThat(compared.result.copies().onlyHere()).isEqualTo(2);
        assertThat(compared.result.copies().onlyThere()).isEqualTo(2);
    }

    @Test
    void whatCannotBeReadHereAndWhatIsMissingHereIsFoundThere() throws Exception {
        put(main, "cur/" + ONE, "");
        put(second, "cur/" + ONE, mail(1));
        put(second, "cur/" + TWO, mail(2));
        put(third, "cur/" + TWO, mail(2));
        Compared compared = Compared.of(root.resolve("a"), root.resolve("b"), root.resolve("c"));
        assertThat(compared.here.get(at(ONE))).isInstanceOf(Inspected.Unreadable.class);
        assertThat(compared.best.get(at(ONE)).source()).isEqualTo("second");
        assertThat(compared.onlyThere).hasSize(1);
        assertThat(compared.onlyThere.getFirst().verdict()).isEqualTo(Verdict.PROVEN);
        CopyTotals totals = compared.result.copies();
        assertThat(totals.unreadable()).isEqualTo(1);
        assertThat(totals.onlyThere()).isEqualTo(1);
        assertThat(totals.recovered()).isEqualTo(2);
        assertThat(totals.sources().get(1).held()).isEqualTo(1);
        assertThat(compared.result.sound()).isTrue();
    }

    @Test
    void aMessageThatWasMovedMeanwhileIsTheSame() throws Exception {
        main.folder(".Archive");
        put(main, ".Archive/cur/1700000009.M9P9.host:2,S", mail(1));
        put(second, "cur/" + ONE, mail(1));
        Compared compared = compared();
        assertThat(compared.result.copies().equal()).isEqualTo(1);
        assertThat(compared.result.copies().onlyThere()).isZero();
    }

    @Test
    void aSnapshotProvesAndContradictsAMaildir() throws Exception {
        try (MailFixture mail = new MailFixture(root.resolve("live"))) {
            mail.deliver("anna", "INBOX", 3, 2_000);
            mail.take();
            try (BackupSource snapshot = SnapshotSource.open(
                            Repository.open(mail.repository()),
                            "latest",
                            TrustedKeys.load(mail.data().resolve("keys")),
                            OpenedSnapshot.Assurance.TRUSTED_KEY,
                            SnapshotSource.Selection.ALL,
                            Clock.systemUTC());
                    BackupSource maildir = maildirLike(snapshot, mail)) {
                Compared there = Compared.of(maildir, List.of(new Comparison.Other("snapshot", snapshot)));
                assertThat(there.result.inspected().counts().proven()).isEqualTo(2);
                assertThat(there.result.inspected().counts().damaged()).isEqualTo(1);
                assertThat(there.result.copies().recovered()).isEqualTo(1);
                assertThat(there.result.copies().best().proven()).isEqualTo(3);
                Compared back = Compared.of(snapshot, List.of(new Comparison.Other("maildir", maildir)));
                assertThat(back.result.inspected().counts().proven()).isEqualTo(3);
                assertThat(back.result.copies().betterThere()).isZero();
            }
        }
    }

    /** The snapshot's only mailbox as a Maildir, one bit of the second message flipped. */
    private BackupSource maildirLike(BackupSource snapshot, MailFixture mail) throws Exception {
        StringBuilder uids = new StringBuilder(
                "3 V" + snapshot.mailboxes().getFirst().uidValidity() + " N99 Gab\n");
        for (Map.Entry<MailFixture.Spot, MailFixture.Mail> one : mail.ledger.entrySet()) {
            long uid = one.getKey().uid();
            byte[] bytes = one.getValue().bytes().clone();
            if (uid == 2) {
                bytes[bytes.length - 40] ^= 1;
            }
            main.message("cur/copy-" + uid, bytes, one.getValue().date());
            uids.append(uid).append(" :copy-").append(uid).append('\n');
        }
        main.file("dovecot-uidlist", uids.toString());
        return Sources.open(root.resolve("a"));
    }

    @Test
    void theIndexKeepsToItsMemory() {
        KeyTable table = new KeyTable();
        for (int i = 0; i < 100_000; i++) {
            table.add(i * 0x9E3779B97F4A7C15L, i);
        }
        for (int i = 0; i < 100_000; i += 997) {
            List<Integer> found = new java.util.ArrayList<>();
            table.find(i * 0x9E3779B97F4A7C15L, found::add);
            assertThat(found).contains(i).hasSizeLessThan(3);
        }
    }
}

package org.understudy.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.Steps;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.migrate.EqualityProof;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.MemberState;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.Round;
import org.understudy.restore.repository.Signer;
import org.understudy.server.imap.ImapTestClient;
import org.understudy.server.imap.StoreServer;
import org.understudy.storage.Content;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxRow;

/** A user moves from one server of ours to another, over IMAPS. */
final class MigrationTest {
    private static final Author TEST = new Author.Housekeeping("test");
    private static final String USER = "new-anna";

    @TempDir
    Path folder;

    private StoreServer old;
    private House house;
    private ImapTestClient anna;

    @BeforeEach
    void start() throws Exception {
        old = StoreServer.start(Files.createDirectories(folder.resolve("old")))
                .with("anna")
                .with("ben");
        anna = old.login("anna");
        house = new House(folder.resolve("new"))
                .from(old.imaps(), true, folder.resolve("old/data/certificate.pem"), "", StoreServer.PASSWORD)
                .users("anna");
    }

    @AfterEach
    void stop() throws Exception {
        anna.close();
        old.close();
        house.close();
    }

    private void deliver(String mailbox, String flags, String date, String text) throws Exception {
        String message = "From: ben@example.org\r\nTo: anna@example.org\r\nSubject: " + text
                + "\r\nMessage-ID: <" + text.replace(' ', '.') + "@example.org>\r\n"
                + "Date: Mon, 2 Mar 2026 10:11:12 +0000\r\n\r\n" + text + "\r\n";
        anna.send("a APPEND " + mailbox + " (" + flags + ") \"" + date + "\" {" + message.length() + "+}\r\n" + message
                + "\r\n");
        assertThat(anna.until("a").getLast()).startsWith("a OK");
    }

    private void furnish() throws Exception {
        deliver("INBOX", "\\Seen", " 2-Mar-2026 10:11:12 +0100", "one");
        deliver("INBOX", "\\Flagged $Forwarded urgent", " 3-Mar-2026 23:59:59 +0000", "two");
        deliver("INBOX", "", "29-Feb-2024 00:00:01 -0800", "three");
        anna.ok("CREATE Work");
        anna.ok("CREATE Work.2025");
        anna.ok("CREATE Empty");
        anna.ok("CREATE Wichtig-&AOQ-");
        anna.ok("SUBSCRIBE Work.2025");
        anna.ok("UNSUBSCRIBE Drafts");
        anna.ok("SETACL Work ben lrs");
        anna.ok("SETACL Work anyone l");
        deliver("Work.2025", "\\Answered", " 1-Jan-2025 12:00:00 +0000", "four");
        deliver("Wichtig-&AOQ-", "\\Seen", " 1-Jan-2025 12:00:00 +0000", "five");
        anna.ok("CREATE Gesendet (USE (\\Sent))");
    }

    private static List<String> kinds(Member member) {
        EqualityProof.Summary proof = member.proof();
        assertThat(proof).isNotNull();
        return proof.first();
    }

    private static Round round(Member member) {
        Round round = member.round();
        assertThat(round).as(member.why()).isNotNull();
        return round;
    }

    @Test
    void movesInFullThenWhatIsNewAndIsCutOverWithTheSameUids() throws Exception {
        furnish();
        Member first = House.only(house.round());
        assertThat(first.why()).isEmpty();
        assertThat(first.state()).isEqualTo(MemberState.MAIL);
        assertThat(round(first).added()).isEqualTo(5);

        anna.ok("SELECT INBOX");
        anna.ok("UID STORE 1 -FLAGS (\\Seen)");
        anna.ok("UID STORE 2 +FLAGS (\\Deleted)");
        anna.ok("EXPUNGE");
        deliver("INBOX", "later", " 4-Mar-2026 01:02:03 +0000", "six");
        anna.ok("RENAME Work.2025 Work.Old");
        anna.ok("DELETE Empty");
        anna.ok("CREATE Fresh");
        anna.ok("UNSUBSCRIBE Work.Old");
        Member second = House.only(house.round());
        assertThat(round(second).added()).isEqualTo(1);
        assertThat(round(second).flags()).isEqualTo(1);
        assertThat(round(second).expunged()).isEqualTo(1);
        assertThat(house.uids(USER, "INBOX")).containsExactly(1L, 3L, 4L);
        assertThat(house.uids(USER, "Work.Old")).containsExactly(1L);

        Member idle = House.only(house.round());
        assertThat(round(idle).added()
                        + round(idle).flags()
                        + round(idle).expunged()
                        + round(idle).structure())
                .as("a round without news changes nothing")
                .isZero();

        deliver("INBOX", "", " 5-Mar-2026 01:02:03 +0000", "seven");
        Member over = House.only(house.cutOver());
        assertThat(kinds(over)).isEmpty();
        assertThat(over.state()).isEqualTo(MemberState.CUT_OVER);
        for (String name : List.of("INBOX", "Work", "Work.Old", "Wichtig-\u00e4", "Fresh", "Gesendet")) {
            MailboxRow here = house.mailbox(USER, name);
            MailboxRow there = old.live()
                    .mailboxes()
                    .find(new org.understudy.storage.keyspace.MailboxPath("#private", "anna", name))
                    .orElseThrow();
            assertThat(here.uidValidity()).as(name).isEqualTo(there.uidValidity());
            assertThat(house.live.mailboxes().state(here.id()).uidNext())
                    .as(name)
                    .isGreaterThanOrEqualTo(
                            old.live().mailboxes().state(there.id()).uidNext());
        }
        assertThat(house.live
                        .accessLists()
                        .list(house.mailbox(USER, "Work").id().toString(), ""))
                .containsOnlyKeys("ben", "anyone");
        proofIsSigned(over);
    }

    private void proofIsSigned(Member member) throws Exception {
        EqualityProof.Summary proof = java.util.Objects.requireNonNull(member.proof());
        Path file = Path.of(proof.file());
        byte[] bytes = Files.readAllBytes(file);
        byte[] signature = Files.readAllBytes(file.resolveSibling(file.getFileName() + ".sig"));
        String keyId = Signer.of(house.workplace().keys()).keyId();
        assertThat(Signer.verifies(house.workplace().keys(), keyId, bytes, signature))
                .isTrue();
        bytes[bytes.length / 2] ^= 1;
        assertThat(Signer.verifies(house.workplace().keys(), keyId, bytes, signature))
                .isFalse();
        assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("\"format\":\"understudy-migration-proof\"");
    }

    private void replace(long uid, String text, @Nullable Instant date) throws Exception {
        MailboxRow row = house.mailbox(USER, "INBOX");
        var facts = house.live.messages().facts(row.id(), uid).orElseThrow();
        Flags flags = house.flags(USER, "INBOX", uid);
        house.live.messages().expunge(row.id(), List.of(uid), ExpungeReason.ADMIN, TEST);
        // a store never gives a UID out twice: what differs is planted under another, and the link is what it was
        Content content = Content.of(text.getBytes(StandardCharsets.US_ASCII));
        MessageReading reading = MessageReader.read(content);
        house.live
                .messages()
                .append(
                        row.id(),
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(content, reading.rawDigest()),
                                reading.rawSize(),
                                reading.headerSize(),
                                reading.digest(),
                                reading.mime(),
                                date == null ? facts.internalDate() : date,
                                null,
                                flags)),
                        TEST);
    }

    @Test
    void everyPlantedDifferenceIsNamed() throws Exception {
        furnish();
        house.round();
        assertThat(kinds(House.only(house.verify()))).isEmpty();
        MailboxRow inbox = house.mailbox(USER, "INBOX");
        house.live.messages().updateFlags(inbox.id(), List.of(1L), before -> Flags.NONE, TEST);
        house.live
                .messages()
                .updateFlags(inbox.id(), List.of(2L), before -> Flags.of(Flags.FLAGGED, List.of("urgent")), TEST);
        house.live.subscriptions().write(USER, nulls("Work.2025"), TEST);
        house.live
                .accessLists()
                .write(
                        house.mailbox(USER, "Work").id().toString(),
                        Map.of("ben", "lrswt".getBytes(StandardCharsets.US_ASCII)),
                        TEST);
        assertThat(kinds(House.only(house.verify())))
                .containsExactlyInAnyOrder(
                        "INBOX UID 1 (here 1): flags: expected [\\Seen], found []",
                        "INBOX UID 2 (here 2): keywords: expected [$forwarded, urgent], found [urgent]",
                        "Work.2025: subscription: expected subscribed, found not subscribed",
                        "Work: access: expected ben lrs, found ben lrstw");
        replace(3, "Subject: other\r\n\r\nother\r\n", null);
        assertThat(kinds(House.only(house.verify())))
                .contains(
                        "INBOX UID 3: missing: expected a message, found nothing",
                        "INBOX (here 4): extra: expected nothing, found a message");
        Member healed = House.only(house.round());
        assertThat(healed.why()).isEmpty();
        assertThat(round(healed).notes()).anyMatch(note -> note.contains("new UIDVALIDITY"));
        assertThat(kinds(House.only(house.verify())))
                .as("the old side wins until the cut-over; what came from elsewhere stays")
                .isEmpty();
    }

    private static Map<String, byte @Nullable []> nulls(String key) {
        Map<String, byte @Nullable []> map = new HashMap<>();
        map.put(key, null);
        return map;
    }

    @Test
    void aByteAndADateThatDifferRefuseTheCutOver() throws Exception {
        furnish();
        house.round();
        // the old side has another date and another body under the same UIDs: what a faulty copy would look like
        MailboxRow row = old.live()
                .mailboxes()
                .find(new org.understudy.storage.keyspace.MailboxPath("#private", "anna", "Work.2025"))
                .orElseThrow();
        old.live().mailboxes().delete(row.id(), TEST);
        old.live().mailboxes().create(row.path(), row.uidValidity(), TEST);
        deliver("Work.2025", "\\Answered", " 1-Jan-2025 12:00:01 +0000", "foor");
        Member refused = House.only(house.cutOver());
        assertThat(refused.state()).isEqualTo(MemberState.MAIL);
        assertThat(refused.why()).contains("not cut over: 2 differences");
        assertThat(kinds(refused)).hasSize(2).allMatch(one -> one.startsWith("Work.2025 UID 1 (here 1): "));
        assertThat(kinds(refused))
                .anyMatch(one -> one.contains(": bytes: "))
                .anyMatch(one -> one.endsWith("date: expected 2025-01-01T12:00:01Z, found 2025-01-01T12:00:00Z"));
        assertThat(Files.readString(Path.of(
                        java.util.Objects.requireNonNull(refused.proof()).file().replace(".json", ".txt"))))
                .contains("NOT EQUAL");
    }

    @Test
    void aRoundThatIsStoppedAnywhereIsDoneByDoingItAgain() throws Exception {
        furnish();
        for (int n = 0; n < 30; n++) {
            deliver("INBOX", n % 3 == 0 ? "\\Seen" : "k" + n, " 2-Mar-2026 10:11:12 +0000", "many " + n);
        }
        List<Steps.Step> stops = List.of(
                Steps.Step.MIGRATION_FETCHED,
                Steps.Step.MIGRATION_STRUCTURED,
                Steps.Step.MIGRATION_APPENDED,
                Steps.Step.MIGRATION_EXPUNGED,
                Steps.Step.MIGRATION_FLAGGED);
        for (Steps.Step stop : stops) {
            AtomicBoolean stopped = new AtomicBoolean();
            anna.ok("SELECT INBOX");
            anna.ok("UID STORE 2 -FLAGS (\\Flagged)");
            if (stop == Steps.Step.MIGRATION_EXPUNGED) {
                anna.ok("UID STORE 7:9 +FLAGS (\\Deleted)");
                anna.ok("EXPUNGE");
            }
            if (stop == Steps.Step.MIGRATION_FLAGGED) {
                anna.ok("UID STORE 2 +FLAGS (\\Flagged)");
            }
            assertThatThrownBy(() -> house.round(step -> {
                        if (step == stop && stopped.compareAndSet(false, true)) {
                            throw new StoppedError();
                        }
                    }))
                    .as(stop.toString())
                    .isInstanceOf(StoppedError.class);
            house.reopen();
        }
        Member done = House.only(house.round());
        assertThat(done.why()).isEmpty();
        assertThat(kinds(House.only(house.verify()))).isEmpty();
        assertThat(house.uids(USER, "INBOX")).hasSize(30).doesNotContain(7L, 8L, 9L);
    }

    /** Stands for the end of the process. */
    private static final class StoppedError extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void mailThatArrivedHereBeforeIsKeptAndNothingIsLost() throws Exception {
        deliver("INBOX", "", " 2-Mar-2026 10:11:12 +0000", "one");
        house.round();
        replaceNothing("here already");
        deliver("INBOX", "", " 2-Mar-2026 10:11:12 +0000", "two");
        deliver("INBOX", "", " 2-Mar-2026 10:11:12 +0000", "three");
        Member after = House.only(house.round());
        assertThat(after.why()).isEmpty();
        assertThat(house.uids(USER, "INBOX")).containsExactly(1L, 2L, 3L, 4L);
        assertThat(house.mailbox(USER, "INBOX").uidValidity())
                .as("UIDs differ, so no client may take them for those it knows")
                .isNotEqualTo(old.live()
                        .mailboxes()
                        .find(new org.understudy.storage.keyspace.MailboxPath("#private", "anna", "INBOX"))
                        .orElseThrow()
                        .uidValidity());
        anna.ok("SELECT INBOX");
        anna.ok("UID STORE 2 +FLAGS (\\Deleted \\Seen)");
        anna.ok("EXPUNGE");
        assertThat(kinds(House.only(house.cutOver()))).isEmpty();
        assertThat(house.uids(USER, "INBOX")).containsExactly(1L, 2L, 4L);
    }

    private void replaceNothing(String text) throws Exception {
        Content content = Content.of(("Subject: x\r\n\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        MessageReading reading = MessageReader.read(content);
        house.live
                .messages()
                .append(
                        house.mailbox(USER, "INBOX").id(),
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(content, reading.rawDigest()),
                                reading.rawSize(),
                                reading.headerSize(),
                                reading.digest(),
                                reading.mime(),
                                Instant.parse("2026-03-03T00:00:00Z"),
                                null,
                                Flags.NONE)),
                        TEST);
    }

    @Test
    void abortTakesOutWhatWasBroughtAndNothingElse() throws Exception {
        furnish();
        house.round();
        house.live
                .messages()
                .updateFlags(house.mailbox(USER, "Wichtig-\u00e4").id(), List.of(1L), before -> Flags.NONE, TEST);
        MigrationReport report = house.abort();
        assertThat(House.only(report).state()).isEqualTo(MemberState.ABORTED);
        assertThat(house.live.mailboxes().ofOwner("#private", USER).stream()
                        .map(row -> row.path().name())
                        .toList())
                .containsExactly("Wichtig-\u00e4");
        house.addAgain("anna");
        assertThat(House.only(house.round()).why()).isEmpty();
        assertThat(house.uids(USER, "INBOX")).containsExactly(1L, 2L, 3L);
    }

    @Test
    void deliveriesGoOnWhileRoundsRun() throws Exception {
        List<Throwable> faults = new ArrayList<>();
        AtomicBoolean on = new AtomicBoolean(true);
        Thread postman = Thread.ofPlatform().start(() -> {
            try {
                for (int n = 0; on.get() || n < 20; n++) {
                    deliver("INBOX", "", " 2-Mar-2026 10:11:12 +0000", "letter " + n);
                }
            } catch (Exception | AssertionError e) {
                faults.add(e);
            }
        });
        for (int n = 0; n < 3; n++) {
            assertThat(House.only(house.round()).why()).isEmpty();
        }
        on.set(false);
        postman.join();
        assertThat(faults).isEmpty();
        Member over = House.only(house.cutOver());
        assertThat(kinds(over)).isEmpty();
        assertThat(over.state()).isEqualTo(MemberState.CUT_OVER);
    }
}

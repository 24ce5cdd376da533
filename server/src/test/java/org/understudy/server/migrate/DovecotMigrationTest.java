package org.understudy.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.MemberState;
import org.understudy.server.imap.ImapTestClient;

/** Users of Debian's Dovecot move here while mail keeps arriving there. The full-size trial is benchmarks/migrate. */
final class DovecotMigrationTest {
    @TempDir
    Path folder;

    private static void deliver(ImapTestClient client, String mailbox, String flags, String date, String text)
            throws Exception {
        String message = "From: ben@example.org\r\nSubject: " + text
                + "\r\nDate: Mon, 2 Mar 2026 10:11:12 +0000\r\n\r\n" + text + "\r\n";
        client.send("a APPEND " + mailbox + " (" + flags + ") \"" + date + "\" {" + message.length() + "}\r\n");
        assertThat(client.line()).startsWith("+");
        client.send(message + "\r\n");
        assertThat(client.until("a").getLast()).startsWith("a OK");
    }

    private static ImapTestClient login(OldDovecot old, String user) throws Exception {
        ImapTestClient client = ImapTestClient.plain(old.plain());
        client.line();
        client.ok("LOGIN " + user + " " + OldDovecot.PASSWORD);
        return client;
    }

    private static void furnish(OldDovecot old, String user) throws Exception {
        try (ImapTestClient client = login(old, user)) {
            for (int n = 0; n < 12; n++) {
                deliver(
                        client,
                        "INBOX",
                        n % 2 == 0 ? "\\Seen" : "$Forwarded k" + n,
                        " 2-Mar-2026 10:11:12 +0100",
                        "n " + n);
            }
            client.ok("CREATE Gesendet");
            client.ok("CREATE Arbeit.Alt");
            client.ok("SUBSCRIBE Arbeit.Alt");
            client.ok("SETACL Arbeit.Alt " + (user.equals("ben") ? "anna" : "ben") + " lrs");
            deliver(client, "Arbeit.Alt", "\\Answered", "29-Feb-2024 23:59:59 -0800", "alt");
            client.ok("SELECT INBOX");
            client.ok("UID STORE 12 +FLAGS (\\Deleted)");
            client.ok("EXPUNGE");
        }
    }

    private static List<String> found(Member member) {
        return Objects.requireNonNull(member.proof(), member.why()).first();
    }

    @Test
    void usersMoveWhileMailArrivesAndPlantedDifferencesAreNamed() throws Exception {
        assumeTrue(OldDovecot.isInstalled(), "Debian's Dovecot 2.3 or openssl is not installed");
        try (OldDovecot old = OldDovecot.start(folder.resolve("old"));
                House house = new House(folder.resolve("new"))) {
            furnish(old, "anna");
            furnish(old, "ben");
            house.from(old.tls(), true, old.certificate(), OldDovecot.MASTER, OldDovecot.MASTER_PASSWORD)
                    .users("anna", "ben");
            AtomicBoolean on = new AtomicBoolean(true);
            List<Throwable> faults = new ArrayList<>();
            Thread postman = Thread.ofPlatform().start(() -> {
                try (ImapTestClient client = login(old, "anna")) {
                    for (int n = 0; on.get() || n < 10; n++) {
                        deliver(client, "INBOX", "", " 2-Mar-2026 10:11:12 +0100", "late " + n);
                    }
                } catch (Exception | AssertionError e) {
                    faults.add(e);
                }
            });
            for (int n = 0; n < 2; n++) {
                assertThat(house.round().members()).allMatch(one -> one.why().isEmpty());
            }
            try (ImapTestClient client = login(old, "ben")) {
                client.ok("RENAME Arbeit.Alt Arbeit.Neu");
                client.ok("SELECT INBOX");
                client.ok("UID STORE 1 -FLAGS (\\Seen)");
            }
            on.set(false);
            postman.join();
            assertThat(faults).isEmpty();
            assertThat(house.round().members()).allMatch(one -> one.why().isEmpty());
            assertThat(house.verify().members())
                    .allSatisfy(one -> assertThat(found(one)).isEmpty());

            Path file;
            try (Stream<Path> files = Files.walk(old.maildir("ben"))) {
                file = files.filter(path -> path.toString().contains("/.Arbeit.Neu/cur/") && Files.isRegularFile(path))
                        .findFirst()
                        .orElseThrow();
            }
            byte[] was = Files.readAllBytes(file);
            FileTime date = Files.getLastModifiedTime(file);
            byte[] other = new String(was, StandardCharsets.US_ASCII)
                    .replace("Subject: alt", "Subject: olt")
                    .getBytes(StandardCharsets.US_ASCII);
            Files.write(file, other);
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-03-01T00:00:00Z")));
            old.forget("ben");
            List<Member> over = house.cutOver().members();
            assertThat(over.getFirst().state()).as("anna").isEqualTo(MemberState.CUT_OVER);
            Member ben = over.getLast();
            assertThat(ben.state()).as("ben").isEqualTo(MemberState.MAIL);
            assertThat(found(ben)).hasSize(2).allMatch(one -> one.startsWith("Arbeit.Neu UID 1 (here 1): "));
            assertThat(found(ben).toString()).contains("bytes: expected ", "date: expected 2024-03-01T00:00:00Z");

            Files.write(file, was);
            Files.setLastModifiedTime(file, date);
            old.forget("ben");
            assertThat(house.cutOver().members()).allSatisfy(one -> {
                assertThat(found(one)).isEmpty();
                assertThat(one.state()).isEqualTo(MemberState.CUT_OVER);
            });
            assertThat(house.uids("new-ben", "INBOX")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
            assertThat(house.live
                            .mailboxes()
                            .state(house.mailbox("new-ben", "INBOX").id())
                            .uidNext())
                    .as("a UID that the old side has given out is not given out again")
                    .isEqualTo(13);
            assertThat(house.live
                            .accessLists()
                            .list(house.mailbox("new-ben", "Arbeit.Neu").id().toString(), ""))
                    .as("users of the old side under their names here")
                    .containsOnlyKeys("new-anna");
        }
    }

    @Test
    void theSameMovesFromItsMaildirs() throws Exception {
        assumeTrue(OldDovecot.isInstalled(), "Debian's Dovecot 2.3 or openssl is not installed");
        try (OldDovecot old = OldDovecot.start(folder.resolve("old"));
                House house = new House(folder.resolve("new"))) {
            furnish(old, "anna");
            Path maildirs = Files.createDirectory(folder.resolve("vmail"));
            Files.createSymbolicLink(maildirs.resolve("anna"), old.maildir("anna"));
            house.fromMaildirs(maildirs).users("anna");
            assertThat(House.only(house.round()).why()).isEmpty();
            Path unseen = old.maildir("anna").resolve("new/1772000000.M1P1.mx");
            Files.writeString(unseen, "Subject: unseen\n\nby Dovecot yet\n");
            try (ImapTestClient client = login(old, "anna")) {
                client.ok("SELECT Arbeit.Alt");
                client.ok("UID STORE 1 +FLAGS (\\Flagged)");
            }
            Member second = House.only(house.round());
            assertThat(Objects.requireNonNull(second.round()).flags()).isEqualTo(1);
            assertThat(Objects.requireNonNull(second.round()).waiting()).isEqualTo(1);
            Member over = House.only(house.cutOver());
            assertThat(found(over)).isEmpty();
            assertThat(over.state()).isEqualTo(MemberState.CUT_OVER);
            assertThat(house.uids("new-anna", "INBOX")).hasSize(12);
        }
    }
}

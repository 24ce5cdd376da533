package org.understudy.restore.source.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

/** Fetching from servers that are well-behaved, and from those that are not. */
final class AccountFetchTest {
    private static final ImapSettings SETTINGS = ImapSettings.STANDARD
            .allowingPlaintext(true)
            .waiting(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1));

    @TempDir
    Path folder;

    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        server.box("INBOX")
                .mail(1, "\\Seen", text(1))
                .mail(2, "\\Flagged work", text(2))
                .mail(5, "", text(5));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    static String text(int n) {
        return "From: ana@example.org\r\nSubject: Note %d\r\n\r\nThis is note %d.\r\n".formatted(n, n);
    }

    private Path fetch() throws InterruptedException {
        return fetch(ImapLogin.password("secret"));
    }

    private Path fetch(ImapLogin login) throws InterruptedException {
        return AccountFetch.run(
                server.address(), login, SETTINGS, folder.resolve("spool"), Clock.systemUTC(), Progress.SILENT);
    }

    private static Map<String, SourceItem> items(Path run) throws IOException {
        Map<String, SourceItem> items = new HashMap<>();
        try (BackupSource source = Sources.open(run)) {
            for (SourceItem item : BackupSourceContract.all(source, 0)) {
                assertThat(items.put(item.ref().path(), item)).isNull();
            }
        }
        return items;
    }

    private static String content(SourceItem item) throws IOException {
        assertThat(item).isInstanceOf(SourceItem.Message.class);
        try (InputStream in = ((SourceItem.Message) item).content().open()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void unreadable(SourceItem item, String... words) {
        assertThat(item)
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains(words));
    }

    private long bodyFetches() {
        return server.commands.stream()
                .filter(line -> line.contains("BODY.PEEK[]"))
                .count();
    }

    @Test
    void messagesFlagsDatesAndSizesAreTheServers() throws Exception {
        Map<String, SourceItem> items = items(fetch());
        assertThat(items).hasSize(3);
        SourceItem.Message second = (SourceItem.Message) items.get("INBOX/2");
        assertThat(second.mailbox()).isEqualTo(new SourceMailbox("ana", "INBOX"));
        assertThat(second.uid()).isEqualTo(2);
        assertThat(second.flags()).isEqualTo(Flags.of(Flags.FLAGGED, Set.of("work")));
        assertThat(second.internalDate()).isEqualTo(Instant.parse("2026-01-05T07:00:00Z"));
        assertThat(content(second)).isEqualTo(text(2));
        assertThat(second.witnesses())
                .containsExactly(new Witness.Rfc822Size(
                        text(2).length(), server.address().toString()));
    }

    @Test
    void nothingIsChangedOnTheServerAndNoSecretIsKept() throws Exception {
        fetch();
        assertThat(server.commands)
                .noneMatch(line -> line.matches("\\S+ (SELECT|STORE|UID STORE|APPEND|EXPUNGE|DELETE|COPY|MOVE).*"))
                .noneMatch(line -> line.contains("BODY[") || line.contains(" RFC822 "))
                .anyMatch(line -> line.contains("EXAMINE \"INBOX\""));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
            }
        }
    }

    @Test
    void aMasterUserLogsInForTheUser() throws Exception {
        fetch(new ImapLogin("admin", "secret", false));
        assertThat(server.commands)
                .contains("secret "
                        + Base64.getEncoder().encodeToString("ana\0admin\0secret".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aSecondRunFetchesOnlyWhatIsNewAndTheFirstStaysAsItWas() throws Exception {
        Path first = fetch();
        ScriptedServer.Box inbox = server.box("INBOX");
        inbox.mails.remove(1L);
        inbox.mail(5, "\\Answered", text(5)).mail(9, "", text(9));
        server.box("Sent").mail(1, "\\Seen", text(20));
        server.commands.clear();
        Path second = fetch();
        assertThat(server.commands.stream().filter(line -> line.contains("BODY.PEEK[]")))
                .hasSize(2)
                .anyMatch(line -> line.contains("UID FETCH 9 "));
        Map<String, SourceItem> now = items(second);
        assertThat(now.get("INBOX/1")).isInstanceOf(SourceItem.Ignored.class);
        assertThat(((SourceItem.Message) now.get("INBOX/5")).flags()).isEqualTo(Flags.of(Flags.ANSWERED, Set.of()));
        assertThat(content(now.get("INBOX/9"))).isEqualTo(text(9));
        assertThat(content(now.get("Sent/1"))).isEqualTo(text(20));
        Map<String, SourceItem> then = items(first);
        assertThat(then).hasSize(3);
        assertThat(content(then.get("INBOX/1"))).isEqualTo(text(1));
        assertThat(((SourceItem.Message) then.get("INBOX/5")).flags()).isEqualTo(Flags.NONE);
    }

    @Test
    void anotherUidValidityMeansAnotherMailbox() throws Exception {
        fetch();
        ScriptedServer.Box inbox = server.box("INBOX");
        inbox.uidValidity = 78;
        inbox.mails.clear();
        inbox.mail(1, "", text(31));
        Map<String, SourceItem> items = items(fetch());
        assertThat(content(items.get("INBOX/1"))).isEqualTo(text(31));
        assertThat(items.get("INBOX/1 of UIDVALIDITY 77")).isInstanceOf(SourceItem.Ignored.class);
        assertThat(items).hasSize(4);
    }

    @Test
    void aLostConnectionIsMadeAnewAndNothingIsFetchedTwice() throws Exception {
        AtomicInteger cuts = new AtomicInteger();
        server.script = (session, tag, command) -> {
            if (!command.contains("BODY.PEEK[]") || cuts.incrementAndGet() > 1) {
                return false;
            }
            session.fetch(1, command);
            session.send("* 2 FETCH (UID 2 BODY[] {100}\r\nhalf of it");
            session.cut();
            return true;
        };
        Map<String, SourceItem> items = items(fetch());
        assertThat(content(items.get("INBOX/1"))).isEqualTo(text(1));
        assertThat(content(items.get("INBOX/2"))).isEqualTo(text(2));
        assertThat(content(items.get("INBOX/5"))).isEqualTo(text(5));
        assertThat(server.connections).hasValue(2);
        assertThat(server.commands).noneMatch(line -> line.contains("UID FETCH 1 ") && line.contains("BODY.PEEK[]"));
    }

    @Test
    void aMessageThatEndsEveryConnectionIsGivenUpAndTheRestComes() throws Exception {
        server.script = (session, tag, command) -> {
            if (command.contains("BODY.PEEK[]")
                    && ScriptedServer.asked(command, session.selected()).contains(2L)) {
                for (long uid : ScriptedServer.asked(command, session.selected())) {
                    if (uid == 2) {
                        session.send("* BYE internal error on this one\r\n");
                        session.cut();
                        return true;
                    }
                    session.fetch(uid, command);
                }
            }
            return false;
        };
        Map<String, SourceItem> items = items(fetch());
        unreadable(items.get("INBOX/2"), "connection was lost each time");
        assertThat(content(items.get("INBOX/1"))).isEqualTo(text(1));
        assertThat(content(items.get("INBOX/5"))).isEqualTo(text(5));
    }

    @Test
    void aServerThatIsGoneStopsTheRunAndTheSameCallGoesOn() throws Exception {
        server.script = (session, tag, command) -> {
            if (!command.contains("BODY.PEEK[]")) {
                return false;
            }
            session.fetch(1, command);
            session.cut();
            server.script = (s, t, c) -> {
                s.cut();
                return true;
            };
            return true;
        };
        assertThatThrownBy(this::fetch).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(e.hint()).contains("1 messages of this run are kept");
        });
        assertThatThrownBy(() -> Sources.open(folder.resolve("spool"))).hasMessageContaining("not fetched to its end");
        server.script = ScriptedServer.Script.NONE;
        server.commands.clear();
        assertThat(items(fetch())).hasSize(3);
        assertThat(server.commands).anyMatch(line -> line.contains("UID FETCH 2,5 "));
    }

    @Test
    void aRefusedMessageCarriesTheServersWords() throws Exception {
        server.script = (session, tag, command) -> {
            if (command.contains("BODY.PEEK[")
                    && ScriptedServer.asked(command, session.selected()).contains(2L)) {
                session.send(tag + " NO [SERVERBUG] blob 4711 is missing\r\n");
                return true;
            }
            return false;
        };
        Map<String, SourceItem> items = items(fetch());
        unreadable(items.get("INBOX/2"), "the server does not give it", "blob 4711 is missing");
        assertThat(content(items.get("INBOX/1"))).isEqualTo(text(1));
        assertThat(content(items.get("INBOX/5"))).isEqualTo(text(5));
    }

    @Test
    void nilAndPassedOverMessagesAreAskedForInPartsAndThenSaid() throws Exception {
        server.script = (session, tag, command) -> {
            if (!command.contains("BODY.PEEK[")) {
                return false;
            }
            for (long uid : ScriptedServer.asked(command, session.selected())) {
                if (uid == 1) {
                    if (command.contains("BODY.PEEK[HEADER]")) {
                        session.send(
                                "* 1 FETCH (UID 1 FLAGS () BODY[HEADER] {11}\r\nSubject: a\n BODY[TEXT] \"text\")\r\n");
                    } else {
                        session.send("* 1 FETCH (UID 1 BODY[] NIL)\r\n");
                    }
                } else if (uid == 2) {
                    session.send("* 2 FETCH (UID 2 FLAGS () BODY[] NIL)\r\n");
                }
            }
            session.send(tag + " OK done\r\n");
            return true;
        };
        Map<String, SourceItem> items = items(fetch());
        assertThat(content(items.get("INBOX/1 (date of arrival unknown)"))).isEqualTo("Subject: a\ntext");
        unreadable(items.get("INBOX/2"), "NIL");
        unreadable(items.get("INBOX/5"), "gives nothing when asked for it");
    }

    @Test
    void oddAnswersAreUnderstood() throws Exception {
        server.script = (session, tag, command) -> {
            if (!command.contains("BODY.PEEK[]")) {
                return false;
            }
            session.send("* OK still here\n");
            session.send("* 9 EXPUNGE\r\n* 3 RECENT\r\n* FLAGS (\\Seen {4}\r\nodd))\r\n");
            session.send(
                    "* 1 fetch (  uid 1  Body[] ~{3}\r\na\0b flags (\\SEEN \\Recent NonJunk)  internaldate \" 5-jan-2026 08:00:00 +0100\")\r\n");
            session.send("* 2 FETCH (BODY[] \"quo\\\"ted\" UID 2 ENVELOPE (NIL ((\"a(b\" NIL)) {2}\r\n)( X))\n");
            session.send("stray line\r\n* 2 FETCH (FLAGS (\\Deleted))\r\n");
            session.send("* 3 FETCH (UID 5 RFC822.SIZE 99999 INTERNALDATE \"yesterday\" BODY[] {5}\r\nwhole)\r\n");
            session.send(tag.toLowerCase(java.util.Locale.ROOT) + " ok done\r\n");
            return true;
        };
        Map<String, SourceItem> items = items(fetch());
        assertThat(content(items.get("INBOX/1"))).isEqualTo("a\0b");
        assertThat(((SourceItem.Message) items.get("INBOX/1")).flags())
                .isEqualTo(Flags.of(Flags.SEEN, Set.of("NonJunk")));
        assertThat(content(items.get("INBOX/2 (date of arrival unknown)"))).isEqualTo("quo\"ted");
        assertThat(content(items.get("INBOX/5 (date of arrival unknown)"))).isEqualTo("whole");
    }

    @Test
    void aLiteralOfAWrongLengthCostsThatMessageAlone() throws Exception {
        server.script = (session, tag, command) -> {
            if (!command.contains("BODY.PEEK[]")
                    || !ScriptedServer.asked(command, session.selected()).contains(2L)) {
                return false;
            }
            for (long uid : ScriptedServer.asked(command, session.selected())) {
                if (uid == 2) {
                    session.send("* 2 FETCH (UID 2 BODY[] {20}\r\n" + text(2) + ")\r\n");
                } else {
                    session.fetch(uid, command);
                }
            }
            session.send(tag + " OK done\r\n");
            return true;
        };
        Map<String, SourceItem> items = items(fetch());
        unreadable(items.get("INBOX/2"), "connection was lost each time");
        assertThat(content(items.get("INBOX/1"))).isEqualTo(text(1));
        assertThat(content(items.get("INBOX/5"))).isEqualTo(text(5));
    }

    @Test
    void endlessAnswersAreNotReadForEver() {
        server.script = (session, tag, command) -> {
            if (command.contains("BODY.PEEK[]")) {
                session.send("* 1 FETCH (UID 1 BODY[] {99999999999999}\r\n");
                return true;
            }
            if (command.startsWith("LIST")) {
                String much = "x".repeat(1 << 16);
                try {
                    while (true) {
                        session.send("* LIST () \"/\" \"" + much);
                        for (int i = 0; i < 1000; i++) {
                            session.send(much);
                        }
                    }
                } catch (IOException e) {
                    return true;
                }
            }
            return false;
        };
        assertThatThrownBy(this::fetch)
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("has a line of more than");
    }

    @Test
    void sizesOfAServerThatGuessesThemAreNoWitness() throws Exception {
        server.script = (session, tag, command) -> {
            if (!command.startsWith("UID FETCH")) {
                return false;
            }
            for (long uid : ScriptedServer.asked(command, session.selected())) {
                String body = command.contains("BODY") ? " BODY[] {5}\r\nwhole" : "";
                session.send("* 1 FETCH (UID " + uid + " RFC822.SIZE 4711" + body + ")\r\n");
            }
            session.send(tag + " OK done\r\n");
            return true;
        };
        Path run = fetch();
        assertThat(((SourceItem.Message) items(run).get("INBOX/1 (date of arrival unknown)")).witnesses())
                .isEmpty();
        try (BackupSource source = Sources.open(run)) {
            assertThat(source.describe().details()).contains("3 of 3 sizes otherwise");
        }
    }

    @Test
    void namesOfAllKindsAreTakenAndForeignOnesLeft() throws Exception {
        server.boxes.clear();
        server.capabilities = "IMAP4rev1 AUTH=PLAIN NAMESPACE";
        server.box("INBOX").mail(1, "", text(1));
        server.box("INBOX.&AMQ-rger.a/b").listLine = "(\\HasNoChildren) \".\" \"INBOX.&AMQ-rger.a/b\"";
        server.box("INBOX.two words").listLine = "() \".\" INBOX.two words";
        server.box("INBOX.back\\slash").listLine = "() \".\" {16}\r\nINBOX.back\\slash";
        server.box("INBOX.Level").listLine = "(\\Noselect) \".\" INBOX.Level";
        server.box("user.ben").listLine = "() \".\" user.ben";
        server.script = (session, tag, command) -> {
            if (!command.equals("NAMESPACE")) {
                return false;
            }
            session.send("* NAMESPACE ((\"INBOX.\" \".\")) ((\"user.\" \".\")) NIL\r\n" + tag + " OK\r\n");
            return true;
        };
        Path run = fetch();
        try (BackupSource source = Sources.open(run)) {
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().name())
                    .contains("two words", "back\\slash", "\u00c4rger.a/b", "INBOX");
        }
        Map<String, SourceItem> items = items(run);
        assertThat(items.values().stream().filter(SourceItem.Ignored.class::isInstance))
                .extracting(item -> ((SourceItem.Ignored) item).why())
                .containsExactlyInAnyOrder(
                        "another user's mailbox, or everybody's; fetch it from its owner's account",
                        "a level of names that holds no messages");
    }

    @Test
    void aMailboxThatDoesNotOpenIsSaidAndTheRestComes() throws Exception {
        server.box("Broken").mail(1, "", text(1));
        server.script = (session, tag, command) -> {
            if (!command.startsWith("EXAMINE \"Broken\"")) {
                return false;
            }
            session.send(tag + " NO [CORRUPTION] index damaged\r\n");
            return true;
        };
        Map<String, SourceItem> items = items(fetch());
        unreadable(items.get("Broken"), "does not open this mailbox", "index damaged");
        assertThat(items).hasSize(4);
    }

    @Test
    void messagesThatAreCountedAndNotListedAreSaid() throws Exception {
        server.script = (session, tag, command) -> {
            if (command.startsWith("EXAMINE")) {
                session.answer("*", command);
                session.send("* 7 EXISTS\r\n" + tag + " OK\r\n");
                return true;
            }
            return false;
        };
        unreadable(items(fetch()).get("INBOX (messages that are not listed)"), "counts 4 more messages");
    }

    @Test
    void gmailsAllMailIsFetchedOnceAndGivenOnce() throws Exception {
        server.capabilities = "IMAP4rev1 AUTH=PLAIN X-GM-EXT-1";
        server.boxes.clear();
        ScriptedServer.Box all = server.box("[Gmail]/All Mail");
        all.listLine = "(\\All) \"/\" \"[Gmail]/All Mail\"";
        ScriptedServer.Box inbox = server.box("INBOX");
        for (long n = 1; n <= 2; n++) {
            ScriptedServer.Mail mail =
                    new ScriptedServer.Mail("", "05-Jan-2026 08:00:00 +0100", text((int) n), "90" + n);
            all.mails.put(n, mail);
            if (n == 1) {
                inbox.mails.put(n, mail);
            }
        }
        Map<String, SourceItem> items = items(fetch());
        assertThat(content(items.get("INBOX/1"))).isEqualTo(text(1));
        assertThat(items.get("[Gmail].All Mail/1")).isInstanceOf(SourceItem.Duplicate.class);
        assertThat(content(items.get("[Gmail].All Mail/2"))).isEqualTo(text(2));
        assertThat(bodyFetches()).isEqualTo(2);
    }

    @Test
    void refusedLoginsAndOtherServersAreTold() {
        server.script = (session, tag, command) -> {
            if (!command.startsWith("AUTHENTICATE")) {
                return false;
            }
            session.send(tag + " NO [AUTHENTICATIONFAILED] wrong password\r\n");
            return true;
        };
        assertThatThrownBy(this::fetch)
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ACCESS_DENIED))
                .hasMessageContaining("refuses the login of ana: NO [AUTHENTICATIONFAILED] wrong password");
        server.greeting = "220 mail.example.org ESMTP";
        assertThatThrownBy(this::fetch).hasMessageContaining("is no IMAP server: it says '220 mail.example.org ESMTP'");
        assertThatThrownBy(() -> AccountFetch.run(
                        server.address(),
                        ImapLogin.password("x"),
                        SETTINGS.allowingPlaintext(false),
                        folder.resolve("other"),
                        Clock.systemUTC(),
                        Progress.SILENT))
                .isInstanceOf(OperatorException.class);
    }

    @Test
    void aPasswordNeverGoesOutWithoutTlsUnasked() {
        assertThatThrownBy(() -> AccountFetch.run(
                        server.address(),
                        ImapLogin.password("x"),
                        SETTINGS.allowingPlaintext(false),
                        folder.resolve("other"),
                        Clock.systemUTC(),
                        Progress.SILENT))
                .hasMessageContaining("offers no STARTTLS");
        assertThat(server.commands).noneMatch(line -> line.contains("AUTHENTICATE") || line.contains("LOGIN"));
    }

    @Test
    void aDamagedSpoolIsTold() throws Exception {
        Path run = fetch();
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("spool/messages-000001").toFile(), "rw")) {
            file.seek(10);
            file.write('#');
        }
        unreadable(items(run).get("INBOX/1"), "are not those that the server sent");
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("spool/journal").toFile(), "rw")) {
            file.seek(200);
            file.write('#');
        }
        assertThatThrownBy(() -> Sources.open(run)).hasMessageContaining("journal is damaged");
        assertThatThrownBy(this::fetch).hasMessageContaining("is damaged from octet");
    }

    @Test
    void addressesAreReadAndPasswordsInThemRefused() {
        assertThat(ImapAddress.parse("imaps://ana@mail.example.org/"))
                .isEqualTo(new ImapAddress(true, "ana", "mail.example.org", 993));
        assertThat(ImapAddress.parse("imaps:/ana@example.org@Mail.example.org:1993"))
                .isEqualTo(new ImapAddress(true, "ana@example.org", "mail.example.org", 1993));
        assertThat(ImapAddress.parse("imap://ana%40b@[::1]:143/").user()).isEqualTo("ana@b");
        assertThatThrownBy(() -> ImapAddress.parse("imaps://ana:geheim@mail.example.org/"))
                .hasMessageContaining("holds a password")
                .hasMessageNotContaining("geheim");
        for (String wrong :
                List.of("imaps://mail.example.org/", "imaps://a@b/INBOX", "imaps://a@b:99999/", "imaps://a@/")) {
            assertThatThrownBy(() -> ImapAddress.parse(wrong)).as(wrong).isInstanceOf(OperatorException.class);
        }
    }
}

package org.understudy.restore.source.maildir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.dovecot.IndexLog;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

final class MaildirSourceTest {
    @TempDir
    Path folder;

    @Test
    void flagsComeFromTheNameWhateverItsSeparator() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/1:2,DFPRSTac")
                .message("cur/2;2,S")
                .message("cur/3!2,RT")
                .message("cur/4")
                .message("new/5")
                .message("new/6:2,F")
                .file("dovecot-keywords", "0 $Label1\n1 Junk\n");
        Map<String, SourceItem.Message> messages = messages();
        assertThat(messages.get("cur/1:2,DFPRSTac").flags())
                .isEqualTo(Flags.of(
                        Flags.DRAFT | Flags.FLAGGED | Flags.ANSWERED | Flags.SEEN | Flags.DELETED,
                        List.of("$Forwarded", "$Label1", "unknown-2")));
        assertThat(messages.get("cur/2;2,S").flags()).isEqualTo(Flags.NONE.with(Flags.SEEN));
        assertThat(messages.get("cur/3!2,RT").flags()).isEqualTo(Flags.NONE.with(Flags.ANSWERED | Flags.DELETED));
        assertThat(messages.get("cur/4").flags()).isEqualTo(Flags.NONE);
        assertThat(messages.get("new/5").flags()).isEqualTo(Flags.NONE);
        assertThat(messages.get("new/6:2,F").flags()).isEqualTo(Flags.NONE.with(Flags.FLAGGED));
    }

    @Test
    void dateIsTheFilesTimeAndSizesAreWitnesses() throws Exception {
        Instant time = Instant.parse("2001-02-03T04:05:06Z");
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/9.M1.h,S=5,W=7:2,S", "a\nb\n\n".getBytes(StandardCharsets.US_ASCII), time)
                .message("cur/10.M1.h:2,S")
                .file("dovecot-uidlist", "3 V77 N9 Gab\n3 W55 S44 :10.M1.h\n");
        SourceItem.Message named = messages().get("cur/9.M1.h,S=5,W=7:2,S");
        assertThat(named.internalDate()).isEqualTo(time);
        assertThat(named.witnesses())
                .containsExactly(
                        new Witness.MaildirSize(5),
                        new Witness.MaildirVirtualSize(7),
                        new Witness.NotListed("dovecot-uidlist", false));
        assertThat(messages().get("cur/10.M1.h:2,S").witnesses())
                .containsExactly(new Witness.IndexSize(44, "dovecot-uidlist"), new Witness.MaildirVirtualSize(55));
    }

    @Test
    void uidsComeFromDovecotsListInBothVersionsAndFromCouriers() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h,S=5:2,S")
                .message("cur/8.M1.h,S=6,W=9:2,")
                .message("new/6.M1.h")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 P17 :8.M1.h\n9 :7.M1.h,S=5:2,FT\n")
                .file("courierimapuiddb", "1 5 9\n1 7.M1.h,S=5\n")
                .message(".One/cur/7.M1.h:2,S")
                .folder(".One")
                .file(".One/dovecot-uidlist", "1 1234567890 99\n98 7.M1.h\n")
                .message(".Two/cur/7.M1.h:2,S")
                .folder(".Two")
                .file(".Two/courierimapuiddb", "1 42 18\n17 7.M1.h\n");
        Map<String, SourceItem.Message> messages = messages();
        assertThat(messages.get("cur/8.M1.h,S=6,W=9:2,").uid()).isEqualTo(4);
        assertThat(messages.get("cur/7.M1.h,S=5:2,S").uid()).isEqualTo(9);
        assertThat(messages.get("new/6.M1.h").uid()).isZero();
        assertThat(messages.get(".One/cur/7.M1.h:2,S").uid()).isEqualTo(98);
        assertThat(messages.get(".Two/cur/7.M1.h:2,S").uid()).isEqualTo(17);
        assertThat(messages.keySet().stream().limit(3))
                .as("by UID, those without last")
                .containsExactly("cur/8.M1.h,S=6,W=9:2,", "cur/7.M1.h,S=5:2,S", "new/6.M1.h");
        try (BackupSource source = open()) {
            assertThat(source.mailboxes().stream().map(BackupSource.MailboxInfo::uidValidity))
                    .containsExactly(1700L, 1234567890L, 42L);
        }
    }

    @Test
    void aUidThatIsNamedTwiceIsGivenOnce() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h:2,")
                .message("cur/7.M1.h:2,S")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 :7.M1.h\n4 :8.M1.h\n");
        assertThat(messages().values().stream().map(SourceItem.Message::uid)).containsExactly(4L, 0L);
        assertThat(why("dovecot-uidlist")).contains("1 of its 3 lines cannot be read, the first is line 3");
    }

    @Test
    void aListedMessageWithoutFileIsGivenAsUnreadable() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h:2,")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 :7.M1.h\n5 :8.M1.h,S=5\n6 :9.M1.h\n");
        Map<String, SourceItem> items = items();
        assertThat(List.copyOf(items.keySet()).subList(0, 3))
                .containsExactly("cur/7.M1.h:2,", "cur/8.M1.h,S=5", "cur/9.M1.h");
        assertThat(unreadable(items, "cur/8.M1.h,S=5"))
                .isEqualTo("named in dovecot-uidlist as UID 5, and the file is not there; no index here says whether it"
                        + " was expunged");
        assertThat(why("dovecot-uidlist")).contains("names 2 messages that are missing");
    }

    @Test
    void dovecotsIndexTellsExpungedMessagesFromMissingOnes() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h:2,")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 :7.M1.h\n5 :8.M1.h\n6 :9.M1.h\n7 :10.M1.h\n");
        Files.write(
                folder.resolve("joe/dovecot.index.log"),
                new IndexLog(1700, 1).append(4, 5, 6).expunge(5, 5).bytes());
        Map<String, SourceItem> items = items();
        assertThat(items).doesNotContainKey("cur/8.M1.h");
        assertThat(unreadable(items, "cur/9.M1.h")).contains("Dovecot's index says that the mailbox has it");
        assertThat(unreadable(items, "cur/10.M1.h")).as("newer than the index").contains("no index here says");
        assertThat(why("dovecot-uidlist"))
                .contains("names 1 message that Dovecot's index says was expunged")
                .contains("names 2 messages that are missing");
    }

    @Test
    void flagsThatDovecotsIndexHasOtherwiseAreAWitness() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h:2,S")
                .message("cur/8.M1.h:2,")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 :7.M1.h\n5 :8.M1.h\n");
        Files.write(
                folder.resolve("joe/dovecot.index.log"),
                new IndexLog(1700, 1).append(4, 5).bytes());
        assertThat(messages().get("cur/7.M1.h:2,S").witnesses())
                .as("as the index has them")
                .isEmpty();
        assertThat(messages().get("cur/8.M1.h:2,").witnesses())
                .containsExactly(new Witness.IndexFlags(Flags.NONE.with(Flags.SEEN), "Dovecot's index"));
    }

    @Test
    void aFileThatTheListDoesNotNameCarriesThatAsAWitness() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h:2,")
                .message("cur/7.M1.h:2,S")
                .message("cur/renamed:2,S")
                .message("new/8.M1.h")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 :7.M1.h\n");
        Map<String, SourceItem.Message> messages = messages();
        assertThat(messages.get("cur/7.M1.h:2,").witnesses()).isEmpty();
        assertThat(messages.get("cur/7.M1.h:2,S").witnesses())
                .containsExactly(new Witness.NotListed("dovecot-uidlist", true));
        assertThat(messages.get("cur/renamed:2,S").witnesses())
                .containsExactly(new Witness.NotListed("dovecot-uidlist", false));
        assertThat(messages.get("new/8.M1.h").witnesses()).isEmpty();
    }

    @Test
    void aDamagedListCostsUidsAndNoMessages() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/7.M1.h:2,")
                .message("cur/8.M1.h:2,")
                .file("dovecot-uidlist", "3 V1700 N9 Gab\n4 :7.M1.h\n" + "\0".repeat(4096));
        assertThat(messages().values().stream().map(SourceItem.Message::uid)).containsExactly(4L, 0L);
        assertThat(why("dovecot-uidlist")).contains("cannot be read");
    }

    @Test
    void courierKeywordsComeFromTheListAndItsUpdates() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/1.M1.h:2,S")
                .message("cur/2.M1.h:2,")
                .message("cur/3.M1.h:2,")
                .file("courierimapkeywords/:list", "Work\nJunk\n\n1.M1.h:0 1\n2.M1.h:0\n3.M1.h:0\n")
                .file("courierimapkeywords/2.M1.h", "Later\n")
                .file("courierimapkeywords/.1.3.M1.h", "Older\n")
                .file("courierimapkeywords/.10.3.M1.h", "Newest\n");
        Map<String, SourceItem.Message> messages = messages();
        assertThat(messages.get("cur/1.M1.h:2,S").flags()).isEqualTo(Flags.of(Flags.SEEN, List.of("Work", "Junk")));
        assertThat(messages.get("cur/2.M1.h:2,").flags()).isEqualTo(Flags.of(0, List.of("Later")));
        assertThat(messages.get("cur/3.M1.h:2,").flags()).isEqualTo(Flags.of(0, List.of("Newest")));
        assertThat(why("courierimapkeywords/:list")).contains("Courier's keywords");
    }

    @Test
    void mailboxNamesAreDecodedAndKeptApart() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .folder(".Archive.2021.04")
                .folder(".Entw&APw-rfe")
                .folder(".Gelöscht")
                .folder(".R&D")
                .folder(".A&-B")
                .folder(".INBOX")
                .folder(".INBOX.Sub")
                .folder(".a..b")
                .folder("v1.0")
                .folder("v1_0")
                .folder("Deep/er/est");
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "INBOX",
                        "Archive.2021.04",
                        "Entwürfe",
                        "Gelöscht",
                        "R&D",
                        "A&B",
                        "INBOX~2",
                        "INBOX~2.Sub",
                        "a._.b",
                        "v1_0~2",
                        "v1_0",
                        "Deep.er.est");
    }

    @Test
    void namesThatAreNoUtf8AreReadAndShownEscaped() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"));
        String script = "cd \"$1\" && mkdir -p \"$(printf '.Gel\\366scht')/cur\" \"$(printf '.Gel\\366scht')/new\""
                + " && printf 'Subject: x\\n\\nbody\\n' > \"$(printf '.Gel\\366scht/cur/1\\344:2,S')\"";
        int exit = new ProcessBuilder(
                        "sh", "-c", script, "sh", folder.resolve("joe").toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
        SourceItem.Message message = messages().get(".Gel\\xf6scht/cur/1\\xe4:2,S");
        assertThat(message.mailbox()).isEqualTo(new SourceMailbox("joe", "Gel\\xf6scht"));
        assertThat(message.flags()).isEqualTo(Flags.NONE.with(Flags.SEEN));
        assertThat(BackupSourceContract.sha256(message)).hasSize(64);
    }

    @Test
    void subscriptionsAreReadInAllTheirForms() throws Exception {
        Path v2 = folder.resolve("v2");
        MaildirBuilder.at(v2)
                .folder(".Archive.2021")
                .folder(".Sent")
                .file("subscriptions", "V\t2\n\nArchive\t2021\nINBOX\nGone\n");
        assertThat(subscribed(v2)).containsExactly("Archive.2021", "INBOX");
        Path v1 = folder.resolve("v1");
        MaildirBuilder.at(v1).folder(".Archive.2021").folder(".Sent").file("subscriptions", "Archive.2021\n");
        assertThat(subscribed(v1)).containsExactly("Archive.2021");
        Path nested = folder.resolve("nested");
        MaildirBuilder.at(nested).folder("Archive/v.2").folder("Sent").file("subscriptions", "Archive/v.2\nSent\n");
        assertThat(subscribed(nested)).containsExactly("Archive.v_2", "Sent");
        Path courier = folder.resolve("courier");
        MaildirBuilder.at(courier)
                .folder(".Entw&APw-rfe")
                .folder(".Sent")
                .file("courierimapsubscribed", "INBOX\nINBOX.Entw&APw-rfe\n");
        assertThat(subscribed(courier)).containsExactly("Entwürfe", "INBOX");
    }

    @Test
    void usersAreNamedByWhereTheirMaildirLies() throws Exception {
        MaildirBuilder.at(folder.resolve("home/Joe/Maildir"));
        MaildirBuilder.at(folder.resolve("home/kim/.maildir"));
        MaildirBuilder.at(folder.resolve("vmail/example.org/ann"));
        MaildirBuilder.at(folder.resolve("vmail/example.org/bob/Maildir"));
        MaildirBuilder.at(folder.resolve("vmail/example.net/c/ca/cat-2020.01.02.03.04.05/Maildir"));
        MaildirBuilder.at(folder.resolve("spool.old/dan/Maildir"));
        MaildirBuilder.at(folder.resolve("flat/eve@example.com"));
        MaildirBuilder.at(folder.resolve("one/fay/Maildir"));
        MaildirBuilder.at(folder.resolve("two/fay/Maildir"));
        assertThat(mailboxes(folder).stream().map(SourceMailbox::user))
                .containsExactly(
                        "ann@example.org",
                        "bob@example.org",
                        "cat@example.net",
                        "dan",
                        "eve@example.com",
                        "joe",
                        "kim",
                        "one/fay/maildir",
                        "two/fay/maildir");
    }

    @Test
    void usersCanBeRenamedAndChosen() throws Exception {
        MaildirBuilder.at(folder.resolve("joe/Maildir")).message("cur/1:2,");
        MaildirBuilder.at(folder.resolve("kim/Maildir")).message("cur/1:2,");
        Files.writeString(folder.resolve("README"), "x");
        try (BackupSource source = MaildirSource.open(
                folder, new SourceOptions(Map.of("JOE", "Joe@Example.org"), Set.of("joe@example.org")))) {
            assertThat(BackupSourceContract.all(source, 0))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            SourceItem.Message.class,
                            m -> assertThat(m.mailbox()).isEqualTo(new SourceMailbox("joe@example.org", "INBOX")));
        }
        assertThatThrownBy(() -> MaildirSource.open(folder, new SourceOptions(Map.of("joe", "kim"), Set.of())))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
    }

    @Test
    void backupsWithoutEmptyDirectoriesAreRead() throws Exception {
        Files.createDirectories(folder.resolve("joe/Maildir/.Sent/cur"));
        Files.writeString(folder.resolve("joe/Maildir/.Sent/cur/1700000001.M1.h:2,S"), "Subject: x\n\nx\n");
        Files.createDirectories(folder.resolve("kim/Maildir/new"));
        Files.writeString(folder.resolve("kim/Maildir/new/1700000001.M1.h"), "Subject: x\n\nx\n");
        assertThat(mailboxes(folder))
                .containsExactly(new SourceMailbox("joe", "Sent"), new SourceMailbox("kim", "INBOX"));
    }

    @Test
    void filesThatAreNoMessagesSayWhatTheyAre() throws Exception {
        Mess.layOut(folder.resolve("joe"));
        Map<String, SourceItem> items = items();
        assertThat(unreadable(items, "ana/Maildir/cur/1700000007.M1P1.host,S=312:2,S"))
                .isEqualTo("the file is empty; its name states 312 octets");
        assertThat(unreadable(items, "ana/Maildir/cur/1700000011.M1P1.host:2,S"))
                .contains("symbolic link to /etc/hostname, outside this source");
        assertThat(unreadable(items, "ana/Maildir/cur/1700000013.M1P1.host:2,S"))
                .contains("something that does not exist");
        assertThat(ignored(items, "ana/Maildir/cur/1700000012.M1P1.host:2,S")).contains("under its own path");
        assertThat(unreadable(items, "ana/Maildir/.Shared")).contains("symbolic link to /etc");
        assertThat(unreadable(items, "ana/Maildir/cur/1700000014.pipe:2,")).contains("is a named pipe");
        assertThat(unreadable(items, "ana/Maildir/new/s")).contains("is a socket");
        assertThat(unreadable(items, "ana/Maildir/cur/directory")).contains("a directory where a message");
        assertThat(unreadable(items, "ana/Maildir/cur/directory/1700000005.M1P1.host:2,"))
                .contains("a directory within cur");
        assertThat(unreadable(items, "ana/Maildir/1700000006.M1P1.host:2,S")).contains("named like a message");
        assertThat(unreadable(items, "ana/Maildir/cur/.1700000008.M1P1.host:2,S.aB3dE9"))
                .contains("rsync");
        assertThat(ignored(items, "ana/Maildir/cur/.DS_Store")).contains("macOS");
        assertThat(ignored(items, "ana/Maildir/tmp/1700000004.M1P1.host")).contains("never finished");
        assertThat(ignored(items, "ana/Maildir/sieve/rules.sieve")).contains("Sieve");
        assertThat(ignored(items, "ben/Maildir/Work/notes.txt")).contains("outside any mailbox");
        assertThat(ignored(items, "README")).contains("outside any mailbox");
        assertThat(unreadable(items, "saved.eml")).contains("begins as a message does", "a source of its own");
    }

    @Test
    void aFileThatVanishesIsGivenAsUnreadable() throws Exception {
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/1:2,")
                .message("cur/2:2,")
                .message("cur/3:2,");
        Map<String, SourceItem> items = new LinkedHashMap<>();
        try (BackupSource source = open()) {
            source.read(0, item -> {
                items.put(item.ref().path(), item);
                Files.deleteIfExists(folder.resolve("joe/cur/2:2,"));
            });
        }
        assertThat(unreadable(items, "cur/2:2,")).contains("vanished after it was listed");
        assertThat(items.get("cur/3:2,")).isInstanceOf(SourceItem.Message.class);
    }

    @Test
    void withoutPermissionFilesAndDirectoriesAreGivenAsUnreadable() throws Exception {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may read everything");
        MaildirBuilder.at(folder.resolve("joe"))
                .message("cur/1:2,")
                .message("cur/2:2,")
                .folder(".Shut")
                .message(".Shut/cur/1:2,");
        Path shut = folder.resolve("joe/.Shut/cur");
        Files.setPosixFilePermissions(folder.resolve("joe/cur/1:2,"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));
        try {
            Map<String, SourceItem> items = items();
            assertThat(unreadable(items, "cur/1:2,")).contains("permission denied");
            assertThat(items.get("cur/2:2,")).isInstanceOf(SourceItem.Message.class);
            assertThat(unreadable(items, ".Shut/cur"))
                    .contains("cannot be listed")
                    .contains("permission denied");
        } finally {
            Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private BackupSource open() throws IOException {
        return MaildirSource.open(folder.resolve("joe"), SourceOptions.ALL);
    }

    private Map<String, SourceItem> items() throws IOException {
        Map<String, SourceItem> items = new LinkedHashMap<>();
        try (BackupSource source = open()) {
            source.read(0, item -> items.put(item.ref().path(), item));
        }
        return items;
    }

    private Map<String, SourceItem.Message> messages() throws IOException {
        Map<String, SourceItem.Message> messages = new LinkedHashMap<>();
        items().forEach((path, item) -> {
            if (item instanceof SourceItem.Message message) {
                messages.put(path, message);
            }
        });
        return messages;
    }

    private List<String> names() throws IOException {
        try (BackupSource source = open()) {
            return source.mailboxes().stream()
                    .map(info -> info.mailbox().name())
                    .toList();
        }
    }

    private static List<SourceMailbox> mailboxes(Path root) throws IOException {
        try (BackupSource source = MaildirSource.open(root, SourceOptions.ALL)) {
            return source.mailboxes().stream()
                    .map(BackupSource.MailboxInfo::mailbox)
                    .toList();
        }
    }

    private static List<String> subscribed(Path root) throws IOException {
        try (BackupSource source = MaildirSource.open(root, SourceOptions.ALL)) {
            return source.mailboxes().stream()
                    .filter(BackupSource.MailboxInfo::subscribed)
                    .map(info -> info.mailbox().name())
                    .toList();
        }
    }

    private String why(String path) throws IOException {
        return ignored(items(), path);
    }

    private static String ignored(Map<String, SourceItem> items, String path) {
        assertThat(items.get(path)).as(path).isInstanceOf(SourceItem.Ignored.class);
        return ((SourceItem.Ignored) items.get(path)).why();
    }

    private static String unreadable(Map<String, SourceItem> items, String path) {
        assertThat(items.get(path)).as(path).isInstanceOf(SourceItem.Unreadable.class);
        return ((SourceItem.Unreadable) items.get(path)).why();
    }
}

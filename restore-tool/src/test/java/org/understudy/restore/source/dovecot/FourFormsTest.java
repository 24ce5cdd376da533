package org.understudy.restore.source.dovecot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.imap.ImapLogin;
import org.understudy.restore.source.maildir.MaildirBuilder;

/**
 * The same mail in a real Dovecot as Maildir, sdbox and mdbox, and as an IMAP account: all four give the same messages,
 * flags and dates. Skipped where Dovecot is not installed.
 */
final class FourFormsTest {
    private static final Path CORPUS = Path.of(java.util.Objects.requireNonNullElse(
            System.getenv("UNDERSTUDY_CORPUS"), System.getProperty("understudy.root", "..") + "/../shared/corpus"));

    @TempDir
    Path folder;

    private Path maildir() {
        MaildirBuilder mail = MaildirBuilder.at(folder.resolve("from/ana"))
                .file("dovecot-keywords", "0 $Forwarded\n1 work\n")
                .folder(".Sent")
                .folder(".Projects.&AMQ-rger");
        for (int i = 1; i <= 30; i++) {
            mail.message("cur/17%08d.M%d.host:2,%s".formatted(i, i, i % 3 == 0 ? "S" : i % 3 == 1 ? "FSa" : "Rb"));
        }
        mail.message(".Sent/cur/1700001000.M1.host:2,S")
                .message(".Sent/cur/1700001001.M2.host:2,DS")
                .message(".Projects.&AMQ-rger/cur/1700002000.M1.host:2,T")
                .message(
                        ".Projects.&AMQ-rger/new/1700002001.M2.host",
                        "From: ana@example.org\nSubject: 8 bit\n\nGr\u00fc\u00dfe\nFrom here on\n>From there\n"
                                + "x".repeat(400_000) + "\n");
        return mail.home();
    }

    @Test
    void aSmallMailboxIsTheSameInAllFourForms() throws Exception {
        try (Dovecot dovecot = Dovecot.start(folder)) {
            FourForms forms = new FourForms(dovecot, folder);
            Path maildir = maildir();
            List<String> shown = forms.compare("ana", maildir, "maildir:" + maildir);
            assertThat(shown).hasSize(34);
            assertThat(forms.account("ana", new ImapLogin("admin", Dovecot.MASTER_PASSWORD, false)))
                    .as("as administrator for the user")
                    .isEqualTo(shown);
        }
    }

    @Test
    void changesThatDovecotMadeAreReadFromItsIndexes() throws Exception {
        try (Dovecot dovecot = Dovecot.start(folder)) {
            FourForms forms = new FourForms(dovecot, folder);
            Path maildir = maildir();
            forms.compare("ana", maildir, "maildir:" + maildir);
            for (String form : List.of("maildir", "sdbox", "mdbox")) {
                String location = form + ":~/" + form;
                dovecot.admin(location, "flags add", "ana", "\\Flagged later", "mailbox", "INBOX", "uid", "1:20");
                dovecot.admin(location, "flags remove", "ana", "\\Seen work", "mailbox", "INBOX", "uid", "5:25");
                dovecot.admin(location, "copy", "ana", "Sent", "mailbox", "INBOX", "uid", "3:4");
                dovecot.admin(location, "move", "ana", "Sent", "mailbox", "INBOX", "uid", "6");
                dovecot.admin(location, "expunge", "ana", "mailbox", "INBOX", "uid", "7:9");
                if (form.equals("mdbox")) {
                    assertThat(ignored(dovecot)).as("expunged and not purged").isEqualTo(3);
                    dovecot.admin(location, "purge", "ana");
                    assertThat(ignored(dovecot)).as("purged").isZero();
                }
            }
            List<String> inMaildir =
                    FourForms.shown(Sources.open(dovecot.home("ana").resolve("maildir")));
            assertThat(inMaildir).hasSize(33);
            assertThat(FourForms.shown(Sources.open(dovecot.home("ana").resolve("sdbox"))))
                    .isEqualTo(inMaildir);
            assertThat(FourForms.shown(Sources.open(dovecot.home("ana").resolve("mdbox"))))
                    .isEqualTo(inMaildir);
            assertThat(forms.account("ana", ImapLogin.password(Dovecot.PASSWORD)))
                    .as("fetched on top of what was there")
                    .isEqualTo(inMaildir);
        }
    }

    private static long ignored(Dovecot dovecot) throws Exception {
        long[] expunged = new long[1];
        try (BackupSource source = Sources.open(dovecot.home("ana").resolve("mdbox"))) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Ignored ignored && ignored.why().contains("doveadm purge")) {
                    expunged[0]++;
                }
            });
        }
        return expunged[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"beck-s", "shapiro-r", "skilling-j"})
    void realMailIsTheSameInAllFourForms(String user) throws Exception {
        Path archive = CORPUS.resolve("maildir-enron-users.tar.gz");
        assumeTrue(Files.exists(archive), "no corpus beside the project: " + archive);
        try (Dovecot dovecot = Dovecot.start(folder)) {
            Path from = Files.createDirectories(folder.resolve("from"));
            assertThat(new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", from.toString(), "--no-same-owner")
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
            String layout = user.equals("skilling-j") ? ":LAYOUT=fs" : "";
            Path maildir = from.resolve("maildir-enron-users").resolve(user).resolve("Maildir");
            assertThat(new FourForms(dovecot, folder).compare(user, maildir, "maildir:" + maildir + layout))
                    .isNotEmpty();
        }
    }
}

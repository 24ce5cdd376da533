package org.understudy.restore.source.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.imap.AccountFetch;
import org.understudy.restore.source.imap.ImapAddress;
import org.understudy.restore.source.imap.ImapLogin;
import org.understudy.restore.source.imap.ImapSettings;

/** The same mail in a real Dovecot as Maildir, sdbox and mdbox, and as an IMAP account, read by our sources. */
final class FourForms {
    private static final ImapSettings SETTINGS = ImapSettings.STANDARD
            .allowingPlaintext(true)
            .waiting(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMillis(100));

    private final Dovecot dovecot;
    private final Path folder;

    /** @param folder where what is fetched by IMAP goes */
    FourForms(Dovecot dovecot, Path folder) {
        this.dovecot = dovecot;
        this.folder = folder;
    }

    /** All that is the same of a message in any form: mailbox, octets with CRLF, flags, keywords and second of arrival. */
    static List<String> shown(BackupSource source) throws Exception {
        List<String> shown = new ArrayList<>();
        try (source) {
            source.read(0, item -> {
                switch (item) {
                    case SourceItem.Message m ->
                        shown.add(String.join(
                                "|",
                                m.mailbox().name(),
                                digest(m),
                                m.flags().toString(),
                                Long.toString(m.internalDate().getEpochSecond())));
                    case SourceItem.Unreadable u -> throw new AssertionError(u.toString());
                    case SourceItem.Duplicate d -> throw new AssertionError(d.toString());
                    case SourceItem.Ignored i -> assertThat(i.why()).doesNotContain("cannot", "damaged", "missing");
                }
            });
        }
        Collections.sort(shown);
        return shown;
    }

    private static String digest(SourceItem.Message message) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (InputStream in = message.content().open()) {
            int before = 0;
            for (int octet : in.readAllBytes()) {
                if (octet == '\n' && before != '\r') {
                    lines.write('\r');
                }
                lines.write(octet);
                before = octet;
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(lines.toByteArray()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> account(String user, ImapLogin login) throws Exception {
        Path run = AccountFetch.run(
                ImapAddress.parse("imap://" + user + "@127.0.0.1:" + dovecot.port() + "/"),
                login,
                SETTINGS,
                folder.resolve("spool-" + user),
                Clock.systemUTC(),
                Progress.SILENT);
        return shown(Sources.open(run));
    }

    /**
     * Has Dovecot copy mail into each form, and compares what we read of each.
     *
     * @param from a mail location of Dovecot's: form, colon, path and settings
     * @return what is in all four, a line each
     */
    List<String> compare(String user, Path mail, String from) throws Exception {
        try (Stream<Path> all = Files.walk(mail)) {
            all.forEach(FourForms::open);
        }
        for (String form : List.of("maildir", "sdbox", "mdbox")) {
            dovecot.admin(form + ":~/" + form, "import -s", user, from, "", "all");
        }
        List<String> inMaildir = shown(Sources.open(dovecot.home(user).resolve("maildir")));
        same(
                "sdbox of " + user,
                inMaildir,
                shown(Sources.open(dovecot.home(user).resolve("sdbox"))));
        same(
                "mdbox of " + user,
                inMaildir,
                shown(Sources.open(dovecot.home(user).resolve("mdbox"))));
        same("IMAP account of " + user, inMaildir, account(user, ImapLogin.password(Dovecot.PASSWORD)));
        return inMaildir;
    }

    private static void same(String form, List<String> inMaildir, List<String> shown) {
        List<String> missing = new ArrayList<>(inMaildir);
        shown.forEach(missing::remove);
        List<String> added = new ArrayList<>(shown);
        inMaildir.forEach(added::remove);
        assertThat(missing)
                .as("in the Maildir alone, and not in the %s, which has %s", form, added)
                .isEmpty();
        assertThat(added).as("in the %s alone", form).isEmpty();
    }

    /** Dovecot reads as another user than the test. */
    private static void open(Path path) {
        try {
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxrwxrwx" : "rw-rw-rw-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

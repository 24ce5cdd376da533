package org.understudy.restore.source.dovecot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.storage.keyspace.Flags;

/**
 * All of a corpus's mail in a real Dovecot in four forms: {@code benchmarks/forms CORPUS FOLDER}. Its Maildirs and its mbox go
 * in as they are, what is in lists and archives as Maildirs made of them. Ends with the number of messages that were the same
 * in all forms, or with the first user whose are not.
 */
public final class FormsTrial {
    private final Path folder;
    private final FourForms forms;
    private int users;
    private int messages;

    private FormsTrial(Path folder, FourForms forms) {
        this.folder = folder;
        this.forms = forms;
    }

    public static void main(String[] words) throws Exception {
        if (words.length != 2) {
            System.err.println("usage: benchmarks/forms CORPUS NEW-FOLDER");
            System.exit(2);
        }
        Path corpus = Path.of(words[0]).toAbsolutePath();
        Path folder = Files.createDirectory(Path.of(words[1]).toAbsolutePath());
        try (Dovecot dovecot = Dovecot.start(folder)) {
            FormsTrial trial = new FormsTrial(folder, new FourForms(dovecot, folder));
            trial.maildirs(corpus.resolve("maildir-enron-users.tar.gz"));
            trial.maildirs(corpus.resolve("maildir-list-subscribers.tar.gz"));
            trial.mboxes(corpus.resolve("mbox-dovecot-user.tar.gz"));
            for (String archive : List.of(
                    "list-linux-integrity-2023.mboxrd.gz",
                    "spamassassin-easy_ham.mboxo.gz",
                    "spamassassin-spam.mboxo.gz",
                    "eml-export.zip",
                    "fixtures-dkim.tar.gz")) {
                trial.made(corpus.resolve(archive));
            }
            trial.files(corpus.resolve("fixtures-mime.tar.gz"));
            System.out.printf(
                    "%d users, %d messages: the same as Maildir, sdbox, mdbox and IMAP account%nPASSED%n",
                    trial.users, trial.messages);
        }
    }

    private Path unpacked(Path archive) throws Exception {
        Path to = Files.createDirectories(
                folder.resolve("from").resolve(archive.getFileName().toString()));
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", to.toString(), "--no-same-owner")
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException(archive + " cannot be unpacked");
        }
        return to;
    }

    private void maildirs(Path archive) throws Exception {
        for (Path maildir : found(unpacked(archive), "Maildir")) {
            String user = maildir.getParent().getFileName().toString();
            compare(user, maildir, "maildir:" + maildir + (user.equals("skilling-j") ? ":LAYOUT=fs" : ""));
        }
    }

    private static List<Path> found(Path below, String name) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(path -> path.getFileName().toString().equals(name))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        }
    }

    private void mboxes(Path archive) throws Exception {
        Path mail = found(unpacked(archive), "mail").getFirst();
        compare("mbox-user", mail.getParent(), "mbox:" + mail + ":INBOX=" + mail.resolveSibling("inbox"));
    }

    /** A Maildir of the messages that a source gives, all in INBOX. */
    private void made(Path archive) throws Exception {
        Path maildir = emptyMaildir(archive);
        int[] number = new int[1];
        try (BackupSource source = Sources.open(archive)) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message) {
                    Path file = maildir.resolve(name(number[0]++) + letters(message));
                    try (InputStream in = message.content().open()) {
                        Files.copy(in, file);
                    }
                    Files.setLastModifiedTime(file, FileTime.from(message.internalDate()));
                }
            });
        }
        compare(maildir.getFileName().toString(), maildir, "maildir:" + maildir);
    }

    /**
     * A Maildir of all files of an archive that are no mail server's own. Those with a NUL octet stay out: IMAP has none (RFC
     * 9051, section 9, CHAR8), and Dovecot sends something else in its place.
     */
    private void files(Path archive) throws Exception {
        Path maildir = emptyMaildir(archive);
        List<Path> mail;
        try (Stream<Path> all = Files.walk(unpacked(archive))) {
            mail = all.filter(Files::isRegularFile)
                    .filter(path -> !path.getFileName().toString().startsWith("dovecot"))
                    .filter(path -> path.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
        int withNul = 0;
        for (int number = 0; number < mail.size(); number++) {
            if (Files.readString(mail.get(number), StandardCharsets.ISO_8859_1).indexOf(0) >= 0) {
                withNul++;
            } else {
                Files.copy(mail.get(number), maildir.resolve(name(number)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        System.out.printf("%d messages of %s have a NUL octet and stay out%n", withNul, archive.getFileName());
        compare(maildir.getFileName().toString(), maildir, "maildir:" + maildir);
    }

    private Path emptyMaildir(Path archive) throws IOException {
        String user = archive.getFileName().toString().replaceAll("\\..*", "");
        Path maildir = folder.resolve("from").resolve("made").resolve(user);
        for (String part : List.of("cur", "new", "tmp")) {
            Files.createDirectories(maildir.resolve(part));
        }
        return maildir;
    }

    private static String name(int number) {
        return "cur/%d.M%d.host:2,".formatted(1_700_000_000 + number, number);
    }

    private static String letters(SourceItem.Message message) {
        int system = message.flags().system();
        return ((system & Flags.FLAGGED) != 0 ? "F" : "")
                + ((system & Flags.ANSWERED) != 0 ? "R" : "")
                + ((system & Flags.SEEN) != 0 ? "S" : "");
    }

    private void compare(String user, Path mail, String from) throws Exception {
        int same = forms.compare(user, mail, from).size();
        users++;
        messages += same;
        System.out.printf("%-40s %,6d messages the same in four forms%n", user, same);
    }
}

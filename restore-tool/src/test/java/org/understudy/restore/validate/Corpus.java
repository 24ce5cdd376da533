package org.understudy.restore.validate;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/**
 * Real mail beside the project, where there is any: {@code ../shared/corpus} seen from the project's root, or the directory
 * that the environment names as {@code UNDERSTUDY_CORPUS}.
 */
public final class Corpus {
    /** One message of an archive. */
    public record Mail(String archive, String name, byte[] bytes, List<Witness> witnesses, Instant date) {
        public SourceItem.Message item() {
            return new SourceItem.Message(
                    new ItemRef(0, name),
                    new SourceMailbox("user", "INBOX"),
                    0,
                    date,
                    NO_FLAGS,
                    Content.of(bytes),
                    witnesses);
        }

        public boolean fixture() {
            return archive.startsWith("fixtures");
        }

        public Mail with(byte[] changed, boolean keepWitnesses) {
            return new Mail(archive, name, changed, keepWitnesses ? witnesses : List.of(), date);
        }
    }

    static final Flags NO_FLAGS = Flags.NONE;

    private static final Pattern SIZES = Pattern.compile(",([SW])=(\\d+)");
    private static final Pattern MBOX_LINE = Pattern.compile("(?m)^From [^\\n]*\\d\\d:\\d\\d[^\\n]*\\n");

    private final Path directory;

    private Corpus(Path directory) {
        this.directory = directory;
    }

    /** Where it lies. */
    public Path directory() {
        return directory;
    }

    /** Where the corpus would be; check {@link #present()}. */
    public static Corpus find() {
        String named = System.getenv("UNDERSTUDY_CORPUS");
        if (named != null) {
            return new Corpus(Path.of(named));
        }
        String root = System.getProperty("understudy.root", "..");
        return new Corpus(Path.of(root)
                .toAbsolutePath()
                .normalize()
                .resolve("../shared/corpus")
                .normalize());
    }

    public static Corpus at(Path directory) {
        return new Corpus(directory);
    }

    public boolean present() {
        return Files.isReadable(directory.resolve("maildir-enron-users.tar.gz"));
    }

    public void each(Consumer<Mail> sink) throws IOException {
        for (String name :
                List.of("maildir-enron-users", "maildir-list-subscribers", "fixtures-mime", "fixtures-dkim")) {
            tar(name, sink);
        }
        zip(sink);
        tar("mbox-dovecot-user", mail -> split(mail.archive(), mail.name(), mail.bytes(), false, sink));
        for (String name :
                List.of("list-linux-integrity-2023.mboxrd", "spamassassin-easy_ham.mboxo", "spamassassin-spam.mboxo")) {
            mbox(name, sink);
        }
    }

    public List<Mail> all() throws IOException {
        List<Mail> mails = new ArrayList<>();
        each(mails::add);
        return mails;
    }

    private void tar(String archive, Consumer<Mail> sink) throws IOException {
        boolean maildir = archive.startsWith("maildir");
        try (DataInputStream in = new DataInputStream(
                new GZIPInputStream(Files.newInputStream(directory.resolve(archive + ".tar.gz")), 1 << 16))) {
            String longName = "";
            Map<String, String> pax = new HashMap<>();
            byte[] header = new byte[512];
            while (true) {
                try {
                    in.readFully(header);
                } catch (EOFException end) {
                    return;
                }
                if (header[0] == 0) {
                    return;
                }
                long size = number(header, 124, 12);
                byte[] content = new byte[Math.toIntExact(size)];
                in.readFully(content);
                in.skipNBytes((512 - size % 512) % 512);
                char kind = (char) header[156];
                if (kind == 'L') {
                    longName = text(content, 0, content.length);
                    continue;
                }
                if (kind == 'x') {
                    paxRecords(content, pax);
                    continue;
                }
                String prefix =
                        text(header, 257, 5).equals("ustar") && header[263] == '0' ? text(header, 345, 155) : "";
                String name = pax.getOrDefault(
                        "path",
                        !longName.isEmpty() ? longName : (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100));
                Instant date = Instant.ofEpochSecond(
                        pax.containsKey("mtime")
                                ? (long) Double.parseDouble(pax.get("mtime"))
                                : number(header, 136, 12));
                longName = "";
                pax.clear();
                boolean file = kind == '0' || kind == 0;
                if (file && (!maildir || name.contains("/cur/") || name.contains("/new/")) && !isAdministrative(name)) {
                    sink.accept(new Mail(archive, name, content, sizes(name), date));
                }
            }
        }
    }

    private static boolean isAdministrative(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        return file.startsWith("dovecot")
                || file.endsWith(".py")
                || file.equals("README")
                || file.startsWith("LICENSE")
                || file.equals(".subscriptions")
                || file.equals("maildirfolder")
                || file.equals("subscriptions");
    }

    private static void paxRecords(byte[] content, Map<String, String> into) {
        String all = new String(content, StandardCharsets.UTF_8);
        for (String line : all.split("\n")) {
            int blank = line.indexOf(' ');
            int equals = line.indexOf('=');
            if (blank > 0 && equals > blank) {
                into.put(line.substring(blank + 1, equals), line.substring(equals + 1));
            }
        }
    }

    private static List<Witness> sizes(String name) {
        List<Witness> witnesses = new ArrayList<>();
        Matcher matcher = SIZES.matcher(name);
        while (matcher.find()) {
            long octets = Long.parseLong(matcher.group(2));
            witnesses.add(
                    matcher.group(1).equals("S")
                            ? new Witness.MaildirSize(octets)
                            : new Witness.MaildirVirtualSize(octets));
        }
        return witnesses;
    }

    private void zip(Consumer<Mail> sink) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(directory.resolve("eml-export.zip")))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().endsWith(".eml")) {
                    sink.accept(new Mail("eml-export", entry.getName(), in.readAllBytes(), List.of(), Instant.EPOCH));
                }
            }
        }
    }

    private void mbox(String archive, Consumer<Mail> sink) throws IOException {
        byte[] all;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(directory.resolve(archive + ".gz")))) {
            all = in.readAllBytes();
        }
        split(archive, archive, all, archive.endsWith("mboxrd"), sink);
    }

    /** Gives each message of an mbox; what precedes the first separator line is passed over. */
    public static void split(String archive, String file, byte[] all, boolean mboxrd, Consumer<Mail> sink) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        Matcher line = MBOX_LINE.matcher(text);
        int begin = -1;
        int number = 0;
        while (true) {
            boolean more = line.find();
            int end = more ? line.start() : text.length();
            if (begin >= 0) {
                String mail = text.substring(begin, end);
                mail = mail.endsWith("\n\n") ? mail.substring(0, mail.length() - 1) : mail;
                mail = mboxrd ? mail.replaceAll("(?m)^>(>*From )", "$1") : mail.replaceAll("(?m)^>From ", "From ");
                sink.accept(new Mail(
                        archive,
                        file + "#" + ++number,
                        mail.getBytes(StandardCharsets.ISO_8859_1),
                        List.of(),
                        Instant.EPOCH));
            }
            if (!more) {
                return;
            }
            begin = line.end();
        }
    }

    private static long number(byte[] header, int from, int length) {
        String digits = text(header, from, length).trim();
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    /** Validates, turning a failure of the source into a bug, for contents in memory never fail. */
    static Validation validate(Validator validator, Mail mail) {
        try {
            return validator.validate(mail.item());
        } catch (IOException e) {
            throw new UncheckedIOException(mail.name(), e);
        }
    }
}

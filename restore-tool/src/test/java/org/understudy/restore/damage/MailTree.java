package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A copy of a Maildir tree that is damaged on purpose, with the same seed in the same way, and mended again. */
final class MailTree {
    /**
     * A message of the sound tree.
     *
     * @param path relative to the tree, with {@code /}
     */
    record Mail(String path, byte[] bytes, Instant arrived) {
        String user() {
            return path.substring(0, Math.max(0, path.indexOf("/Maildir")));
        }

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        String folder() {
            return path.substring(0, path.lastIndexOf('/'));
        }
    }

    private interface Mending {
        void mend() throws IOException;
    }

    private static final Pattern SIZES = Pattern.compile(",[SW]=\\d+");
    private static final Pattern STAMP =
            Pattern.compile("(?:^|\\n)(?:Received:[^;]*(?:;[^;\\n]*)*;|Date:)[^\\n]*\\d{4}", Pattern.CASE_INSENSITIVE);

    private final Path root;
    private final boolean listed;
    private final List<Mail> mails;
    private final Deque<Mending> mendings = new ArrayDeque<>();

    private MailTree(Path root, boolean listed, List<Mail> mails) {
        this.root = root;
        this.listed = listed;
        this.mails = mails;
    }

    /**
     * Copies the Maildirs of {@code from} into {@code to}.
     *
     * @param plain leaves out the sizes in names, the lists of UIDs and the indexes
     */
    static MailTree copy(Path from, Path to, boolean plain) throws IOException {
        List<Mail> mails = new ArrayList<>();
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                String path = from.relativize(file).toString();
                String name =
                        file.getFileName() == null ? "" : file.getFileName().toString();
                boolean message = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && (path.contains("/cur/") || path.contains("/new/"));
                if (plain && name.startsWith("dovecot")) {
                    continue;
                }
                String named = plain && message ? SIZES.matcher(path).replaceAll("") : path;
                Path target = to.resolve(named);
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                    if (!target.toFile().setWritable(true)) {
                        throw new IOException(target + " cannot be made writable");
                    }
                }
                if (message) {
                    mails.add(new Mail(
                            named,
                            Files.readAllBytes(file),
                            Files.getLastModifiedTime(file).toInstant()));
                }
            }
        }
        return new MailTree(to, !plain, List.copyOf(mails));
    }

    Path root() {
        return root;
    }

    List<Mail> mails() {
        return mails;
    }

    /** Damages up to {@code count} messages, each once, none of {@code spared}; adds their paths to those. */
    List<LedgerLine> damage(TreeDamage kind, int count, Random random, Set<String> spared) throws IOException {
        List<LedgerLine> ledger = new ArrayList<>();
        List<Mail> order = new ArrayList<>(mails);
        Collections.shuffle(order, random);
        for (Mail mail : order) {
            if (ledger.size() == count) {
                break;
            }
            Mail other = mails.get(random.nextInt(mails.size()));
            if (mail.bytes().length == 0 || spared.contains(mail.path()) || spared.contains(other.path())) {
                continue;
            }
            LedgerLine line = kind.octets() != null
                    ? octets(kind, mail, other, random)
                    : files(kind, mail, other, new Random(random.nextLong()));
            if (line != null) {
                ledger.add(line);
                spared.addAll(line.items());
                spared.add(mail.path());
                spared.add(other.path());
            }
        }
        return ledger;
    }

    /** Undoes all damage. */
    void mend() throws IOException {
        while (!mendings.isEmpty()) {
            mendings.pop().mend();
        }
    }

    private @Nullable LedgerLine octets(TreeDamage kind, Mail mail, Mail other, Random random) throws IOException {
        if (kind.octets() == null) {
            throw new IllegalArgumentException(kind.text());
        }
        byte[] changed = kind.octets().apply(mail.bytes(), other.bytes(), random);
        if (changed == null || java.util.Arrays.equals(changed, mail.bytes())) {
            return null;
        }
        write(mail, changed);
        return LedgerLine.of(
                kind.text(),
                mail.path(),
                List.of(mail.path()),
                mail.bytes(),
                changed,
                Oracle.of(mail.bytes(), changed, mail.name(), other.bytes()));
    }

    private @Nullable LedgerLine files(TreeDamage kind, Mail mail, Mail other, Random random) throws IOException {
        if (kind.files() == null) {
            throw new IllegalArgumentException(kind.text());
        }
        return switch (kind.files()) {
            case SWAPPED_BETWEEN_USERS -> {
                if (mail.user().equals(other.user()) || java.util.Arrays.equals(mail.bytes(), other.bytes())) {
                    yield null;
                }
                write(mail, other.bytes());
                write(other, mail.bytes());
                Evidence one = Oracle.of(mail.bytes(), other.bytes(), mail.name(), null);
                yield LedgerLine.of(
                        kind.text(),
                        mail.path(),
                        List.of(mail.path(), other.path()),
                        mail.bytes(),
                        other.bytes(),
                        one == Evidence.SIZE ? one : Evidence.NONE);
            }
            case FILE_MISSING -> {
                move(mail, root.resolveSibling(root.getFileName() + ".aside." + mendings.size()));
                yield line(kind, mail, listed ? Evidence.LIST : Evidence.NONE, gone(mail), mail.path());
            }
            case FILE_RENAMED -> {
                String name = (1_000_000_000L + random.nextInt(900_000_000)) + ".M1P1.other" + flags(mail);
                move(mail, root.resolve(mail.folder()).resolve(name));
                yield line(kind, mail, listed ? Evidence.LIST : Evidence.NONE, gone(mail), mail.folder() + "/" + name);
            }
            case FILE_DUPLICATED -> {
                String name = (1_000_000_000L + random.nextInt(900_000_000)) + ".M1P1.copy" + flags(mail);
                Path copy = root.resolve(mail.folder()).resolve(name);
                Files.copy(root.resolve(mail.path()), copy, StandardCopyOption.COPY_ATTRIBUTES);
                mendings.push(() -> Files.delete(copy));
                // What lies in new may have come since the list was written.
                boolean tells = listed && mail.folder().endsWith("/cur");
                yield line(kind, mail, tells ? Evidence.LIST : Evidence.NONE, mail.folder() + "/" + name);
            }
            case FLAGS_LOST -> {
                if (!flags(mail).matches(":2,.*[DFRST].*")) {
                    yield null;
                }
                String name = base(mail) + ":2,";
                move(mail, root.resolve(mail.folder()).resolve(name));
                yield line(kind, mail, listed ? Evidence.FLAGS : Evidence.NONE, mail.folder() + "/" + name);
            }
            case ARRIVAL_LOST -> arrived(kind, mail, Instant.EPOCH);
            case ARRIVAL_NOW -> arrived(kind, mail, Instant.parse("2026-11-01T00:00:00Z"));
        };
    }

    private LedgerLine arrived(TreeDamage kind, Mail mail, Instant time) throws IOException {
        Path file = root.resolve(mail.path());
        Files.setLastModifiedTime(file, FileTime.from(time));
        mendings.push(() -> Files.setLastModifiedTime(file, FileTime.from(mail.arrived())));
        String text = PlainMime.text(mail.bytes());
        boolean stamped = STAMP.matcher(text.substring(0, PlainMime.body(text, 0, text.length())))
                .find();
        return line(kind, mail, stamped ? Evidence.DATE : Evidence.NONE, mail.path());
    }

    private static LedgerLine line(TreeDamage kind, Mail mail, Evidence evidence, String... paths) {
        return new LedgerLine(kind.text(), mail.path(), List.copyOf(new HashSet<>(List.of(paths))), 0, 0, evidence);
    }

    /** Where a source gives a message that the list names and that is not there. */
    private static String gone(Mail mail) {
        return mail.folder().substring(0, mail.folder().lastIndexOf('/')) + "/cur/" + base(mail);
    }

    private static String base(Mail mail) {
        int colon = mail.name().indexOf(':');
        return colon < 0 ? mail.name() : mail.name().substring(0, colon);
    }

    private static String flags(Mail mail) {
        int colon = mail.name().indexOf(':');
        return colon < 0 ? "" : mail.name().substring(colon);
    }

    private void write(Mail mail, byte[] bytes) throws IOException {
        Path file = root.resolve(mail.path());
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(mail.arrived()));
        mendings.push(() -> {
            Files.write(file, mail.bytes());
            Files.setLastModifiedTime(file, FileTime.from(mail.arrived()));
        });
    }

    private void move(Mail mail, Path to) throws IOException {
        Path file = root.resolve(mail.path());
        Files.move(file, to);
        mendings.push(() -> Files.move(to, file));
    }
}

package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.restore.source.maildir.ModifiedUtf7;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.restore.source.maildir.UserName;

/**
 * What lies below a directory, and whose it is.
 *
 * <p>A directory is a user's if it or its {@code mail} directory has what a mail program leaves there: a file or folder
 * named as folders usually are (inbox, Sent, Trash...), {@code .imap}, {@code .subscriptions}, {@code .mailboxlist},
 * {@code *.sbd} or {@code *.msf}. The files below are its mailboxes. Any other directory is a spool, where each mbox file
 * is the INBOX of the user that it is named after, at a domain if the directory is named like one.
 */
final class MboxTree {
    private static final Set<String> FOLDERS = Set.of(
            "inbox",
            "mbox",
            "mailbox",
            "sent",
            "sent items",
            "sent-mail",
            "sent mail",
            "sent messages",
            "drafts",
            "trash",
            "deleted items",
            "deleted messages",
            "junk",
            "spam",
            "archive",
            "archives",
            "outbox",
            "templates",
            "unsent messages",
            "postponed",
            "saved-messages");
    private static final Set<String> INBOXES = Set.of("inbox", "mbox", "mailbox");
    private static final Set<String> STATE = Set.of(".imap", ".subscriptions", ".mailboxlist");
    private static final Set<String> MAIL = Set.of("mail", ".mail");
    private static final List<String> SUFFIXES = List.of(".mboxcl2", ".mboxcl", ".mboxrd", ".mboxo", ".mbox", ".mbx");
    private static final long HEAD = 1 << 20;

    /** An mbox file, or one that stands where one should be. */
    record Mailbox(Path file, String relative, SourceMailbox mailbox) {}

    /** A file that is none. */
    record Other(String relative, String why, boolean unreadable) {}

    private final Path root;
    private final List<Mailbox> mailboxes = new ArrayList<>();
    private final List<Other> others = new ArrayList<>();
    private final List<Path> homes = new ArrayList<>();
    private final Map<Path, ExportedTree.Mailbox> exported = new HashMap<>();
    private final Set<SourceMailbox> taken = new HashSet<>();

    private MboxTree(Path root) {
        this.root = root;
    }

    /** One file is the INBOX of the user that it is named after. */
    static MboxTree ofFile(Path file) {
        MboxTree tree = new MboxTree(file);
        String name = NameText.of(file);
        tree.mailboxes.add(new Mailbox(file, name, new SourceMailbox(user(name, ""), "INBOX")));
        return tree;
    }

    /** @param root a directory without links in its path */
    static MboxTree discover(Path root) throws IOException {
        MboxTree tree = new MboxTree(root);
        if (tree.isHome(root)) {
            tree.home(root);
        } else {
            tree.spool(root);
        }
        return tree;
    }

    /** By user and name, then by path. */
    List<Mailbox> mailboxes() {
        return mailboxes;
    }

    List<Other> others() {
        return others;
    }

    /** What an export of ours says of a file; empty where none does. */
    Optional<ExportedTree.Mailbox> exported(Path file) {
        return Optional.ofNullable(exported.get(file));
    }

    /** Directories that belong to one user each, with lists of subscriptions perhaps. */
    List<Path> homes() {
        return homes;
    }

    /** Whether a From_ line is within the first MiB of a plain file: its head may be lost. */
    static boolean isMbox(Path file) throws IOException {
        try (Window window = Window.open(file)) {
            return new Splitter(window).firstFromLine(0, HEAD) < Math.min(HEAD, window.size());
        }
    }

    private boolean isHome(Path directory) throws IOException {
        return looksKept(directory)
                || MAIL.stream()
                        .map(directory::resolve)
                        .anyMatch(mail -> Files.isDirectory(mail, LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean looksKept(Path directory) throws IOException {
        for (Path entry : list(directory)) {
            String name = NameText.of(entry).toLowerCase(Locale.ROOT);
            if (STATE.contains(name)
                    || name.equals(ExportedTree.FILE)
                    || name.endsWith(".sbd")
                    || name.endsWith(".msf")
                    || FOLDERS.contains(bare(name))) {
                return true;
            }
        }
        return false;
    }

    private void spool(Path directory) throws IOException {
        String domain = UserName.domain(NameText.of(directory));
        for (Path entry : listed(directory)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (isHome(entry)) {
                    home(entry);
                } else {
                    spool(entry);
                }
            } else {
                file(entry, new SourceMailbox(user(NameText.of(entry), domain), "INBOX"));
            }
        }
    }

    private void home(Path directory) throws IOException {
        homes.add(directory);
        Optional<ExportedTree> tree = ExportedTree.read(directory);
        if (tree.isPresent()) {
            exported(directory, "", tree.get());
            return;
        }
        String user = UserName.of(directory);
        for (Path entry : listed(directory)) {
            String name = NameText.of(entry);
            boolean isDirectory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
            if (isDirectory && MAIL.contains(name.toLowerCase(Locale.ROOT))) {
                homes.add(entry);
                folders(entry, user, List.of());
            } else {
                folder(entry, user, List.of());
            }
        }
    }

    /** Files that an export lists are its mailboxes; any other is none. */
    private void exported(Path directory, String relative, ExportedTree tree) throws IOException {
        for (Path entry : listed(directory)) {
            String path = relative.isEmpty() ? NameText.of(entry) : relative + "/" + NameText.of(entry);
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                exported(entry, path, tree);
                continue;
            }
            Optional<ExportedTree.Mailbox> mailbox = tree.at(path);
            if (mailbox.isPresent() && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                exported.put(entry, mailbox.get());
                SourceMailbox name =
                        new SourceMailbox(tree.user(), mailbox.get().name());
                mailboxes.add(new Mailbox(entry, relative(entry), named(name)));
            } else if (path.equals(ExportedTree.FILE)) {
                others.add(new Other(relative(entry), "Understudy's account of this export", false));
            } else {
                others.add(new Other(
                        relative(entry),
                        "lies in an export of Understudy that does not list it; name the file itself as a source if it"
                                + " is an mbox",
                        true));
            }
        }
    }

    private void folders(Path directory, String user, List<String> levels) throws IOException {
        for (Path entry : listed(directory)) {
            folder(entry, user, levels);
        }
    }

    private void folder(Path entry, String user, List<String> levels) throws IOException {
        String name = NameText.of(entry);
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            if (name.equals(".imap")) {
                state(entry);
            } else if (name.toLowerCase(Locale.ROOT).endsWith(".mbox") && Files.isRegularFile(entry.resolve("mbox"))) {
                apple(entry, user, with(levels, bare(name)));
            } else {
                folders(entry, user, with(levels, name.endsWith(".sbd") ? name.substring(0, name.length() - 4) : name));
            }
            return;
        }
        boolean inbox = levels.isEmpty() && INBOXES.contains(bare(name).toLowerCase(Locale.ROOT));
        List<String> path = with(levels, bare(name));
        file(entry, new SourceMailbox(user, inbox ? "INBOX" : String.join(".", path)));
    }

    /** Apple Mail's export: a directory named as the mailbox, with the file {@code mbox} in it. */
    private void apple(Path directory, String user, List<String> levels) throws IOException {
        for (Path entry : listed(directory)) {
            if (NameText.of(entry).equals("mbox")) {
                file(entry, new SourceMailbox(user, String.join(".", levels)));
            } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                folder(entry, user, levels);
            } else {
                others.add(new Other(relative(entry), "Apple Mail's own file beside a mailbox", false));
            }
        }
    }

    private void state(Path directory) throws IOException {
        for (Path entry : listed(directory)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                state(entry);
            } else {
                others.add(
                        new Other(relative(entry), "Dovecot's index, which it makes anew from the mbox file", false));
            }
        }
    }

    private void file(Path entry, SourceMailbox mailbox) throws IOException {
        String relative = relative(entry);
        String known = known(NameText.of(entry));
        if (Files.isSymbolicLink(entry)) {
            others.add(new Other(
                    relative, "a symbolic link, which is not followed; name what it points to as a source", true));
        } else if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
            others.add(new Other(relative, "neither a file nor a directory; it was not opened", true));
        } else if (known.isEmpty()) {
            mailboxes.add(new Mailbox(entry, relative, named(mailbox)));
        } else {
            others.add(new Other(relative, known, false));
        }
    }

    private SourceMailbox named(SourceMailbox wanted) {
        SourceMailbox name = wanted;
        for (int n = 2; !taken.add(name); n++) {
            name = new SourceMailbox(wanted.user(), wanted.name() + "~" + n);
        }
        return name;
    }

    private static String known(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".msf")) {
            return "Thunderbird's index, which it makes anew from the mbox file";
        }
        if (lower.endsWith(".lock") || lower.equals("lock")) {
            return "a lock";
        }
        if (STATE.contains(lower) || lower.startsWith(".")) {
            return "a hidden file: a mail program's own, no mailbox";
        }
        if (lower.endsWith(".dat") || lower.endsWith(".html") || lower.endsWith(".sqlite") || lower.endsWith(".db")) {
            return "a mail program's own file, no mailbox";
        }
        return "";
    }

    private static List<String> with(List<String> levels, String onDisk) {
        List<String> all = new ArrayList<>(levels);
        all.add(NameText.level(ModifiedUtf7.decode(onDisk)));
        return all;
    }

    /** A file's name without an ending that only says that it is an mbox. */
    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (String suffix : SUFFIXES) {
            if (lower.endsWith(suffix) && lower.length() > suffix.length()) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name;
    }

    private static String user(String file, String domain) {
        String name = bare(file).toLowerCase(Locale.ROOT);
        return domain.isEmpty() || name.indexOf('@') > 0 ? name : name + "@" + domain;
    }

    private String relative(Path entry) {
        return entry.equals(root) ? NameText.of(entry) : root.relativize(entry).toString();
    }

    /** A directory that cannot be listed is told of, and the rest goes on. */
    private List<Path> listed(Path directory) throws IOException {
        try {
            return list(directory);
        } catch (IOException e) {
            if (directory.equals(root)) {
                throw e;
            }
            others.add(new Other(
                    relative(directory),
                    "this directory cannot be listed, so not all it holds is known: " + ReadFailure.words(e),
                    true));
            return List.of();
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(entries);
        return entries;
    }
}

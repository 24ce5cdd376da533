package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Directories below a root, sorted into Maildirs with their mailboxes, and others. Reads names only. */
final class MaildirTree {
    static final List<String> PARTS = List.of("cur", "new", "tmp");

    /** Names that mark a directory as a mailbox even where a backup left out empty directories. */
    private static final Set<String> MARKS =
            Set.of("maildirfolder", "dovecot-uidlist", "courierimapuiddb", "dovecot.index.log", "maildirsize");

    private static final Set<String> OWN_NAMES = Set.of("maildir", ".maildir");

    /**
     * A mailbox's directory.
     *
     * @param relative path from the source's root with {@code /}; empty for the root itself
     */
    record MailboxDirectory(Path directory, String relative, MailboxNames.OnDisk name) {}

    /** A directory that is no mailbox; only its own entries count, directories in it stand for themselves. */
    record LooseDirectory(Path directory, String relative) {}

    /** One user's mail. */
    record Home(Path directory, String relative, List<MailboxDirectory> mailboxes, List<LooseDirectory> loose) {}

    private final List<Home> homes = new ArrayList<>();
    private final List<LooseDirectory> loose = new ArrayList<>();

    private MaildirTree() {}

    /** @param root a directory; a link to one is followed here and nowhere else */
    static MaildirTree discover(Path root) {
        MaildirTree tree = new MaildirTree();
        tree.outside(root, "");
        return tree;
    }

    /** By path. */
    List<Home> homes() {
        return homes;
    }

    /** Directories outside any Maildir, by path. */
    List<LooseDirectory> loose() {
        return loose;
    }

    private void outside(Path directory, String relative) {
        List<Path> below = directories(directory);
        if (isMailbox(directory, below) || holdsFolders(below)) {
            Home home = new Home(directory, relative, new ArrayList<>(), new ArrayList<>());
            homes.add(home);
            inside(home, directory, relative, new MailboxNames.OnDisk('.', List.of()), below);
            home.mailboxes().sort(Comparator.comparing(MailboxDirectory::relative));
            return;
        }
        loose.add(new LooseDirectory(directory, relative));
        for (Path child : below) {
            outside(child, join(relative, NameText.of(child)));
        }
    }

    private void inside(Home home, Path directory, String relative, MailboxNames.OnDisk name, List<Path> below) {
        boolean mailbox = isMailbox(directory, below);
        if (mailbox) {
            home.mailboxes().add(new MailboxDirectory(directory, relative, name));
        } else {
            home.loose().add(new LooseDirectory(directory, relative));
        }
        for (Path child : below) {
            String childName = NameText.of(child);
            if (!mailbox || !PARTS.contains(childName)) {
                inside(
                        home,
                        child,
                        join(relative, childName),
                        name(name, childName, directory.equals(home.directory())),
                        directories(child));
            }
        }
    }

    private static MailboxNames.OnDisk name(MailboxNames.OnDisk parent, String name, boolean atTop) {
        List<String> levels = new ArrayList<>(parent.levels());
        boolean dotted = atTop && name.startsWith(".") && name.length() > 1;
        if (dotted) {
            Arrays.stream(name.substring(1).split("\\.", -1))
                    .map(ModifiedUtf7::decode)
                    .forEach(levels::add);
        } else {
            levels.add(ModifiedUtf7.decode(name));
        }
        return new MailboxNames.OnDisk(dotted || (parent.layout() == '.' && !atTop) ? '.' : '/', levels);
    }

    /** Whether a directory is that of a Maildir: has two of cur, new and tmp, or one and looks like it otherwise. */
    private static boolean isMailbox(Path directory, List<Path> below) {
        Set<String> parts = new HashSet<>();
        for (Path child : below) {
            String name = NameText.of(child);
            if (PARTS.contains(name)) {
                parts.add(name);
            }
        }
        if (parts.size() != 1) {
            return parts.size() > 1;
        }
        if (parts.contains("tmp")) {
            return false;
        }
        return OWN_NAMES.contains(NameText.of(directory).toLowerCase(Locale.ROOT))
                || hasMark(directory)
                || holdsMessages(directory.resolve(parts.iterator().next()));
    }

    private static boolean hasMark(Path directory) {
        return MARKS.stream().anyMatch(mark -> Files.exists(directory.resolve(mark), LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean holdsMessages(Path part) {
        try {
            return Listing.of(part).stream().anyMatch(file -> MaildirFileName.looksDelivered(NameText.of(file)));
        } catch (IOException e) {
            return false; // what cannot be listed is given as an unreadable item when it is read
        }
    }

    /** Whether directories named {@code .Something} are mailboxes, so that their parent is a Maildir++ root. */
    private static boolean holdsFolders(List<Path> below) {
        for (Path child : below) {
            String name = NameText.of(child);
            if (name.startsWith(".")
                    && !OWN_NAMES.contains(name.toLowerCase(Locale.ROOT))
                    && isMailbox(child, directories(child))) {
                return true;
            }
        }
        return false;
    }

    /** Directories in a directory, by name; none if it cannot be listed, which reading it will tell. */
    private static List<Path> directories(Path directory) {
        try {
            List<Path> below = new ArrayList<>();
            for (Path entry : Listing.of(directory)) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    below.add(entry);
                }
            }
            return below;
        } catch (IOException e) {
            return List.of(); // reading lists it again, and gives it as an unreadable item
        }
    }

    static String join(String parent, String name) {
        return parent.isEmpty() ? name : parent + "/" + name;
    }
}

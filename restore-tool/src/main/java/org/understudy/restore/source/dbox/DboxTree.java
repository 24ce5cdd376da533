package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.maildir.ModifiedUtf7;
import org.understudy.restore.source.maildir.NameText;

/** Directories below a root, sorted into users' dbox folders with their mailboxes, and others. Reads names only. */
final class DboxTree {
    static final String MAILBOXES = "mailboxes";
    static final String STORAGE = "storage";
    static final String MAILS = "dbox-Mails";
    static final String ALTERNATE = "dbox-alt-root";
    static final String MAP = "dovecot.map.index";

    /** Files of many messages; {@code .broken} ones are what Dovecot put aside when it mended them. */
    static final Pattern MULTI = Pattern.compile("m\\.(\\d{1,10})(\\.broken)?");

    static final Pattern SINGLE = Pattern.compile("u\\.(\\d{1,10})");

    private static final Set<String> MAILDIR = Set.of("cur", "new", "tmp");

    /**
     * A mailbox's directory, named {@code dbox-Mails}.
     *
     * @param relative path from the source's root with {@code /}
     * @param levels of its name, decoded
     */
    record MailboxDirectory(Path directory, String relative, List<String> levels) {}

    /** A directory of which only its own entries count. */
    record Directory(Path directory, String relative) {}

    /**
     * One user's mail.
     *
     * @param storage the folder of an mdbox's files, if it is one
     * @param loose directories that are neither mailboxes nor storage
     * @param alternate where older mail was moved to, if that lies beside it
     */
    record Home(
            Path directory,
            String relative,
            @Nullable Directory storage,
            List<MailboxDirectory> mailboxes,
            List<Directory> loose,
            @Nullable Home alternate) {
        boolean isMulti() {
            return storage != null;
        }

        Home with(Home other) {
            return new Home(directory, relative, storage, mailboxes, loose, other);
        }

        /** Whether it has an index of its own: alternate storage has none. */
        boolean isIndexed() {
            return (storage != null && hasIndex(storage.directory(), MAP))
                    || mailboxes.stream().anyMatch(mailbox -> hasIndex(mailbox.directory(), "dovecot.index"));
        }
    }

    private final List<Home> homes = new ArrayList<>();
    private final List<Directory> loose = new ArrayList<>();

    private DboxTree() {}

    static DboxTree discover(Path root) {
        DboxTree tree = new DboxTree();
        tree.outside(root, "");
        tree.joinAlternates();
        return tree;
    }

    List<Home> homes() {
        return homes;
    }

    /** Directories outside any user's mail, by path. */
    List<Directory> loose() {
        return loose;
    }

    static boolean hasIndex(Path directory, String name) {
        return Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(directory.resolve(name + ".log"), LinkOption.NOFOLLOW_LINKS);
    }

    private void outside(Path directory, String relative) {
        if (isHome(directory)) {
            homes.add(home(directory, relative));
            return;
        }
        loose.add(new Directory(directory, relative));
        for (Path child : directories(directory)) {
            String path = join(relative, NameText.of(child));
            if (MAILDIR.contains(NameText.of(child))) {
                loose.add(new Directory(child, path)); // may hold a hundred thousand files, and no folders
            } else {
                outside(child, path);
            }
        }
    }

    private static boolean isHome(Path directory) {
        return isStorage(directory.resolve(STORAGE)) || holdsMails(directory.resolve(MAILBOXES));
    }

    private static boolean isStorage(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        for (Path entry : entries(directory)) {
            String name = NameText.of(entry);
            if (name.startsWith(MAP) || MULTI.matcher(name).matches()) {
                return true;
            }
        }
        return false;
    }

    private static boolean holdsMails(Path directory) {
        for (Path child : directories(directory)) {
            if (NameText.of(child).equals(MAILS) || holdsMails(child)) {
                return true;
            }
        }
        return false;
    }

    private static Home home(Path directory, String relative) {
        List<MailboxDirectory> mailboxes = new ArrayList<>();
        List<Directory> loose = new ArrayList<>();
        loose.add(new Directory(directory, relative));
        Directory storage = null;
        for (Path child : directories(directory)) {
            String path = join(relative, NameText.of(child));
            if (NameText.of(child).equals(STORAGE) && isStorage(child)) {
                storage = new Directory(child, path);
                directories(child).forEach(below -> all(below, join(path, NameText.of(below)), loose));
            } else if (NameText.of(child).equals(MAILBOXES)) {
                mailboxes(child, path, List.of(), mailboxes, loose);
            } else {
                all(child, path, loose);
            }
        }
        return new Home(directory, relative, storage, List.copyOf(mailboxes), List.copyOf(loose), null);
    }

    private static void mailboxes(
            Path directory,
            String relative,
            List<String> levels,
            List<MailboxDirectory> mailboxes,
            List<Directory> loose) {
        loose.add(new Directory(directory, relative));
        for (Path child : directories(directory)) {
            String name = NameText.of(child);
            String path = join(relative, name);
            if (name.equals(MAILS) && !levels.isEmpty()) {
                mailboxes.add(new MailboxDirectory(child, path, List.copyOf(levels)));
                directories(child).forEach(below -> all(below, join(path, NameText.of(below)), loose));
            } else {
                List<String> below = new ArrayList<>(levels);
                below.add(ModifiedUtf7.decode(name));
                mailboxes(child, path, below, mailboxes, loose);
            }
        }
    }

    private static void all(Path directory, String relative, List<Directory> to) {
        to.add(new Directory(directory, relative));
        for (Path child : directories(directory)) {
            all(child, join(relative, NameText.of(child)), to);
        }
    }

    /** A folder without any index beside one that has some, named by it or the only such, is its alternate storage. */
    private void joinAlternates() {
        List<Home> without = homes.stream().filter(home -> !home.isIndexed()).toList();
        for (Home alternate : without) {
            Optional<Home> main = main(alternate);
            if (main.isPresent()) {
                homes.remove(alternate);
                homes.set(homes.indexOf(main.get()), main.get().with(alternate));
            }
        }
        homes.sort(Comparator.comparing(Home::relative));
    }

    private Optional<Home> main(Home alternate) {
        List<Home> beside = homes.stream()
                .filter(home -> home.isIndexed()
                        && home.alternate() == null
                        && home.isMulti() == alternate.isMulti()
                        && parent(home).equals(parent(alternate)))
                .toList();
        Optional<Home> naming = beside.stream()
                .filter(home -> NameText.of(alternate.directory()).equals(alternateName(home)))
                .findFirst();
        return naming.isPresent() || beside.size() != 1 ? naming : Optional.of(beside.getFirst());
    }

    private static Path parent(Home home) {
        Path parent = home.directory().getParent();
        return parent == null ? home.directory() : parent;
    }

    private static String alternateName(Home home) {
        Path link = home.directory().resolve(ALTERNATE);
        try {
            return Files.isSymbolicLink(link) ? NameText.of(Files.readSymbolicLink(link)) : "";
        } catch (IOException e) {
            return ""; // the link itself is given as an item
        }
    }

    /** Directories in a directory, by name; none if it cannot be listed, which reading it will tell. */
    private static List<Path> directories(Path directory) {
        return entries(directory).stream()
                .filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static List<Path> entries(Path directory) {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) ? list(directory) : List.of();
        } catch (IOException e) {
            return List.of(); // reading lists it again, and gives it as an unreadable item
        }
    }

    /** Entries of a directory in byte order. */
    static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(entries);
        return entries;
    }

    static String join(String parent, String name) {
        return parent.isEmpty() ? name : parent + "/" + name;
    }
}

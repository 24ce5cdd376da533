package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Maildirs below a directory: one, or those of many users. Reads names when opened; holds the directories found, and
 * while reading the names of one mailbox.
 */
public final class MaildirSource implements BackupSource, FileBacked {

    /** A mailbox under the name that it gets. */
    private record Named(MaildirTree.MailboxDirectory directory, SourceMailbox mailbox) {}

    /** A user's mail. */
    private record User(String name, MaildirTree.Home home, List<Named> mailboxes) {}

    private final Path root;
    private final Path realRoot;
    private final SourceOptions options;
    private final MaildirTree tree;
    private final List<User> users;

    private MaildirSource(Path root, Path realRoot, SourceOptions options, MaildirTree tree, List<User> users) {
        this.root = root;
        this.realRoot = realRoot;
        this.options = options;
        this.tree = tree;
        this.users = users;
    }

    /**
     * As {@link #find}, where a Maildir must be.
     *
     * @throws OperatorException also if there is no Maildir
     */
    public static MaildirSource open(Path root, SourceOptions options) throws IOException {
        return find(root, options)
                .orElseThrow(() -> new OperatorException(
                        Reason.SOURCE,
                        root + " holds no Maildir: no directory in it has cur, new and tmp",
                        "Name the directory that holds the users' Maildirs, or one Maildir itself."));
    }

    /**
     * Looks for Maildirs in a directory and all below it.
     *
     * @param root a directory that can be listed
     * @return nothing if there is no Maildir
     * @throws OperatorException if options name a user that is not there, or if two Maildirs would be one user's
     */
    public static Optional<MaildirSource> find(Path root, SourceOptions options) throws IOException {
        Path realRoot = root.toRealPath();
        MaildirTree tree = MaildirTree.discover(realRoot);
        return tree.homes().isEmpty()
                ? Optional.empty()
                : Optional.of(new MaildirSource(root, realRoot, options, tree, users(root, tree, options)));
    }

    /**
     * The part of one user, without looking through all directories again.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no such user
     */
    public MaildirSource of(String user) {
        List<User> one = users.stream().filter(each -> each.name().equals(user)).toList();
        if (one.isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "%s holds no mail of user %s".formatted(root, user),
                    "Name a user who is there, or leave this one out.");
        }
        return new MaildirSource(root, realRoot, new SourceOptions(options.renames(), Set.of(user)), tree, one);
    }

    @Override
    public Description describe() {
        long mailboxes =
                users.stream().mapToLong(user -> user.mailboxes().size()).sum();
        boolean dotted = users.stream().anyMatch(user -> has(user, '.'));
        boolean nested = users.stream().anyMatch(user -> has(user, '/'));
        String layout = dotted && nested
                ? "Maildir++ and nested directories"
                : nested ? "nested directories (LAYOUT=fs)" : dotted ? "Maildir++" : "single Maildirs";
        return new Description(
                "maildir",
                root.toString(),
                "%s; %,d user%s, %,d mailbox%s"
                        .formatted(
                                layout,
                                users.size(),
                                users.size() == 1 ? "" : "s",
                                mailboxes,
                                mailboxes == 1 ? "" : "es"));
    }

    private static boolean has(User user, char layout) {
        return user.mailboxes().stream()
                .map(named -> named.directory().name())
                .anyMatch(name -> !name.levels().isEmpty() && name.layout() == layout);
    }

    @Override
    public List<MailboxInfo> mailboxes() throws IOException {
        List<MailboxInfo> infos = new ArrayList<>();
        for (User user : users) {
            Subscriptions subscriptions = subscriptions(user.home().directory());
            Optional<ExportedTree> exported = ExportedTree.read(user.home().directory());
            Set<String> more = new HashSet<>();
            exported.ifPresent(tree -> tree.mailboxes().stream()
                    .filter(ExportedTree.Mailbox::subscribed)
                    .forEach(mailbox -> more.add(mailbox.name())));
            for (Named named : user.mailboxes()) {
                MaildirTree.MailboxDirectory directory = named.directory();
                infos.add(new MailboxInfo(
                        named.mailbox(),
                        MailboxReader.uids(directory.directory()).uidValidity(),
                        subscriptions.contains(directory.name().levels())
                                || more.contains(named.mailbox().name())));
            }
        }
        return infos;
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        Entries entries = new Entries(realRoot, out);
        LooseReader loose = new LooseReader(entries);
        for (User user : users) {
            for (Named named : user.mailboxes()) {
                new MailboxReader(entries, out, named.directory(), named.mailbox()).read();
            }
            for (MaildirTree.LooseDirectory directory : user.home().loose()) {
                loose.read(directory);
            }
        }
        if (options.only().isEmpty()) {
            for (MaildirTree.LooseDirectory directory : tree.loose()) {
                loose.read(directory);
            }
        }
    }

    @Override
    public Optional<Path> file(ItemRef ref) {
        try {
            Path file = realRoot.resolve(ref.path()).normalize();
            return file.startsWith(realRoot) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(file)
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Witness> witnesses(ItemRef ref) {
        String name = ref.path().substring(ref.path().lastIndexOf('/') + 1);
        return List.copyOf(MailboxReader.witnesses(MaildirFileName.parse(name)));
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}

    private static Subscriptions subscriptions(Path home) throws IOException {
        for (String name : List.of("subscriptions", "courierimapsubscribed")) {
            if (ControlFile.isPlain(home.resolve(name))) {
                return Subscriptions.read(home.resolve(name));
            }
        }
        return Subscriptions.NONE;
    }

    private static List<User> users(Path root, MaildirTree tree, SourceOptions options) {
        List<User> users = new ArrayList<>();
        Map<String, String> taken = new TreeMap<>();
        Map<MaildirTree.Home, String> found = names(tree.homes());
        for (MaildirTree.Home home : tree.homes()) {
            String name = options.rename(found.getOrDefault(home, ""));
            String other = taken.putIfAbsent(name, home.relative());
            if (other != null) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        "%s and %s in %s would both be mail of user %s".formatted(other, home.relative(), root, name),
                        "Give each Maildir a user name of its own; if both are one person's, restore one after the"
                                + " other.");
            }
            if (options.takes(name)) {
                users.add(new User(name, home, named(home, name)));
            }
        }
        options.requireAmong(root, taken.keySet());
        users.sort(Comparator.comparing(User::name));
        return users;
    }

    /** User by Maildir; where several would be one, each is named by its path instead, so that none are mixed. */
    private static Map<MaildirTree.Home, String> names(List<MaildirTree.Home> homes) {
        Map<String, Integer> counts = new HashMap<>();
        homes.forEach(home -> counts.merge(userOf(home), 1, Integer::sum));
        Map<MaildirTree.Home, String> names = new HashMap<>();
        Set<String> taken = new LinkedHashSet<>();
        for (MaildirTree.Home home : homes) {
            String name = userOf(home);
            String wanted =
                    counts.getOrDefault(name, 0) > 1 ? home.relative().toLowerCase(java.util.Locale.ROOT) : name;
            String unique = wanted;
            for (int n = 2; !taken.add(unique); n++) {
                unique = wanted + "~" + n;
            }
            names.put(home, unique);
        }
        return names;
    }

    /** As an export of ours says, else as where it lies says. */
    private static String userOf(MaildirTree.Home home) {
        return ExportedTree.read(home.directory())
                .map(ExportedTree::user)
                .orElseGet(() -> UserName.of(home.directory()));
    }

    private static List<Named> named(MaildirTree.Home home, String user) {
        Optional<ExportedTree> exported = ExportedTree.read(home.directory());
        Set<MailboxNames.OnDisk> onDisk = new LinkedHashSet<>();
        home.mailboxes().forEach(mailbox -> onDisk.add(mailbox.name()));
        MailboxNames names = new MailboxNames(onDisk);
        List<Named> named = new ArrayList<>();
        Set<String> taken = new LinkedHashSet<>();
        for (MaildirTree.MailboxDirectory mailbox : home.mailboxes()) {
            String within = home.relative().isEmpty() || mailbox.relative().equals(home.relative())
                    ? mailbox.relative().substring(home.relative().length())
                    : mailbox.relative().substring(home.relative().length() + 1);
            String wanted = exported.flatMap(tree -> tree.at(within))
                    .map(ExportedTree.Mailbox::name)
                    .orElseGet(() -> names.of(mailbox.name()));
            String unique = wanted;
            for (int n = 2; !taken.add(unique); n++) {
                unique = wanted + "~" + n;
            }
            named.add(new Named(mailbox, new SourceMailbox(user, unique)));
        }
        named.sort(Comparator.comparing(Named::mailbox));
        return named;
    }
}

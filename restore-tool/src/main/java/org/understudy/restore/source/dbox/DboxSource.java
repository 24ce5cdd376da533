package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.dovecot.DovecotIndex;
import org.understudy.restore.source.maildir.MailboxNames;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.restore.source.maildir.Subscriptions;
import org.understudy.restore.source.maildir.UserName;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** sdbox and mdbox folders below a directory: one user's, or those of many. */
public final class DboxSource implements BackupSource {

    /** A mailbox under the name that it gets. */
    private record Named(DboxTree.MailboxDirectory directory, SourceMailbox mailbox) {}

    /** A user's mail; its mailboxes by name. */
    private record User(String name, DboxTree.Home home, List<Named> mailboxes) {
        /** Where a message goes of which only its mailbox of first delivery is known. */
        SourceMailbox mailbox(String ofDelivery) {
            String separator = ofDelivery.indexOf('/') < 0 ? "\\." : "/";
            List<String> levels = List.of(ofDelivery.split(separator, -1));
            boolean prefixed = levels.size() > 1 && levels.getFirst().equals("INBOX");
            for (Named named : mailboxes) {
                List<String> known = named.directory().levels();
                if (known.equals(List.of(ofDelivery))
                        || known.equals(levels)
                        || (prefixed && known.equals(levels.subList(1, levels.size())))) {
                    return named.mailbox();
                }
            }
            List<String> clean = levels.stream().map(NameText::level).toList();
            boolean inbox = clean.size() == 1 && clean.getFirst().equalsIgnoreCase("INBOX");
            return new SourceMailbox(name, inbox ? "INBOX" : String.join(".", clean));
        }
    }

    private final Path root;
    private final SourceOptions options;
    private final DboxTree tree;
    private final List<User> users;

    private DboxSource(Path root, SourceOptions options, DboxTree tree, List<User> users) {
        this.root = root;
        this.options = options;
        this.tree = tree;
        this.users = users;
    }

    /**
     * Looks for dbox folders in a directory and all below it.
     *
     * @param root a directory that can be listed
     * @return nothing if there is none
     * @throws OperatorException if options name a user that is not there, or if two folders would be one user's
     */
    public static Optional<DboxSource> find(Path root, SourceOptions options) throws IOException {
        DboxTree tree = DboxTree.discover(root.toRealPath());
        return tree.homes().isEmpty()
                ? Optional.empty()
                : Optional.of(new DboxSource(root, options, tree, users(root, tree, options)));
    }

    @Override
    public Description describe() {
        boolean multi = users.stream().anyMatch(user -> user.home().isMulti());
        boolean single = users.stream().anyMatch(user -> !user.home().isMulti());
        long mailboxes =
                users.stream().mapToLong(user -> user.mailboxes().size()).sum();
        StringBuilder details = new StringBuilder("%,d user%s, %,d mailbox%s"
                .formatted(users.size(), users.size() == 1 ? "" : "s", mailboxes, mailboxes == 1 ? "" : "es"));
        long withoutIndex = users.stream()
                .flatMap(user -> user.mailboxes().stream())
                .filter(named -> !DboxTree.hasIndex(named.directory().directory(), "dovecot.index"))
                .count();
        if (withoutIndex > 0) {
            details.append(
                    ", of which %,d without dovecot.index: flags and keywords there are lost".formatted(withoutIndex));
        }
        if (users.stream().anyMatch(DboxSource::lacksMap)) {
            details.append("; a map (storage/dovecot.map.index) is missing: where it is, messages are found by their"
                    + " GUID, or come out where they were delivered");
        }
        return new Description(
                multi && single ? "dbox" : multi ? "mdbox" : "sdbox", root.toString(), details.toString());
    }

    private static boolean lacksMap(User user) {
        DboxTree.Directory storage = user.home().storage();
        return storage != null && !DboxTree.hasIndex(storage.directory(), DboxTree.MAP);
    }

    @Override
    public List<MailboxInfo> mailboxes() throws IOException {
        List<MailboxInfo> infos = new ArrayList<>();
        for (User user : users) {
            Subscriptions subscriptions = subscriptions(user.home().directory());
            Map<SourceMailbox, MailboxInfo> byName = new TreeMap<>();
            List<DovecotIndex> indexes = new ArrayList<>();
            for (Named named : user.mailboxes()) {
                DovecotIndex index = user.home().isMulti()
                        ? MultiReader.index(named.directory())
                        : SingleReader.index(named.directory());
                if (user.home().isMulti()) {
                    indexes.add(index);
                }
                byName.put(
                        named.mailbox(),
                        new MailboxInfo(
                                named.mailbox(),
                                index.uidValidity(),
                                subscriptions.contains(named.directory().levels())));
            }
            if (user.home().isMulti()) {
                for (String delivery : new MultiReader(user.home()).mailboxesOfDelivery(indexes)) {
                    SourceMailbox mailbox = user.mailbox(delivery);
                    byName.putIfAbsent(mailbox, new MailboxInfo(mailbox, 0, false));
                }
            }
            infos.addAll(byName.values());
        }
        return infos;
    }

    private static Subscriptions subscriptions(Path home) throws IOException {
        Path file = home.resolve("subscriptions");
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Subscriptions.read(file) : Subscriptions.NONE;
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        for (User user : users) {
            Items items = new Items(out, new Bodies(attachments(user.home())));
            if (user.home().isMulti()) {
                MultiReader reader = new MultiReader(user.home());
                for (Named named : user.mailboxes()) {
                    reader.mailbox(items, named.directory(), named.mailbox());
                }
                reader.rest(items, user::mailbox);
            } else {
                for (Named named : user.mailboxes()) {
                    new SingleReader(items, named.directory(), alternate(user.home(), named), named.mailbox()).read();
                }
            }
            loose(items, user.home());
        }
        if (options.only().isEmpty()) {
            Items items = new Items(out, new Bodies(List.of()));
            for (DboxTree.Directory directory : tree.loose()) {
                others(items, directory, "lies outside any user's dbox folder");
            }
        }
    }

    private static DboxTree.@Nullable MailboxDirectory alternate(DboxTree.Home home, Named named) {
        DboxTree.Home alternate = home.alternate();
        if (alternate == null) {
            return null;
        }
        return alternate.mailboxes().stream()
                .filter(each -> each.levels().equals(named.directory().levels()))
                .findFirst()
                .orElse(null);
    }

    private static void loose(Items items, DboxTree.Home home) throws IOException {
        for (DboxTree.Directory directory : home.loose()) {
            others(items, directory, "");
        }
        DboxTree.Home alternate = home.alternate();
        if (alternate != null) {
            for (DboxTree.Directory directory : alternate.loose()) {
                others(items, directory, "");
            }
            if (home.isMulti()) {
                for (DboxTree.MailboxDirectory directory : alternate.mailboxes()) {
                    others(items, new DboxTree.Directory(directory.directory(), directory.relative()), "");
                }
            }
        }
    }

    private static void others(Items items, DboxTree.Directory directory, String note) throws IOException {
        for (Path entry : items.list(directory.directory(), directory.relative(), Optional.empty())) {
            items.other(entry, DboxTree.join(directory.relative(), NameText.of(entry)), Optional.empty(), note);
        }
    }

    /** Folders named {@code attachments} in a user's folder and those above it, up to the source's own. */
    private List<Path> attachments(DboxTree.Home home) throws IOException {
        Path top = root.toRealPath();
        List<Path> folders = new ArrayList<>();
        for (Path folder = home.directory(); folder != null && folder.startsWith(top); folder = folder.getParent()) {
            folders.add(folder.resolve("attachments"));
        }
        return folders;
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}

    private static List<User> users(Path root, DboxTree tree, SourceOptions options) throws IOException {
        List<User> users = new ArrayList<>();
        Map<String, String> taken = new TreeMap<>();
        Map<String, Integer> counts = new HashMap<>();
        tree.homes().forEach(home -> counts.merge(UserName.of(home.directory()), 1, Integer::sum));
        for (DboxTree.Home home : tree.homes()) {
            String found = UserName.of(home.directory());
            if (counts.getOrDefault(found, 0) > 1 && !home.relative().isEmpty()) {
                found = home.relative().toLowerCase(java.util.Locale.ROOT);
            }
            String name = options.rename(found);
            String other = taken.putIfAbsent(name, home.relative());
            if (other != null) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        "%s and %s in %s would both be mail of user %s".formatted(other, home.relative(), root, name),
                        "Give each folder a user name of its own; if both are one person's, restore one after the"
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

    private static List<Named> named(DboxTree.Home home, String user) {
        Set<MailboxNames.OnDisk> onDisk = new LinkedHashSet<>();
        home.mailboxes().forEach(mailbox -> onDisk.add(new MailboxNames.OnDisk('/', mailbox.levels())));
        MailboxNames names = new MailboxNames(onDisk);
        List<Named> named = new ArrayList<>();
        Set<String> taken = new TreeSet<>();
        for (DboxTree.MailboxDirectory mailbox : home.mailboxes()) {
            String wanted = names.of(new MailboxNames.OnDisk('/', mailbox.levels()));
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

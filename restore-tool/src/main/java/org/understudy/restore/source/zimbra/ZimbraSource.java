package org.understudy.restore.source.zimbra;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.eml.Arrival;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.restore.source.maildir.UserName;
import org.understudy.storage.Content;
import org.understudy.storage.OperatorException;

/** A mailbox that Zimbra wrote, or a directory of such, one a user. Reads all {@code .meta} files when it is opened. */
public final class ZimbraSource implements BackupSource, FileBacked {
    private static final String META = ".meta";
    private static final String ERROR = ".err";
    private static final String MESSAGE = ".eml";
    private static final int DEEPEST = 64;
    private static final int LOOKED_AT = 200;
    /** Directories in which a folder goes on. */
    private static final Pattern CONTINUED = Pattern.compile("(.+)!\\d+");

    /**
     * A file.
     *
     * @param meta what its {@code .meta} says; empty if it has none or it cannot be read
     * @param wrong why that cannot be read; empty if it can
     */
    private record Item(String relative, Path file, SourceMailbox mailbox, Optional<Meta> meta, String wrong) {}

    private final Path location;
    private final Path root;
    private final List<Item> items;
    private final Set<SourceMailbox> folders;
    private final Set<String> present;

    private ZimbraSource(Path location, Path root, List<Item> items, Set<SourceMailbox> folders, Set<String> present) {
        this.location = location;
        this.root = root;
        this.items = items;
        this.folders = folders;
        this.present = present;
    }

    /**
     * Looks for what Zimbra wrote in a directory.
     *
     * @return nothing if no {@code .meta} file there is one of Zimbra's
     * @throws OperatorException if options name a user that is not there
     */
    public static Optional<ZimbraSource> find(Path location, SourceOptions options) throws IOException {
        Path root = location.toRealPath();
        List<Path> homes = homes(root);
        if (homes.isEmpty()) {
            return Optional.empty();
        }
        List<Item> items = new ArrayList<>();
        Set<SourceMailbox> folders = new TreeSet<>();
        Set<String> users = new TreeSet<>();
        Set<String> present = new HashSet<>();
        for (Path home : homes) {
            String user = options.rename(
                    home.equals(root) ? UserName.of(root) : NameText.of(home).toLowerCase(Locale.ROOT));
            users.add(user);
            if (options.takes(user)) {
                collect(root, home, user, items, folders, present);
            }
        }
        options.requireAmong(location, users);
        return Optional.of(new ZimbraSource(location, root, items, folders, present));
    }

    /** The directories that are one mailbox each: this one, or those in it. */
    private static List<Path> homes(Path root) throws IOException {
        List<Path> below = new ArrayList<>();
        for (Path entry : list(root)) {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (isMeta(entry)) {
                    return List.of(root);
                }
            } else {
                below.add(entry);
            }
        }
        // A mailbox has directories that hold files of Zimbra's; a directory of mailboxes has those one level deeper.
        for (Path entry : below) {
            for (Path file : list(entry)) {
                if (isMeta(file)) {
                    return List.of(root);
                }
            }
        }
        List<Path> homes = new ArrayList<>();
        for (Path entry : below) {
            try (Stream<Path> files = Files.find(
                    entry,
                    3,
                    (path, attributes) ->
                            attributes.isRegularFile() && path.toString().endsWith(META))) {
                if (files.limit(LOOKED_AT).anyMatch(ZimbraSource::isMeta)) {
                    homes.add(entry);
                }
            }
        }
        return homes;
    }

    private static boolean isMeta(Path file) {
        if (!file.toString().endsWith(META) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return Meta.read(file).type() > 0;
        } catch (IOException e) {
            return false; // reading the source tells of it, if another file shows that this is one
        }
    }

    private static void collect(
            Path root, Path home, String user, List<Item> items, Set<SourceMailbox> folders, Set<String> present)
            throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.find(home, DEEPEST, (path, attributes) -> !attributes.isDirectory())) {
            files = all.sorted().toList();
        }
        Map<Path, Meta> metas = new HashMap<>();
        Map<Path, String> wrong = new HashMap<>();
        for (Path file : files) {
            present.add(root.relativize(file).toString());
            if (file.toString().endsWith(META) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Path of = file.resolveSibling(bare(file));
                try {
                    Meta meta = Meta.read(file);
                    metas.put(of, meta);
                    if (meta.type() == Meta.FOLDER && !meta.path().isEmpty()) {
                        folders.add(new SourceMailbox(user, name(meta.path())));
                    }
                } catch (IOException e) {
                    wrong.put(of, "its .meta file cannot be read: " + ReadFailure.words(e));
                }
            }
        }
        for (Path file : files) {
            Path of = file.toString().endsWith(META) ? file.resolveSibling(bare(file)) : file;
            Optional<Meta> meta = Optional.ofNullable(metas.get(of));
            String directory = directory(home.relativize(file));
            SourceMailbox mailbox =
                    new SourceMailbox(user, name(meta.flatMap(Meta::folder).orElse(directory)));
            items.add(new Item(root.relativize(file).toString(), file, mailbox, meta, wrong.getOrDefault(of, "")));
        }
    }

    private static String bare(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - META.length());
    }

    /** The folder that a file lies in, wherever it goes on. */
    private static String directory(Path relative) {
        Path parent = relative.getParent();
        if (parent == null) {
            return "";
        }
        Matcher continued = CONTINUED.matcher(parent.toString());
        return continued.matches() ? continued.group(1) : parent.toString();
    }

    private static String name(String path) {
        List<String> levels = new ArrayList<>();
        for (String level : path.split("/")) {
            if (!level.isEmpty()) {
                levels.add(NameText.level(level));
            }
        }
        boolean inbox = levels.isEmpty() || levels.size() == 1 && levels.get(0).equalsIgnoreCase("Inbox");
        return inbox ? "INBOX" : String.join(".", levels);
    }

    @Override
    public Description describe() {
        long messages = items.stream().filter(ZimbraSource::isMail).count();
        long users =
                items.stream().map(item -> item.mailbox().user()).distinct().count();
        return new Description(
                "zimbra",
                location.toString(),
                "mailbox%s of %,d user%s as Zimbra writes them, %,d message%s"
                        .formatted(
                                users == 1 ? "" : "es",
                                users,
                                users == 1 ? "" : "s",
                                messages,
                                messages == 1 ? "" : "s"));
    }

    private static boolean isMail(Item item) {
        String name = item.file().getFileName().toString();
        return !name.endsWith(META)
                && !name.endsWith(ERROR)
                && item.meta().map(Meta::isMail).orElse(name.endsWith(MESSAGE));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        TreeMap<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        items.stream()
                .filter(ZimbraSource::isMail)
                .forEach(item -> infos.put(item.mailbox(), new MailboxInfo(item.mailbox(), 0, false)));
        folders.forEach(folder -> infos.putIfAbsent(folder, new MailboxInfo(folder, 0, false)));
        return List.copyOf(infos.values());
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        Set<String> uids = new HashSet<>();
        for (Item item : items) {
            long uid = item.meta().map(Meta::uid).orElse(0L);
            boolean again = uid != 0 && isMail(item) && !uids.add(item.mailbox() + " " + uid);
            out.give(item.relative(), ref -> give(ref, item, again ? 0 : uid));
        }
    }

    private SourceItem give(ItemRef ref, Item item, long uid) {
        Optional<SourceMailbox> mailbox = Optional.of(item.mailbox());
        String name = item.file().getFileName().toString();
        if (name.endsWith(META)) {
            boolean alone = !present.contains(
                    item.relative().substring(0, item.relative().length() - META.length()));
            if (alone && item.meta().map(Meta::isMail).orElse(false)) {
                return new SourceItem.Unreadable(ref, mailbox, "the message that this file describes is not there");
            }
            return new SourceItem.Ignored(
                    ref,
                    item.wrong().isEmpty()
                            ? "Zimbra's metadata of "
                                    + item.meta().map(Meta::kind).orElse("an item")
                            : item.wrong());
        }
        if (!isMail(item)) {
            return new SourceItem.Ignored(
                    ref,
                    name.endsWith(ERROR)
                            ? "Zimbra's mark that an item's octets were not all there"
                            : "no mail: " + item.meta().map(Meta::kind).orElse("a file without metadata"));
        }
        if (present.contains(item.relative() + ERROR)) {
            return new SourceItem.Unreadable(
                    ref,
                    mailbox,
                    "Zimbra did not have all of it when it wrote the archive, and filled it up with blanks (" + name
                            + ERROR + ")");
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(item.file(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                return new SourceItem.Unreadable(ref, mailbox, "is no plain file; it was not opened");
            }
            if (attributes.size() == 0) {
                return new SourceItem.Unreadable(ref, mailbox, "the file is empty");
            }
            List<Witness> witnesses = new ArrayList<>();
            item.meta().flatMap(Meta::size).ifPresent(witnesses::add);
            item.meta().flatMap(Meta::digest).ifPresent(witnesses::add);
            Optional<java.time.Instant> arrived = item.meta().flatMap(Meta::arrived);
            return new SourceItem.Message(
                    ref,
                    item.mailbox(),
                    uid,
                    arrived.isPresent()
                            ? arrived.get()
                            : Arrival.of(
                                    item.file(), attributes.lastModifiedTime().toInstant()),
                    item.meta().map(Meta::flags).orElse(org.understudy.storage.keyspace.Flags.NONE),
                    Content.of(item.file()),
                    List.copyOf(witnesses));
        } catch (IOException e) {
            return new SourceItem.Unreadable(ref, mailbox, ReadFailure.words(e));
        }
    }

    @Override
    public Optional<Path> file(ItemRef ref) {
        try {
            Path file = root.resolve(ref.path()).normalize();
            return file.startsWith(root) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(file)
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Witness> witnesses(ItemRef ref) {
        List<Witness> witnesses = new ArrayList<>();
        file(ref).map(file -> file.resolveSibling(file.getFileName() + META)).ifPresent(file -> {
            try {
                Meta meta = Meta.read(file);
                meta.size().ifPresent(witnesses::add);
                meta.digest().ifPresent(witnesses::add);
            } catch (IOException e) {
                witnesses.clear(); // reading the source tells of it
            }
        });
        return List.copyOf(witnesses);
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}

    private static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        }
        entries.sort(null);
        return entries;
    }
}

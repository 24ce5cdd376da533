package org.understudy.restore.source.eml;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.MessageHead;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.exported.ExportedIndex;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.restore.source.maildir.UserName;
import org.understudy.storage.Content;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Flags;

/** Folders of {@code *.eml} files, or of files of any name that begin as messages do. Holds the directories found; reads the names of one at a time. */
public final class EmlSource implements BackupSource, FileBacked {
    private static final String ENDING = ".eml";

    /**
     * A directory and the mailbox that its files are of.
     *
     * @param info empty for one that is no mailbox, as an export says
     */
    private record Folder(Path directory, String relative, SourceMailbox mailbox, Optional<MailboxInfo> info) {}

    private final Path location;
    private final Path root;
    private final List<Folder> folders;
    private final long messages;
    private final boolean anyName;

    private EmlSource(Path location, Path root, List<Folder> folders, long messages, boolean anyName) {
        this.location = location;
        this.root = root;
        this.folders = folders;
        this.messages = messages;
        this.anyName = anyName;
    }

    /**
     * Looks for messages in a directory and all below it.
     *
     * @return nothing if there is none
     * @throws OperatorException if options name a user that is not there
     */
    public static Optional<EmlSource> find(Path location, SourceOptions options) throws IOException {
        return find(location, options, false);
    }

    /**
     * The same for files of any name that begin as a message does, as in MH folders.
     *
     * @return nothing if there is none
     * @throws OperatorException if options name a user that is not there
     */
    public static Optional<EmlSource> findByContent(Path location, SourceOptions options) throws IOException {
        return find(location, options, true);
    }

    private static Optional<EmlSource> find(Path location, SourceOptions options, boolean anyName) throws IOException {
        Path root = location.toRealPath();
        List<Folder> all = new ArrayList<>();
        boolean exported = ExportedTree.read(root).isPresent();
        boolean addresses = !exported && areAddresses(root);
        collect(root, root, "", addresses ? "" : UserName.of(root), List.of(), exported, all);
        List<Folder> taken = new ArrayList<>();
        TreeSet<String> users = new TreeSet<>();
        long messages = 0;
        for (Folder folder : all) {
            String user = options.rename(folder.mailbox().user());
            long here = count(folder.directory(), anyName);
            if (here > 0 || exported) {
                users.add(user);
            }
            if (options.takes(user)) {
                messages += here;
                SourceMailbox mailbox = new SourceMailbox(user, folder.mailbox().name());
                taken.add(new Folder(
                        folder.directory(),
                        folder.relative(),
                        mailbox,
                        folder.info().map(info -> new MailboxInfo(mailbox, info.uidValidity(), info.subscribed()))));
            }
        }
        if (users.isEmpty()) {
            return Optional.empty();
        }
        options.requireAmong(location, users);
        return Optional.of(new EmlSource(location, root, taken, messages, anyName));
    }

    @Override
    public Description describe() {
        return new Description(
                "eml",
                location.toString(),
                "%,d message file%s in %,d mailbox%s"
                        .formatted(
                                messages,
                                messages == 1 ? "" : "s",
                                mailboxes().size(),
                                mailboxes().size() == 1 ? "" : "es"));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        TreeMap<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        folders.forEach(folder -> folder.info().ifPresent(info -> infos.put(info.mailbox(), info)));
        return List.copyOf(infos.values());
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        for (Folder folder : folders) {
            List<Path> entries;
            Optional<ExportedIndex> index;
            try {
                entries = list(folder.directory());
                index = ExportedIndex.read(folder.directory());
            } catch (IOException e) {
                out.give(
                        folder.relative().isEmpty() ? "." : folder.relative(),
                        ref -> new SourceItem.Unreadable(
                                ref,
                                Optional.of(folder.mailbox()),
                                "this directory cannot be listed, so not all it holds is known: "
                                        + ReadFailure.words(e)));
                continue;
            }
            for (Path entry : entries) {
                if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    give(out, folder, entry, index);
                }
            }
            if (index.isPresent()) {
                giveMissing(out, folder, entries, index.get());
            }
        }
    }

    /** Gives the messages that an export's list names and that are not there. */
    private void giveMissing(Numbering out, Folder folder, List<Path> entries, ExportedIndex index) throws IOException {
        Set<ExportedIndex.Entry> there = new HashSet<>();
        for (Path entry : entries) {
            ExportedIndex.Entry listed = index.entry(NameText.of(entry));
            if (listed != null) {
                there.add(listed);
            }
        }
        for (ExportedIndex.Entry listed : index.entries().values()) {
            if (!there.contains(listed)) {
                out.give(
                        folder.relative().isEmpty() ? listed.file() : folder.relative() + "/" + listed.file(),
                        ref -> new SourceItem.Unreadable(
                                ref,
                                Optional.of(folder.mailbox()),
                                "named in " + ExportedIndex.FILE + " as UID " + listed.uid()
                                        + ", and the file is not there"));
            }
        }
    }

    private void give(Numbering out, Folder folder, Path entry, Optional<ExportedIndex> index) throws IOException {
        String path = root.relativize(entry).toString();
        out.give(path, ref -> {
            Optional<SourceMailbox> mailbox = Optional.of(folder.mailbox());
            if (Files.isSymbolicLink(entry)) {
                return new SourceItem.Unreadable(
                        ref, mailbox, "a symbolic link, which is not followed; name what it points to as a source");
            }
            if (!anyName && !isMessage(entry)) {
                return new SourceItem.Ignored(ref, reason(NameText.of(entry)));
            }
            ExportedIndex.Entry listed =
                    index.map(one -> one.entry(NameText.of(entry))).orElse(null);
            try {
                BasicFileAttributes attributes =
                        Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isRegularFile()) {
                    return new SourceItem.Unreadable(ref, mailbox, "is no plain file; it was not opened");
                }
                if (attributes.size() == 0 && (listed == null || listed.size() != 0)) {
                    return new SourceItem.Unreadable(ref, mailbox, "the file is empty");
                }
                if (listed != null) {
                    return new SourceItem.Message(
                            ref,
                            folder.mailbox(),
                            listed.uid(),
                            listed.date(),
                            flags(listed),
                            Content.of(entry),
                            List.of(new Witness.IndexSize(listed.size(), ExportedIndex.FILE)));
                }
                if (anyName && !MessageHead.isOfMessage(entry)) {
                    return new SourceItem.Ignored(ref, "no message: it does not begin with a header");
                }
                Instant arrived =
                        Arrival.of(entry, attributes.lastModifiedTime().toInstant());
                return new SourceItem.Message(
                        ref, folder.mailbox(), 0, arrived, Flags.NONE, Content.of(entry), List.of());
            } catch (IOException e) {
                return new SourceItem.Unreadable(ref, mailbox, ReadFailure.words(e));
            }
        });
    }

    private static String reason(String name) {
        return switch (name) {
            case ExportedIndex.FILE -> "Understudy's list of the messages beside it";
            case ExportedTree.FILE -> "Understudy's account of this export";
            default -> "no message: its name does not end with .eml";
        };
    }

    /** Those that can be flags; a name that cannot is left out. */
    private static Flags flags(ExportedIndex.Entry listed) {
        int system = 0;
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : listed.flags()) {
            switch (name) {
                case "\\Seen" -> system |= Flags.SEEN;
                case "\\Answered" -> system |= Flags.ANSWERED;
                case "\\Flagged" -> system |= Flags.FLAGGED;
                case "\\Deleted" -> system |= Flags.DELETED;
                case "\\Draft" -> system |= Flags.DRAFT;
                default -> {
                    if (!name.isEmpty() && !name.startsWith("\\")) {
                        keywords.add(name);
                    }
                }
            }
        }
        return Flags.of(system, keywords);
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

    /** A message file's name says nothing of its bytes. */
    @Override
    public List<Witness> witnesses(ItemRef ref) {
        return List.of();
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}

    private static boolean areAddresses(Path root) throws IOException {
        boolean any = false;
        for (Path entry : list(root)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (NameText.of(entry).indexOf('@') < 1) {
                    return false;
                }
                any = true;
            } else if (isMessage(entry)) {
                return false;
            }
        }
        return any;
    }

    private static void collect(
            Path root,
            Path directory,
            String relative,
            String user,
            List<String> levels,
            boolean exported,
            List<Folder> to) {
        if (!user.isEmpty() || directory.equals(root)) {
            String name = levels.isEmpty() ? "INBOX" : String.join(".", levels);
            String mailbox = levels.size() == 1 && name.equalsIgnoreCase("inbox") ? "INBOX" : name;
            to.add(folder(directory, relative, new SourceMailbox(user, mailbox), exported));
        }
        List<Path> entries;
        try {
            entries = list(directory);
        } catch (IOException e) {
            return; // reading the source tells of it with its place
        }
        for (Path entry : entries) {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            String name = NameText.of(entry);
            String below = relative.isEmpty() ? name : relative + "/" + name;
            if (user.isEmpty()) {
                collect(root, entry, below, name.toLowerCase(Locale.ROOT), List.of(), false, to);
            } else {
                List<String> deeper = new ArrayList<>(levels);
                deeper.add(NameText.level(name));
                collect(root, entry, below, user, deeper, exported, to);
            }
        }
    }

    /** The mailbox is what an export's list says, else what the path says. */
    private static Folder folder(Path directory, String relative, SourceMailbox byPath, boolean exported) {
        Optional<ExportedIndex.Heading> heading;
        try {
            heading = ExportedIndex.heading(directory);
        } catch (IOException e) {
            heading = Optional.empty(); // reading the source tells of it with its place
        }
        if (heading.isPresent()) {
            ExportedIndex.Heading list = heading.get();
            SourceMailbox mailbox = new SourceMailbox(list.user(), list.mailbox());
            return new Folder(
                    directory,
                    relative,
                    mailbox,
                    Optional.of(new MailboxInfo(mailbox, list.uidValidity(), list.subscribed())));
        }
        boolean mailbox = !exported || count(directory, false) > 0;
        return new Folder(
                directory,
                relative,
                byPath,
                mailbox ? Optional.of(new MailboxInfo(byPath, 0, false)) : Optional.empty());
    }

    private static long count(Path directory, boolean anyName) {
        long count = 0;
        try {
            for (Path entry : list(directory)) {
                count += anyName ? MessageHead.isOfMessage(entry) ? 1 : 0 : isMessage(entry) ? 1 : 0;
            }
        } catch (IOException e) {
            return count; // reading the source tells of it with its place
        }
        return count;
    }

    private static boolean isMessage(Path entry) {
        return NameText.of(entry).toLowerCase(Locale.ROOT).endsWith(ENDING)
                && !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(entries);
        return entries;
    }
}

package org.understudy.restore.source.cyrus;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/** Gives all items of one mailbox: messages by UID, then what is missing, then other files. */
final class MailboxReader {
    private static final Map<String, String> KNOWN = Map.of(
            CyrusHeader.NAME,
            "Cyrus's name and keywords of the mailbox",
            CyrusIndex.NAME,
            "Cyrus's index",
            "cyrus.cache",
            "Cyrus's cache",
            "cyrus.squat",
            "Cyrus's search index",
            "cyrus.annotations",
            "Cyrus's annotations; not restored",
            "cyrus.expunge",
            "Cyrus's index of expunged messages",
            "cyrus.dav",
            "Cyrus's calendar and address data; not restored");

    private final Path root;
    private final CyrusSource.Mailbox mailbox;
    private final Optional<SourceMailbox> some;
    private final Numbering out;
    private final CyrusHeader header;
    private final CyrusIndex index;

    MailboxReader(Path root, CyrusSource.Mailbox mailbox, Numbering out) {
        this.root = root;
        this.mailbox = mailbox;
        this.some = Optional.of(mailbox.name());
        this.out = out;
        header = CyrusHeader.read(mailbox.directory());
        index = CyrusIndex.read(mailbox.directory());
    }

    static long uid(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - 1));
    }

    /** What the index says of a message's bytes. */
    static List<Witness> witnesses(CyrusIndex.Entry entry) {
        List<Witness> witnesses = new ArrayList<>();
        witnesses.add(new Witness.IndexSize(entry.size(), CyrusIndex.NAME));
        if (!entry.guid().isEmpty()) {
            witnesses.add(new Witness.ContentGuid(entry.guid(), CyrusIndex.NAME));
        }
        return List.copyOf(witnesses);
    }

    void read() throws IOException {
        List<Path> messages = new ArrayList<>();
        List<Path> rest = new ArrayList<>();
        for (Path entry : list(root, mailbox.directory(), some, out)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            boolean message =
                    CyrusSource.MESSAGE.matcher(entry.getFileName().toString()).matches();
            (message ? messages : rest).add(entry);
        }
        messages.sort(Comparator.comparingLong(MailboxReader::uid));
        Set<Long> found = new HashSet<>();
        for (Path message : messages) {
            found.add(uid(message));
            out.give(relative(message), ref -> message(ref, message));
        }
        if (mailbox.mail()) {
            missing(found);
        }
        for (Path other : rest) {
            other(other);
        }
    }

    private void missing(Set<Long> found) throws IOException {
        for (long uid : index.uids()) {
            Optional<CyrusIndex.Entry> entry = index.find(uid);
            if (found.contains(uid)
                    || entry.isEmpty()
                    || entry.get().has(CyrusIndex.EXPUNGED)
                    || entry.get().has(CyrusIndex.UNLINKED)) {
                continue;
            }
            boolean archived = entry.get().has(CyrusIndex.ARCHIVED);
            Path file = mailbox.directory().resolve(uid + ".");
            out.give(
                    relative(file),
                    ref -> new SourceItem.Unreadable(
                            ref,
                            some,
                            "cyrus.index has it as UID %d with %,d octets, and the file is not there%s"
                                    .formatted(
                                            uid,
                                            entry.get().size(),
                                            archived
                                                    ? "; it lies in the archive partition, which is another directory"
                                                    : "")));
        }
    }

    private SourceItem message(ItemRef ref, Path file) {
        if (!mailbox.mail()) {
            return new SourceItem.Ignored(ref, "no mail: an item of a calendar, an address book or the like");
        }
        long uid = uid(file);
        Optional<CyrusIndex.Entry> entry = index.find(uid);
        if (entry.isPresent() && entry.get().has(CyrusIndex.EXPUNGED)) {
            return new SourceItem.Ignored(
                    ref, "expunged by its user, and not yet removed; read the file itself if it is wanted");
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                return new SourceItem.Unreadable(
                        ref, some, "is a link or another special file; it was not opened, name what it points to");
            }
            if (attributes.size() == 0) {
                return new SourceItem.Unreadable(
                        ref,
                        some,
                        "the file is empty"
                                + entry.map(e -> "; cyrus.index states %,d octets".formatted(e.size()))
                                        .orElse(""));
            }
            if (!Files.isReadable(file)) {
                return new SourceItem.Unreadable(ref, some, "permission denied; run as a user who may read it");
            }
            Instant modified = attributes.lastModifiedTime().toInstant();
            boolean unlisted =
                    entry.isEmpty() && index.version() > 0 && index.condition().isEmpty();
            return new SourceItem.Message(
                    ref,
                    mailbox.name(),
                    uid <= 0xffff_ffffL ? uid : 0,
                    entry.map(CyrusIndex.Entry::arrived).orElse(modified),
                    entry.map(this::flags).orElse(Flags.NONE),
                    Content.of(file),
                    entry.map(MailboxReader::witnesses)
                            .orElse(unlisted ? List.of(new Witness.NotListed(CyrusIndex.NAME, false)) : List.of()));
        } catch (IOException e) {
            return new SourceItem.Unreadable(ref, some, ReadFailure.words(e));
        }
    }

    private Flags flags(CyrusIndex.Entry entry) {
        int system = entry.has(CyrusIndex.ANSWERED) ? Flags.ANSWERED : 0;
        system |= entry.has(CyrusIndex.FLAGGED) ? Flags.FLAGGED : 0;
        system |= entry.has(CyrusIndex.DELETED) ? Flags.DELETED : 0;
        system |= entry.has(CyrusIndex.DRAFT) ? Flags.DRAFT : 0;
        system |= entry.has(CyrusIndex.SEEN) ? Flags.SEEN : 0;
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < header.keywords().size(); i++) {
            String keyword = header.keywords().get(i);
            if (entry.keywords().get(i) && !keyword.isEmpty()) {
                keywords.add(keyword);
            }
        }
        return Flags.of(system, keywords);
    }

    private void other(Path file) throws IOException {
        String name = NameText.of(file);
        String known = KNOWN.getOrDefault(name, "no message: not named by a number and a dot");
        String note = switch (name) {
            case CyrusIndex.NAME ->
                index.condition().isEmpty() && index.version() < CyrusIndex.SEEN_SINCE
                        ? "of version %d, which does not hold who has read what".formatted(index.version())
                        : index.condition();
            case CyrusHeader.NAME -> header.condition();
            default -> "";
        };
        out.give(relative(file), ref -> new SourceItem.Ignored(ref, note.isEmpty() ? known : known + "; " + note));
    }

    private String relative(Path file) {
        return root.relativize(file).toString();
    }

    /** Gives the files of a directory that is no mailbox's. */
    static void others(Path root, Path directory, Numbering out) throws IOException {
        for (Path entry : list(root, directory, Optional.empty(), out)) {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                out.give(
                        root.relativize(entry).toString(),
                        ref -> new SourceItem.Ignored(ref, "lies in a directory that is no mailbox's"));
            }
        }
    }

    private static List<Path> list(Path root, Path directory, Optional<SourceMailbox> mailbox, Numbering out)
            throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException e) {
            IOException why =
                    e instanceof DirectoryIteratorException d ? Objects.requireNonNull(d.getCause()) : (IOException) e;
            out.give(
                    directory.equals(root) ? "." : root.relativize(directory).toString(),
                    ref -> new SourceItem.Unreadable(
                            ref,
                            mailbox,
                            "this directory cannot be listed, so not all it holds is known: "
                                    + ReadFailure.words(why)));
        }
        entries.sort(null);
        return entries;
    }
}

package org.understudy.restore.source.cyrus;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.storage.OperatorException;

/** A spool of Cyrus, a part of one, or a single mailbox. Holds the directories found; reads one at a time. */
public final class CyrusSource implements BackupSource, FileBacked {
    static final Pattern MESSAGE = Pattern.compile("[1-9][0-9]{0,9}\\.");

    private static final int DEEPEST = 64;
    private static final Set<String> OWN = Set.of(CyrusHeader.NAME, CyrusIndex.NAME, "cyrus.cache");

    /** A directory of a mailbox and the mailbox's name. */
    record Mailbox(Path directory, String relative, SourceMailbox name, boolean mail) {}

    private final Path location;
    private final Path root;
    private final SourceOptions options;
    private final List<Mailbox> mailboxes;
    /** Directories that are no mailbox's and hold files nevertheless. */
    private final List<Path> others;

    private CyrusSource(Path location, Path root, SourceOptions options, List<Mailbox> mailboxes, List<Path> others) {
        this.location = location;
        this.root = root;
        this.options = options;
        this.mailboxes = mailboxes;
        this.others = others;
    }

    /**
     * Looks for mailboxes of Cyrus in a directory and all below it.
     *
     * @return nothing if there is none
     * @throws OperatorException if options name a user that is not there
     */
    public static Optional<CyrusSource> find(Path location, SourceOptions options) throws IOException {
        Path root = location.toRealPath();
        List<Path> directories;
        try (Stream<Path> all = Files.find(root, DEEPEST, (path, attributes) -> attributes.isDirectory())) {
            directories = all.sorted().toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        List<Mailbox> found = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        Set<SourceMailbox> taken = new HashSet<>();
        Set<String> users = new TreeSet<>();
        boolean own = false;
        for (Path directory : directories) {
            Set<String> names = names(directory);
            boolean marked = names.stream().anyMatch(OWN::contains);
            if (!marked
                    && names.stream().noneMatch(name -> MESSAGE.matcher(name).matches())) {
                others.add(directory);
                continue;
            }
            own |= marked;
            CyrusHeader header = CyrusHeader.read(directory);
            Place place = header.name().map(Place::ofName).orElseGet(() -> Place.ofPath(root, directory));
            String user = options.rename(place.mailbox().user());
            users.add(user);
            SourceMailbox name = new SourceMailbox(user, place.mailbox().name());
            for (int n = 2; !taken.add(name); n++) {
                name = new SourceMailbox(user, place.mailbox().name() + "~" + n);
            }
            boolean mail = place.mail() && header.isForMail();
            if (options.takes(user)) {
                found.add(new Mailbox(directory, root.relativize(directory).toString(), name, mail));
            }
        }
        // Without any file of Cyrus's own, numbered files alone are not taken for a spool unless nothing else is there.
        if (users.isEmpty() || !own && !numbersAlone(root)) {
            return Optional.empty();
        }
        options.requireAmong(location, users);
        found.sort(Comparator.comparing(Mailbox::name));
        return Optional.of(new CyrusSource(location, root, options, found, others));
    }

    private static boolean numbersAlone(Path root) throws IOException {
        try (Stream<Path> files = Files.find(root, DEEPEST, (path, attributes) -> !attributes.isDirectory())) {
            return files.allMatch(
                    file -> MESSAGE.matcher(file.getFileName().toString()).matches());
        }
    }

    private static Set<String> names(Path directory) throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (OWN.contains(name)
                        || names.isEmpty() && MESSAGE.matcher(name).matches()) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException | java.nio.file.AccessDeniedException e) {
            return names; // reading the source tells of it with its place
        }
        return names;
    }

    @Override
    public Description describe() {
        long users = mailboxes.stream()
                .map(mailbox -> mailbox.name().user())
                .distinct()
                .count();
        long mail = mailboxes.stream().filter(Mailbox::mail).count();
        long indexed = mailboxes.stream()
                .filter(mailbox ->
                        mailbox.mail() && Files.exists(mailbox.directory().resolve(CyrusIndex.NAME)))
                .count();
        return new Description(
                "cyrus",
                location.toString(),
                "spool of Cyrus; %,d user%s, %,d mailbox%s%s"
                        .formatted(
                                users,
                                users == 1 ? "" : "s",
                                mail,
                                mail == 1 ? "" : "es",
                                indexed == mail ? "" : ", %,d of them without cyrus.index".formatted(mail - indexed)));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        TreeMap<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        for (Mailbox mailbox : mailboxes) {
            if (mailbox.mail()) {
                long uidValidity = CyrusIndex.read(mailbox.directory()).uidValidity();
                infos.put(mailbox.name(), new MailboxInfo(mailbox.name(), uidValidity, false));
            }
        }
        return List.copyOf(infos.values());
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        for (Mailbox mailbox : mailboxes) {
            new MailboxReader(root, mailbox, out).read();
        }
        if (options.only().isEmpty()) {
            for (Path other : others) {
                MailboxReader.others(root, other, out);
            }
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
        Optional<Path> file = file(ref);
        if (file.isEmpty()
                || !MESSAGE.matcher(file.get().getFileName().toString()).matches()) {
            return List.of();
        }
        long uid = MailboxReader.uid(file.get());
        return CyrusIndex.read(Objects.requireNonNull(file.get().getParent()))
                .find(uid)
                .map(MailboxReader::witnesses)
                .orElse(List.of());
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}
}

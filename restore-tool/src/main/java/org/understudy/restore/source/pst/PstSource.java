package org.understudy.restore.source.pst;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * One Outlook data file, or those below a directory. A file is the user's that it is named after; one in a folder is the
 * user's that the topmost folder is named after, and where a user has several, each one's folders come under its name.
 */
public final class PstSource implements BackupSource {
    private static final byte[] MAGIC = {'!', 'B', 'D', 'N'};
    private static final int DEEPEST = 8;

    /** A file and whose it is; {@code open} is empty where it could not be opened. */
    private record Member(String user, String prefix, String relative, Optional<DataFile> open, String wrong) {}

    private final Path location;
    private final SourceOptions options;
    private final List<Member> members;
    private final List<String> others;

    private PstSource(Path location, SourceOptions options, List<Member> members, List<String> others) {
        this.location = location;
        this.options = options;
        this.members = members;
        this.others = others;
    }

    /**
     * Opens a data file, or a directory with some below it.
     *
     * @return nothing if there is none
     * @throws OperatorException if options name a user that is not there, or none of the files can be read
     */
    public static Optional<PstSource> find(Path location, SourceOptions options) throws IOException {
        Path real = location.toRealPath();
        boolean directory = Files.isDirectory(real);
        List<Path> files = new ArrayList<>();
        List<String> others = new ArrayList<>();
        if (!directory) {
            if (!isDataFile(real)) {
                return Optional.empty();
            }
            files.add(real);
        } else {
            try (Stream<Path> below = Files.find(real, DEEPEST, (path, attributes) -> !attributes.isDirectory())) {
                for (Path path : (Iterable<Path>) below.sorted()::iterator) {
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && isDataFile(path)) {
                        files.add(path);
                    } else {
                        others.add(real.relativize(path).toString());
                    }
                }
            }
        }
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Map<Path, String> users = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (Path file : files) {
            String user = options.rename(user(real, file, directory));
            users.put(file, user);
            counts.merge(user, 1, Integer::sum);
        }
        options.requireAmong(location, new TreeSet<>(users.values()));
        List<Member> members = new ArrayList<>();
        try {
            for (Path file : files) {
                String user = users.getOrDefault(file, "");
                if (options.takes(user)) {
                    String relative = directory
                            ? real.relativize(file).toString()
                            : file.getFileName().toString();
                    members.add(member(file, relative, user, counts.getOrDefault(user, 1) > 1));
                }
            }
            if (members.stream().allMatch(member -> member.open().isEmpty())) {
                throw new OperatorException(
                        Reason.SOURCE,
                        location + " cannot be read as an Outlook data file: "
                                + members.get(0).wrong(),
                        "Fetch or copy the file again and compare its size with the original's.");
            }
        } catch (IOException | RuntimeException e) {
            close(members, e);
            throw e;
        }
        members.sort(Comparator.comparing(Member::user).thenComparing(Member::relative));
        return Optional.of(new PstSource(location, options, members, others));
    }

    private static Member member(Path file, String relative, String user, boolean several) throws IOException {
        String prefix = several ? NameText.level(bare(NameText.of(file))) : "";
        try {
            return new Member(user, prefix, relative, Optional.of(DataFile.open(file, relative)), "");
        } catch (DamageException | java.nio.file.FileSystemException | IndexOutOfBoundsException e) {
            String why = e instanceof IOException io ? ReadFailure.words(io) : "its header leads out of the file";
            return new Member(user, prefix, relative, Optional.empty(), why);
        }
    }

    private static String user(Path root, Path file, boolean directory) {
        Path relative = directory ? root.relativize(file) : file.getFileName();
        String name = relative.getNameCount() > 1 ? NameText.of(relative.getName(0)) : bare(NameText.of(file));
        return name.toLowerCase(Locale.ROOT);
    }

    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return (lower.endsWith(".pst") || lower.endsWith(".ost")) && name.length() > 4
                ? name.substring(0, name.length() - 4)
                : name;
    }

    private static boolean isDataFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (java.nio.file.AccessDeniedException e) {
            String lower = file.getFileName().toString().toLowerCase(Locale.ROOT);
            return lower.endsWith(".pst") || lower.endsWith(".ost");
        }
    }

    static String mailbox(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    @Override
    public Description describe() {
        long messages = 0;
        Set<String> forms = new TreeSet<>();
        for (Member member : members) {
            messages += member.open().map(DataFile::messages).orElse(0L);
            member.open().map(DataFile::words).ifPresent(forms::add);
        }
        return new Description(
                "pst",
                location.toString(),
                "%,d Outlook data file%s (%s), %,d item%s in folders; mail is rebuilt as MIME"
                        .formatted(
                                members.size(),
                                members.size() == 1 ? "" : "s",
                                String.join("; ", forms),
                                messages,
                                messages == 1 ? "" : "s"));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        TreeMap<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        for (Member member : members) {
            for (String name : member.open().map(DataFile::mailboxes).orElse(Set.of())) {
                SourceMailbox mailbox = new SourceMailbox(member.user(), mailbox(member.prefix(), name));
                infos.put(mailbox, new MailboxInfo(mailbox, 0, false));
            }
        }
        return List.copyOf(infos.values());
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        for (Member member : members) {
            if (member.open().isPresent()) {
                member.open().get().read(member.user(), member.prefix(), out);
            } else {
                out.give(
                        member.relative(),
                        ref -> new SourceItem.Unreadable(
                                ref,
                                Optional.empty(),
                                "an Outlook data file that cannot be opened: " + member.wrong()));
            }
        }
        if (options.only().isEmpty()) {
            for (String other : others) {
                out.give(other, ref -> new SourceItem.Ignored(ref, "no Outlook data file"));
            }
        }
    }

    @Override
    public void close() throws IOException {
        IOException fault = new IOException("an Outlook data file could not be closed");
        close(members, fault);
        if (fault.getSuppressed().length > 0) {
            throw fault;
        }
    }

    private static void close(List<Member> members, Exception fault) {
        for (Member member : members) {
            if (member.open().isPresent()) {
                try {
                    member.open().get().close();
                } catch (IOException e) {
                    fault.addSuppressed(e);
                }
            }
        }
    }
}

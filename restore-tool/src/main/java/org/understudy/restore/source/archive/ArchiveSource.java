package org.understudy.restore.source.archive;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** An archive, unpacked; deletes what it unpacked when it is closed. */
public final class ArchiveSource implements BackupSource, FileBacked {
    private final Path archive;
    private final ArchiveKind kind;
    private final Scratch scratch;
    private final BackupSource within;
    private final List<Unpacker.Left> left;

    private ArchiveSource(
            Path archive, ArchiveKind kind, Scratch scratch, BackupSource within, List<Unpacker.Left> left) {
        this.archive = archive;
        this.kind = kind;
        this.scratch = scratch;
        this.within = within;
        this.left = List.copyOf(left);
    }

    /** Opens what lies in an archive, as {@code Sources} does. */
    public interface Opening {
        BackupSource open(Path unpacked, SourceOptions options);
    }

    /**
     * Unpacks an archive.
     *
     * @return nothing if {@code file} is none
     * @throws OperatorException if nothing of it can be read, if it holds no mail, or if the scratch folder is full
     */
    public static Optional<BackupSource> find(Path file, SourceOptions options, Opening opening) throws IOException {
        Optional<ArchiveKind> kind = ArchiveKind.of(file);
        return kind.isEmpty() ? Optional.empty() : Optional.of(open(file, kind.get(), options, opening));
    }

    private static ArchiveSource open(Path file, ArchiveKind kind, SourceOptions options, Opening opening)
            throws IOException {
        Scratch scratch = scratch(options.scratch());
        try {
            // What stands alone in a folder is named after it, so the folder has the archive's name.
            Path to = Files.createDirectory(scratch.folder().resolve(bareName(file)));
            List<Unpacker.Left> left = Unpacker.unpack(file, kind, to, options.progress());
            Path root = kind.form() == ArchiveKind.Form.SINGLE ? only(to) : to;
            if (!holdsAnything(root)) {
                throw new OperatorException(
                        Reason.SOURCE,
                        "nothing could be unpacked from " + file
                                + left.stream()
                                        .findFirst()
                                        .map(one -> ": " + one.name() + ": " + one.why())
                                        .orElse(", an empty archive"),
                        "Fetch or copy the archive again and compare its size with the original's.");
            }
            return new ArchiveSource(file, kind, scratch, opening.open(root, options), left);
        } catch (OperatorException | IOException e) {
            try {
                scratch.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            if (e instanceof Unpacker.ScratchException fault) {
                throw full(options.scratch(), fault);
            }
            throw e;
        }
    }

    private static Scratch scratch(Path folder) {
        try {
            return Scratch.make(folder);
        } catch (IOException e) {
            throw full(folder, e);
        }
    }

    private static OperatorException full(Path folder, IOException e) {
        String why = e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : String.valueOf(e.getMessage());
        boolean noSpace = why.toLowerCase(Locale.ROOT).contains("no space left");
        return new OperatorException(
                noSpace ? Reason.DISK_FULL : Reason.IO,
                "the archive cannot be unpacked into " + folder + ": " + why,
                "Archives are unpacked there to be read, and deleted afterwards. Make room or make the folder writable,"
                        + " or unpack the archive elsewhere yourself and name that folder.",
                e);
    }

    private static Path only(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            var all = entries.iterator();
            return all.hasNext() ? all.next() : folder;
        }
    }

    private static boolean holdsAnything(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return Files.size(root) > 0;
        }
        try (var entries = Files.newDirectoryStream(root)) {
            return entries.iterator().hasNext();
        }
    }

    private static String bareName(Path file) {
        String name = file.getFileName().toString();
        String lower = name.toLowerCase(Locale.ROOT);
        for (String ending : List.of(
                ".tar.gz", ".tar.bz2", ".tar.zst", ".tgz", ".tbz2", ".tzst", ".tar", ".zip", ".gz", ".bz2", ".zst")) {
            if (lower.endsWith(ending) && lower.length() > ending.length()) {
                return name.substring(0, name.length() - ending.length());
            }
        }
        return name;
    }

    @Override
    public Description describe() {
        Description inner = within.describe();
        return new Description(
                inner.kind(),
                archive.toString(),
                inner.details() + ", unpacked from a " + kind.words() + " archive"
                        + (left.isEmpty() ? "" : " of which %,d entries could not be".formatted(left.size())));
    }

    @Override
    public List<MailboxInfo> mailboxes() throws IOException {
        return within.mailboxes();
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        long[] next = {0};
        within.read(0, item -> {
            next[0] = item.ref().ordinal() + 1;
            if (item.ref().ordinal() >= fromOrdinal) {
                sink.accept(item);
            }
        });
        for (Unpacker.Left one : left) {
            long ordinal = next[0]++;
            if (ordinal >= fromOrdinal) {
                sink.accept(new SourceItem.Unreadable(
                        new ItemRef(ordinal, "archive entry " + one.name()), Optional.empty(), one.why()));
            }
        }
    }

    @Override
    public Optional<Path> file(ItemRef ref) {
        return within instanceof FileBacked files ? files.file(ref) : Optional.empty();
    }

    @Override
    public List<Witness> witnesses(ItemRef ref) {
        return within instanceof FileBacked files ? files.witnesses(ref) : List.of();
    }

    /** Deletes what was unpacked. */
    @Override
    public void close() throws IOException {
        try (scratch) {
            within.close();
        }
    }
}

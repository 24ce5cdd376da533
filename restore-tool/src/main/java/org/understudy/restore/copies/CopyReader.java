package org.understudy.restore.copies;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Content;

/** Reads single copies again, and tells which of them are one file. */
final class CopyReader {
    private CopyReader() {}

    /** Ends the reading of a source once its first item is there. */
    private static final class FoundException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient SourceItem item;

        FoundException(SourceItem item) {
            super("found", null);
            this.item = item;
        }
    }

    /** A message's bytes and what its source says of them. */
    record Again(Content content, List<Witness> witnesses) {}

    /** @throws IOException if the message cannot be read any more */
    static Again message(BackupSource source, ItemRef ref) throws IOException {
        Optional<Path> file = file(source, ref);
        return file.isPresent() && source instanceof FileBacked files
                ? new Again(plain(file.get()), files.witnesses(ref))
                : item(source, ref);
    }

    private static Again item(BackupSource source, ItemRef ref) throws IOException {
        try {
            source.read(ref.ordinal(), item -> {
                throw new FoundException(item);
            });
        } catch (FoundException e) {
            if (e.item instanceof SourceItem.Message message && message.ref().equals(ref)) {
                return new Again(message.content(), message.witnesses());
            }
            throw new IOException(ref.path() + " is no longer where it was: the source has changed", e);
        }
        throw new IOException(ref.path() + " is no longer there: the source has changed");
    }

    private static Content plain(Path file) throws IOException {
        long size = Files.size(file);
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
            }
        };
    }

    private static Optional<Path> file(BackupSource source, ItemRef ref) {
        return source instanceof FileBacked files ? files.file(ref) : Optional.empty();
    }

    /**
     * Whether two copies cannot have been changed by one fault of a disk: neither the same file (by hard link, as rotating
     * backups make them) nor objects of one repository. Where a file cannot be looked at, they are not.
     */
    static boolean independent(Copy one, Copy other) {
        Optional<Path> file = storedIn(one);
        Optional<Path> otherFile = storedIn(other);
        if (file.isEmpty() && otherFile.isEmpty()) {
            return !one.source()
                    .describe()
                    .location()
                    .equals(other.source().describe().location());
        }
        if (file.isEmpty() || otherFile.isEmpty()) {
            return true;
        }
        try {
            Object key = key(file.get());
            Object otherKey = key(otherFile.get());
            return key != null && otherKey != null && !key.equals(otherKey);
        } catch (IOException e) {
            return false;
        }
    }

    /** The file that a copy lies in, alone or with others; nothing for what lies in a repository. */
    private static Optional<Path> storedIn(Copy copy) {
        ItemRef ref = copy.entry().ref();
        Optional<Path> alone = file(copy.source(), ref);
        if (alone.isPresent() || ref.path().indexOf('#') < 0) {
            return alone;
        }
        try {
            Path location = Path.of(copy.source().describe().location());
            Path within = location.resolve(ref.path().substring(0, ref.path().lastIndexOf('#')));
            Path file = Files.isRegularFile(location) ? location : within;
            return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}

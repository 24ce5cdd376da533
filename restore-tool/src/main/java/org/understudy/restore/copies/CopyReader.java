package org.understudy.restore.copies;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.FileBacked;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
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

    /** @throws IOException if the copy cannot be read any more */
    static Content content(BackupSource source, ItemRef ref) throws IOException {
        Optional<Path> file = file(source, ref);
        return file.isPresent() ? plain(file.get()) : item(source, ref);
    }

    private static Content item(BackupSource source, ItemRef ref) throws IOException {
        try {
            source.read(ref.ordinal(), item -> {
                throw new FoundException(item);
            });
        } catch (FoundException e) {
            if (e.item instanceof SourceItem.Message message && message.ref().equals(ref)) {
                return message.content();
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
     * backups make them) nor objects of one repository. Where it cannot be told, they are not.
     */
    static boolean independent(Copy one, Copy other) {
        Optional<Path> file = file(one.source(), one.entry().ref());
        Optional<Path> otherFile = file(other.source(), other.entry().ref());
        if (file.isEmpty() || otherFile.isEmpty()) {
            boolean bothFiles = one.source() instanceof FileBacked && other.source() instanceof FileBacked;
            return !bothFiles
                    && !one.source()
                            .describe()
                            .location()
                            .equals(other.source().describe().location());
        }
        try {
            Object key = key(file.get());
            Object otherKey = key(otherFile.get());
            return key != null && otherKey != null && !key.equals(otherKey);
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}

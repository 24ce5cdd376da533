package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.Content;

/** Gives directory entries that are no messages as items, each with the reason. */
final class Entries {
    private static final int FILE_TYPE = 0xf000;
    private static final int SOCKET = 0xc000;
    private static final int BLOCK_DEVICE = 0x6000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int PIPE = 0x1000;

    private final Path realRoot;
    private final Numbering out;

    /** @param realRoot the source's root without links, to tell links that stay within from those that leave */
    Entries(Path realRoot, Numbering out) {
        this.realRoot = realRoot;
        this.out = out;
    }

    void unreadable(String relative, Optional<SourceMailbox> mailbox, String why) throws IOException {
        out.give(relative, ref -> new SourceItem.Unreadable(ref, mailbox, why));
    }

    void ignored(String relative, String why) throws IOException {
        out.give(relative, ref -> new SourceItem.Ignored(ref, why));
    }

    /** Lists a directory; if that fails it is itself given as unreadable, with the entries found until then. */
    List<Path> list(Path directory, String relative, Optional<SourceMailbox> mailbox) throws IOException {
        List<Path> found = new ArrayList<>();
        each(directory, relative, mailbox, found::add);
        Collections.sort(found);
        return found;
    }

    /** As {@link #list}, in no order and without a list. */
    void each(Path directory, String relative, Optional<SourceMailbox> mailbox, Consumer<Path> to) throws IOException {
        try {
            Listing.each(directory, to);
        } catch (NoSuchFileException e) {
            unreadable(relative, mailbox, "directory: " + ReadFailure.words(e));
        } catch (IOException e) {
            unreadable(
                    relative,
                    mailbox,
                    "this directory cannot be listed, so not all it holds is known: " + ReadFailure.words(e));
        }
    }

    /**
     * The entry's attributes, without following it.
     *
     * @throws IOException if the entry has vanished or cannot be looked at
     */
    static BasicFileAttributes attributes(Path entry) throws IOException {
        return Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Gives an entry that is neither a plain file nor a directory. */
    void special(Path entry, String relative, Optional<SourceMailbox> mailbox, boolean symbolicLink)
            throws IOException {
        if (symbolicLink) {
            link(entry, relative, mailbox);
        } else {
            unreadable(relative, mailbox, "is " + kind(entry) + ", where only files belong; it was not opened");
        }
    }

    /** Gives a directory that lies where messages do, and all that it holds. */
    void misplaced(Path directory, String relative, Optional<SourceMailbox> mailbox) throws IOException {
        unreadable(relative, mailbox, "is a directory where a message file belongs");
        for (Path entry : list(directory, relative, mailbox)) {
            String path = relative + "/" + NameText.of(entry);
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                misplaced(entry, path, mailbox);
            } else if (Files.isSymbolicLink(entry)) {
                link(entry, path, mailbox);
            } else {
                unreadable(
                        path,
                        mailbox,
                        "lies in a directory within cur or new, where no Maildir has messages; if it is one, move a"
                                + " copy of it up into cur");
            }
        }
    }

    private void link(Path entry, String relative, Optional<SourceMailbox> mailbox) throws IOException {
        String target;
        boolean within = false;
        try {
            target = Files.readSymbolicLink(entry).toString();
            within = entry.toRealPath().startsWith(realRoot);
        } catch (NoSuchFileException e) {
            target = "something that does not exist";
        } catch (IOException e) {
            target = "something that cannot be reached (" + ReadFailure.words(e) + ")";
        }
        if (within) {
            ignored(relative, "symbolic link to " + target + ", which this source gives under its own path");
        } else {
            unreadable(
                    relative,
                    mailbox,
                    "symbolic link to " + target + ", outside this source; links are not followed, so read what it"
                            + " points to as a source of its own");
        }
    }

    private static String kind(Path entry) {
        try {
            int mode = (Integer) Files.getAttribute(entry, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return switch (mode & FILE_TYPE) {
                case PIPE -> "a named pipe";
                case SOCKET -> "a socket";
                case BLOCK_DEVICE, CHARACTER_DEVICE -> "a device";
                default -> "no plain file";
            };
        } catch (IOException | UnsupportedOperationException e) {
            return "no plain file";
        }
    }

    /** The bytes of a plain file; opening it fails if it has been replaced by a link meanwhile. */
    static Content content(Path file, long size) {
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
}

package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.maildir.KnownFiles;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/** Gives what is found as items. */
final class Items {
    private final Numbering out;
    private final Bodies bodies;

    Items(Numbering out, Bodies bodies) {
        this.out = out;
        this.bodies = bodies;
    }

    /**
     * Gives a message.
     *
     * @param suffix what names of its attachments end with
     */
    void message(
            String path,
            SourceMailbox mailbox,
            long uid,
            Flags flags,
            Path file,
            StoredFile.Stored stored,
            String suffix)
            throws IOException {
        Instant received = received(file, stored);
        out.give(path, ref -> {
            try {
                Content content = bodies.content(file, stored, suffix);
                return new SourceItem.Message(
                        ref, mailbox, uid, received, flags, content, witnesses(stored, content instanceof Region));
            } catch (Bodies.Unreadable e) {
                return new SourceItem.Unreadable(ref, Optional.of(mailbox), e.why());
            }
        });
    }

    private static Instant received(Path file, StoredFile.Stored stored) throws IOException {
        long seconds = stored.metadata().received();
        return seconds >= 0 && seconds <= 0xffff_ffffL
                ? Instant.ofEpochSecond(seconds)
                : Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    }

    private static List<Witness> witnesses(StoredFile.Stored stored, boolean plain) {
        List<Witness> witnesses = new ArrayList<>(2);
        Metadata metadata = stored.metadata();
        if (metadata.physical() >= 0) {
            witnesses.add(new Witness.IndexSize(metadata.physical(), "dbox metadata"));
        } else if (plain && stored.stated() >= 0) {
            witnesses.add(new Witness.IndexSize(stored.stated(), "dbox message header"));
        }
        if (metadata.virtual() >= 0) {
            witnesses.add(new Witness.Rfc822Size(metadata.virtual(), "dbox metadata"));
        }
        return List.copyOf(witnesses);
    }

    void fault(String path, Optional<SourceMailbox> mailbox, StoredFile.Fault fault) throws IOException {
        unreadable(
                path + "@" + fault.from(),
                mailbox,
                "octets %,d to %,d: %s".formatted(fault.from(), fault.to(), fault.why()));
    }

    void unreadable(String path, Optional<SourceMailbox> mailbox, String why) throws IOException {
        out.give(path, ref -> new SourceItem.Unreadable(ref, mailbox, why));
    }

    void ignored(String path, String why) throws IOException {
        out.give(path, ref -> new SourceItem.Ignored(ref, why));
    }

    /** Lists a directory; if that fails it is itself given as unreadable. */
    List<Path> list(Path directory, String relative, Optional<SourceMailbox> mailbox) throws IOException {
        try {
            return DboxTree.list(directory);
        } catch (IOException e) {
            unreadable(
                    relative,
                    mailbox,
                    "this directory cannot be listed, so not all it holds is known: " + ReadFailure.words(e));
            return List.of();
        }
    }

    /**
     * Gives an entry that is no message; a directory stands for itself.
     *
     * @param note more to say of it, or empty
     */
    void other(Path entry, String relative, Optional<SourceMailbox> mailbox, String note) throws IOException {
        String name = NameText.of(entry);
        if (Files.isSymbolicLink(entry)) {
            if (name.equals(DboxTree.ALTERNATE)) {
                ignored(relative, "names the folder of alternate storage: " + Files.readSymbolicLink(entry));
            } else {
                unreadable(
                        relative,
                        mailbox,
                        "symbolic link to %s; links are not followed, so read what it points to as a source of its own"
                                .formatted(Files.readSymbolicLink(entry)));
            }
        } else if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                unreadable(relative, mailbox, "is no plain file; it was not opened");
                return;
            }
            if (name.contains(":2,")) {
                unreadable(
                        relative, mailbox, "is named as a Maildir's message; name its folder as a source of its own");
                return;
            }
            String known = reason(name);
            ignored(relative, note.isEmpty() ? known : known + "; " + note);
        }
    }

    private static String reason(String name) {
        if (name.startsWith(DboxTree.MAP)) {
            return "Dovecot's map of messages to files";
        }
        if (name.startsWith(".temp.") || name.startsWith("temp.")) {
            return "a delivery that was never finished";
        }
        String known = KnownFiles.reason(name);
        return known == null ? "no message: a file that dbox does not have" : known;
    }
}

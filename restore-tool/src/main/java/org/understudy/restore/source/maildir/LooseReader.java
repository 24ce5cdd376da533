package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.MessageHead;
import org.understudy.restore.source.ReadFailure;

/** Gives the entries of a directory that is no mailbox. */
final class LooseReader {
    private final Entries entries;

    LooseReader(Entries entries) {
        this.entries = entries;
    }

    void read(MaildirTree.LooseDirectory directory) throws IOException {
        boolean courierKeywords = NameText.of(directory.directory()).equals(CourierKeywords.FOLDER);
        for (Path entry : entries.list(directory.directory(), directory.relative(), Optional.empty())) {
            String name = NameText.of(entry);
            String relative = MaildirTree.join(directory.relative(), name);
            BasicFileAttributes attributes;
            try {
                attributes = Entries.attributes(entry);
            } catch (IOException e) {
                entries.unreadable(relative, Optional.empty(), ReadFailure.words(e));
                continue;
            }
            if (attributes.isDirectory()) {
                continue; // stands for itself
            }
            if (!attributes.isRegularFile()) {
                entries.special(entry, relative, Optional.empty(), attributes.isSymbolicLink());
            } else if (courierKeywords) {
                entries.ignored(relative, "Courier's keywords, read with the messages");
            } else if (MaildirFileName.looksDelivered(name)) {
                entries.unreadable(
                        relative, Optional.empty(), "is named like a message, but lies in no mailbox's cur or new");
            } else {
                String known = KnownFiles.reason(name);
                if (known == null && MessageHead.isOfMessage(entry)) {
                    entries.unreadable(
                            relative,
                            Optional.empty(),
                            "begins as a message does, but lies outside any mailbox; name its directory as a source of"
                                    + " its own");
                } else {
                    entries.ignored(relative, known == null ? "lies outside any mailbox" : known);
                }
            }
        }
    }

    /** What a plain file in a mailbox's own directory, beside cur and new, is; null if it may be a message. */
    static @Nullable String besideMessages(String name) {
        String known = KnownFiles.reason(name);
        if (known != null) {
            return known;
        }
        return MaildirFileName.looksDelivered(name) ? null : "no message: lies beside cur and new";
    }
}

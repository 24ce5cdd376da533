package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.dovecot.DovecotIndex;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.storage.keyspace.Flags;

/** Gives the messages of one sdbox mailbox: each in a file of its own, named by its UID. */
final class SingleReader {
    private static final int GUID_AT = 4;
    private static final int GUID = 16;

    private final Items items;
    private final DboxTree.MailboxDirectory directory;
    private final DboxTree.@Nullable MailboxDirectory alternate;
    private final SourceMailbox mailbox;
    private final Optional<SourceMailbox> some;
    private final DovecotIndex index;

    SingleReader(
            Items items,
            DboxTree.MailboxDirectory directory,
            DboxTree.@Nullable MailboxDirectory alternate,
            SourceMailbox mailbox) {
        this.items = items;
        this.directory = directory;
        this.alternate = alternate;
        this.mailbox = mailbox;
        this.some = Optional.of(mailbox);
        this.index = index(directory);
    }

    static DovecotIndex index(DboxTree.MailboxDirectory directory) {
        return DovecotIndex.read(directory.directory(), "dovecot.index", Set.of("dbox-hdr"));
    }

    /** A file that should hold one message. */
    private record Candidate(Path file, String relative) {}

    void read() throws IOException {
        TreeMap<Long, Candidate> files = new TreeMap<>();
        List<Candidate> others = new ArrayList<>();
        list(directory, files, others);
        if (alternate != null) {
            list(alternate, files, others);
        }
        for (Map.Entry<Long, Candidate> file : files.entrySet()) {
            give(file.getKey(), file.getValue());
        }
        for (long uid : new TreeSet<>(index.uids())) {
            if (!files.containsKey(uid)) {
                items.unreadable(
                        directory.relative() + "/u." + uid,
                        some,
                        "named in Dovecot's index as UID %d, and the file is not there%s"
                                .formatted(
                                        uid,
                                        index.isMarked(uid)
                                                ? "; the index says that it lies in alternate storage, which is not"
                                                        + " part of this source"
                                                : ""));
            }
        }
        for (Candidate other : others) {
            boolean isIndex = NameText.of(other.file()).equals("dovecot.index")
                    || NameText.of(other.file()).equals("dovecot.index.log");
            items.other(other.file(), other.relative(), some, isIndex ? index.condition() : "");
        }
    }

    private void list(DboxTree.MailboxDirectory from, Map<Long, Candidate> files, List<Candidate> others)
            throws IOException {
        for (Path entry : items.list(from.directory(), from.relative(), some)) {
            Matcher name = DboxTree.SINGLE.matcher(NameText.of(entry));
            Candidate candidate = new Candidate(entry, DboxTree.join(from.relative(), NameText.of(entry)));
            boolean isMessage = name.matches() && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
            if (!isMessage || files.putIfAbsent(Long.parseLong(name.group(1)), candidate) != null) {
                others.add(candidate);
            }
        }
    }

    private void give(long uid, Candidate candidate) throws IOException {
        DovecotIndex.Says says = index.of(uid);
        if (says == DovecotIndex.Says.EXPUNGED) {
            items.ignored(candidate.relative(), "expunged, by Dovecot's index; its file was not deleted by then");
            return;
        }
        StoredFile file;
        try {
            file = StoredFile.read(candidate.file());
        } catch (IOException e) {
            items.unreadable(candidate.relative(), some, ReadFailure.words(e));
            return;
        }
        if (file.messages().isEmpty()) {
            items.unreadable(
                    candidate.relative(),
                    some,
                    file.faults().isEmpty()
                            ? "the file holds no message"
                            : "the file holds no message: "
                                    + file.faults().getFirst().why());
            return;
        }
        boolean indexed = index.uids().contains(uid);
        items.message(
                candidate.relative() + lost(indexed),
                mailbox,
                uid,
                indexed ? index.allFlags(uid) : Flags.NONE,
                candidate.file(),
                file.messages().getFirst(),
                suffix(uid));
        for (StoredFile.Stored more : file.messages().subList(1, file.messages().size())) {
            items.unreadable(
                    candidate.relative() + "@" + more.offset(),
                    some,
                    "another message in a file that should hold one; an sdbox file never does");
        }
        for (StoredFile.Fault fault : file.faults()) {
            items.fault(candidate.relative(), some, fault);
        }
    }

    /** What is not known of a message, for its path. */
    private String lost(boolean indexed) {
        if (!indexed) {
            return " (flags and keywords lost)";
        }
        return index.isSound() ? "" : " (flags and keywords perhaps older)";
    }

    /** Attachments that are stored apart are named by the mailbox's GUID and the message's UID as well. */
    private String suffix(long uid) {
        byte[] header = index.header("dbox-hdr");
        return header.length < GUID_AT + GUID
                ? ""
                : "-" + HexFormat.of().formatHex(header, GUID_AT, GUID_AT + GUID) + "-" + uid;
    }
}

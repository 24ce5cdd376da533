package org.understudy.restore.source.maildir;

import java.io.IOException;
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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.dovecot.DovecotIndex;
import org.understudy.storage.keyspace.Flags;

/** Gives all items of one mailbox. Holds the names of that mailbox, about 300 octets a message. */
final class MailboxReader {
    /** A copy that rsync had not finished: a dot, the name, a dot, six random letters. */
    private static final Pattern RSYNC_PARTIAL = Pattern.compile("\\.(.+)\\.[A-Za-z0-9]{6}");

    /**
     * A file in cur or new. Many are held at once, so this is kept small.
     *
     * @param unusual the path, where {@code text} alone does not lead to it; else null
     * @param entry what the list of UIDs says of it, or null
     */
    private record Candidate(
            String part, String text, @Nullable Path unusual, UidList.@Nullable Entry entry, long uid) {
        /** Whether another file is the one that the list names. */
        boolean nameTaken() {
            return entry != null && uid == 0;
        }

        Path in(Path mailbox) {
            return unusual == null ? mailbox.resolve(part).resolve(text) : unusual;
        }

        Candidate withoutUid() {
            return new Candidate(part, text, unusual, entry, 0);
        }
    }

    private static final Comparator<Candidate> ORDER = Comparator.<Candidate>comparingLong(
                    c -> c.uid() == 0 ? Long.MAX_VALUE : c.uid())
            .thenComparing(Candidate::text)
            .thenComparing(Candidate::part);

    private final Entries entries;
    private final Numbering out;
    private final Path directory;
    private final String relative;
    private final SourceMailbox mailbox;
    private final Optional<SourceMailbox> some;
    private final Map<String, String> notes = new TreeMap<>();
    private List<Candidate> candidates = List.of();
    private @Nullable DovecotIndex index;

    MailboxReader(Entries entries, Numbering out, MaildirTree.MailboxDirectory from, SourceMailbox mailbox) {
        this.entries = entries;
        this.out = out;
        this.directory = from.directory();
        this.relative = from.relative();
        this.mailbox = mailbox;
        this.some = Optional.of(mailbox);
    }

    void read() throws IOException {
        List<Path> own = entries.list(directory, relative, some);
        Set<String> ownNames = new HashSet<>();
        own.forEach(path -> ownNames.add(NameText.of(path)));
        DovecotKeywords keywords = keywords();
        CourierKeywords courier = courier();

        UidList uids = uids(directory);
        candidates = candidates(ownNames, uids);
        boolean listed = uids.size() > 0 && uids.condition().isEmpty();
        for (Candidate candidate : candidates) {
            give(candidate, keywords, courier, listed);
        }
        giveMissing(uids);
        for (Path entry : own) {
            giveOwn(entry);
        }
        if (ownNames.contains("tmp")) {
            tmp(directory.resolve("tmp"), MaildirTree.join(relative, "tmp"));
        }
    }

    /** The list of UIDs of the mailbox in {@code directory}: Dovecot's, else Courier's, else an empty one. */
    static UidList uids(Path directory) {
        Path file = uidFile(directory);
        return ControlFile.isPlain(file) ? UidList.read(file) : UidList.NONE;
    }

    private static Path uidFile(Path directory) {
        Path dovecot = directory.resolve("dovecot-uidlist");
        return ControlFile.isPlain(dovecot) ? dovecot : directory.resolve("courierimapuiddb");
    }

    /** Dovecot's index, read when first needed. */
    private DovecotIndex index() {
        DovecotIndex read = index;
        if (read == null) {
            read = DovecotIndex.read(directory);
            index = read;
        }
        return read;
    }

    private DovecotKeywords keywords() {
        Path file = directory.resolve("dovecot-keywords");
        if (!ControlFile.isPlain(file)) {
            return DovecotKeywords.NONE;
        }
        DovecotKeywords keywords = DovecotKeywords.read(file);
        if (!keywords.condition().isEmpty()) {
            notes.put("dovecot-keywords", keywords.condition());
        }
        return keywords;
    }

    private CourierKeywords courier() {
        Path folder = directory.resolve(CourierKeywords.FOLDER);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return CourierKeywords.NONE;
        }
        try {
            return CourierKeywords.read(folder);
        } catch (IOException e) {
            notes.put("courierimapuiddb", "keywords in courierimapkeywords could not be read: " + ReadFailure.words(e));
            return CourierKeywords.NONE;
        }
    }

    /** All files of cur and new in the order in which they are given; each UID once. */
    private List<Candidate> candidates(Set<String> ownNames, UidList uids) throws IOException {
        List<Candidate> found = new ArrayList<>();
        for (String part : List.of("cur", "new")) {
            Path folder = directory.resolve(part);
            if (ownNames.contains(part) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                entries.each(
                        folder, MaildirTree.join(relative, part), some, file -> found.add(candidate(part, file, uids)));
            }
        }
        found.sort(ORDER);
        boolean repeated = false;
        long last = 0;
        for (int i = 0; i < found.size(); i++) {
            Candidate candidate = found.get(i);
            if (candidate.uid() != 0 && candidate.uid() == last) {
                found.set(i, candidate.withoutUid());
                repeated = true;
            }
            last = candidate.uid();
        }
        if (repeated) {
            found.sort(ORDER);
        }
        return found;
    }

    private static Candidate candidate(String part, Path file, UidList uids) {
        String text = NameText.of(file);
        UidList.Entry entry = uids.find(MaildirFileName.parse(text));
        boolean plain = text.chars().allMatch(c -> c > 0x1f && c < 0x7f && c != '\\');
        return new Candidate(part, text, plain ? null : file, entry, entry == null ? 0 : entry.uid());
    }

    /**
     * Gives the messages that the list of UIDs names and that are not there. Dovecot leaves the entries of expunged
     * messages in the list, so those that its index says are expunged are told beside the list and not given.
     */
    private void giveMissing(UidList uids) throws IOException {
        Path file = uidFile(directory);
        String list = NameText.of(file);
        List<String> words = new ArrayList<>();
        if (!uids.condition().isEmpty()) {
            words.add(uids.condition());
        }
        Set<Long> found = new HashSet<>();
        candidates.forEach(candidate -> found.add(candidate.uid()));
        SortedMap<Long, String> missing = new TreeMap<>();
        uids.each((base, entry) -> {
            if (!found.contains(entry.uid())) {
                missing.put(entry.uid(), base);
            }
        });
        if (!missing.isEmpty()) {
            long expunged = 0;
            for (Map.Entry<Long, String> entry : missing.entrySet()) {
                DovecotIndex.Says says = index().of(entry.getKey());
                if (says == DovecotIndex.Says.EXPUNGED) {
                    expunged++;
                    continue;
                }
                entries.unreadable(
                        MaildirTree.join(relative, "cur") + "/" + entry.getValue(),
                        some,
                        "named in %s as UID %d, and the file is not there; %s"
                                .formatted(
                                        list,
                                        entry.getKey(),
                                        says == DovecotIndex.Says.PRESENT
                                                ? "Dovecot's index says that the mailbox has it"
                                                : "no index here says whether it was expunged"));
            }
            if (expunged > 0) {
                words.add("it names %,d message%s that Dovecot's index says %s expunged"
                        .formatted(expunged, expunged == 1 ? "" : "s", expunged == 1 ? "was" : "were"));
            }
            if (missing.size() > expunged) {
                long gone = missing.size() - expunged;
                words.add("it names %,d message%s that %s missing"
                        .formatted(gone, gone == 1 ? "" : "s", gone == 1 ? "is" : "are"));
            }
        }
        if (!words.isEmpty()) {
            notes.put(list, String.join("; ", words));
        }
    }

    private void give(Candidate candidate, DovecotKeywords keywords, CourierKeywords courier, boolean listed)
            throws IOException {
        Path file = candidate.in(directory);
        MaildirFileName name = MaildirFileName.parse(candidate.text());
        String path = MaildirTree.join(relative, candidate.part()) + "/" + candidate.text();
        BasicFileAttributes attributes;
        try {
            attributes = Entries.attributes(file);
        } catch (IOException e) {
            entries.unreadable(path, some, ReadFailure.words(e));
            return;
        }
        if (attributes.isDirectory()) {
            entries.misplaced(file, path, some);
        } else if (!attributes.isRegularFile()) {
            entries.special(file, path, some, attributes.isSymbolicLink());
        } else if (candidate.text().startsWith(".")) {
            hidden(candidate.text(), path);
        } else {
            out.give(path, ref -> {
                if (attributes.size() == 0 && name.size() != 0) {
                    return new SourceItem.Unreadable(ref, some, "the file is empty" + stated(name));
                }
                if (!Files.isReadable(file)) {
                    return new SourceItem.Unreadable(ref, some, "permission denied; run as a user who may read it");
                }
                Instant exported = name.exportedDate();
                return new SourceItem.Message(
                        ref,
                        mailbox,
                        candidate.uid(),
                        exported == null ? attributes.lastModifiedTime().toInstant() : exported,
                        flags(name, keywords, courier),
                        Entries.content(file, attributes.size()),
                        witnesses(name, candidate, listed, keywords));
            });
        }
    }

    private void hidden(String name, String path) throws IOException {
        Matcher partial = RSYNC_PARTIAL.matcher(name);
        if (partial.matches() && MaildirFileName.looksDelivered(partial.group(1))) {
            if (candidates.stream().anyMatch(c -> c.text().equals(partial.group(1)))) {
                entries.ignored(path, "unfinished copy of a message that is here in full");
            } else {
                entries.unreadable(
                        path, some, "unfinished copy of a message, as rsync leaves it when it is interrupted");
            }
            return;
        }
        String known = KnownFiles.reason(name);
        entries.ignored(path, known == null ? "hidden file: a message's name never begins with a dot" : known);
    }

    private static String stated(MaildirFileName name) {
        return name.size() > 0 ? "; its name states %,d octets".formatted(name.size()) : "";
    }

    private static Flags flags(MaildirFileName name, DovecotKeywords keywords, CourierKeywords courier) {
        return name.flags(keywords, courier.of(name.base()));
    }

    /** What a message's name says of its bytes. */
    static List<Witness> witnesses(MaildirFileName name) {
        List<Witness> witnesses = new ArrayList<>(2);
        if (name.size() >= 0) {
            witnesses.add(new Witness.MaildirSize(name.size()));
        }
        if (name.virtualSize() >= 0) {
            witnesses.add(new Witness.MaildirVirtualSize(name.virtualSize()));
        }
        return witnesses;
    }

    private List<Witness> witnesses(
            MaildirFileName name, Candidate candidate, boolean listed, DovecotKeywords keywords) {
        UidList.@Nullable Entry entry = candidate.nameTaken() ? null : candidate.entry();
        List<Witness> witnesses = witnesses(name);
        if (entry != null && entry.size() >= 0) {
            witnesses.add(new Witness.IndexSize(entry.size(), "dovecot-uidlist"));
        }
        if (entry != null && entry.virtualSize() >= 0 && name.virtualSize() < 0) {
            witnesses.add(new Witness.MaildirVirtualSize(entry.virtualSize()));
        }
        // Deliveries wait in new until Dovecot next looks; in cur it lists whatever it puts there.
        if (listed && candidate.uid() == 0 && (candidate.part().equals("cur") || candidate.nameTaken())) {
            witnesses.add(new Witness.NotListed(NameText.of(uidFile(directory)), candidate.nameTaken()));
        }
        Flags indexed = candidate.uid() == 0 ? null : index().flags(candidate.uid());
        if (indexed != null
                && indexed.system() != name.flags(keywords, Set.of()).system()) {
            witnesses.add(new Witness.IndexFlags(indexed, "Dovecot's index"));
        }
        return List.copyOf(witnesses);
    }

    /** Gives an entry beside cur, new and tmp; directories stand for themselves in the tree. */
    private void giveOwn(Path entry) throws IOException {
        String name = NameText.of(entry);
        String path = MaildirTree.join(relative, name);
        BasicFileAttributes attributes;
        try {
            attributes = Entries.attributes(entry);
        } catch (IOException e) {
            entries.unreadable(path, some, ReadFailure.words(e));
            return;
        }
        if (attributes.isDirectory()) {
            return;
        }
        if (!attributes.isRegularFile()) {
            entries.special(entry, path, some, attributes.isSymbolicLink());
            return;
        }
        String reason = LooseReader.besideMessages(name);
        if (reason == null) {
            entries.unreadable(path, some, "is named like a message, but lies beside cur and new");
            return;
        }
        String note = notes.get(name);
        entries.ignored(path, note == null ? reason : reason + "; " + note);
    }

    private void tmp(Path folder, String path) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return; // given among the mailbox's own entries
        }
        for (Path entry : entries.list(folder, path, some)) {
            String below = path + "/" + NameText.of(entry);
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                tmp(entry, below);
            } else {
                entries.ignored(below, "in tmp: a delivery that was never finished");
            }
        }
    }
}

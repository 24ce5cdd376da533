package org.understudy.restore.source.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.SnapshotRows;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.repository.UidSet;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Bodies;
import org.understudy.storage.Content;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * One snapshot of a repository. Items come by user, mailbox and UID. A message's bytes are read before it is given, so
 * that one whose bytes lie in a damaged table comes out as unreadable; those of messages up to {@value
 * #HELD_OCTETS} octets are held until the next item, larger ones are read again when opened.
 */
public final class SnapshotSource implements BackupSource {
    private static final int HELD_OCTETS = 4 << 20;

    private final OpenedSnapshot snapshot;
    private final String location;
    private final List<Selected> selected;
    private final boolean own;

    private record Selected(SourceMailbox name, Manifest.Mailbox mailbox, UidSet uids) {}

    /**
     * Which part of a snapshot to give.
     *
     * @param users names; empty for all
     * @param mailboxes names as {@link SourceMailbox} has them; empty for all
     */
    public record Selection(Set<String> users, Set<String> mailboxes) {
        public static final Selection ALL = new Selection(Set.of(), Set.of());

        public Selection {
            users = Set.copyOf(users);
            mailboxes = Set.copyOf(mailboxes);
        }

        boolean has(SourceMailbox mailbox) {
            return (users.isEmpty() || users.contains(mailbox.user()))
                    && (mailboxes.isEmpty() || mailboxes.contains(mailbox.name()));
        }
    }

    /** @param own whether closing this closes the snapshot */
    private SnapshotSource(OpenedSnapshot snapshot, String location, List<Selected> selected, boolean own) {
        this.snapshot = snapshot;
        this.location = location;
        this.selected = selected;
        this.own = own;
    }

    /**
     * Opens a snapshot after checking its signature and chain.
     *
     * @param snapshot an id, the beginning of exactly one, or {@code latest}
     * @throws OperatorException as {@link OpenedSnapshot#open} does
     */
    public static SnapshotSource open(
            Repository repository,
            String snapshot,
            TrustedKeys trusted,
            OpenedSnapshot.Assurance assurance,
            Selection selection,
            Clock clock) {
        OpenedSnapshot opened = OpenedSnapshot.open(repository, snapshot, trusted, assurance, clock);
        List<Selected> selected = new ArrayList<>();
        for (Manifest.User user : opened.manifest().users()) {
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                SourceMailbox name = new SourceMailbox(user.name(), nameOf(mailbox));
                if (selection.has(name)) {
                    selected.add(new Selected(name, mailbox, UidSet.parse(mailbox.uids())));
                }
            }
        }
        selected.sort(Comparator.comparing(Selected::name)
                .thenComparingLong(s -> s.mailbox().id()));
        return new SnapshotSource(opened, repository.location(), selected, true);
    }

    /**
     * The part of one user, over the same open snapshot, which only closing this source closes. Several may be read at
     * once.
     */
    public SnapshotSource of(String user) {
        return new SnapshotSource(
                snapshot,
                location,
                selected.stream().filter(one -> one.name().user().equals(user)).toList(),
                false);
    }

    private static String nameOf(Manifest.Mailbox mailbox) {
        return mailbox.namespace().equals(MailboxPath.PRIVATE)
                ? mailbox.name()
                : mailbox.namespace() + MailboxPath.DELIMITER + mailbox.name();
    }

    @Override
    public Description describe() {
        Manifest manifest = snapshot.manifest();
        String details = "snapshot " + manifest.id() + " of store " + manifest.storeId() + ", " + manifest.messages()
                + " messages of " + manifest.users().size() + " users; "
                + switch (snapshot.trust()) {
                    case TRUSTED_KEY -> "signature and chain verified";
                    case REPOSITORY_KEY -> "signature verified with the repository's own key only";
                    case NONE -> "NOT VERIFIED";
                };
        String notes = String.join("; ", snapshot.notes());
        return new Description("snapshot", location, notes.isEmpty() ? details : details + "; " + notes);
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        return selected.stream()
                .map(one -> new MailboxInfo(
                        one.name(), one.mailbox().uidValidity(), one.mailbox().subscribed()))
                .toList();
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        SnapshotRows rows = snapshot.rows();
        long first = 0;
        for (Selected one : selected) {
            long end = first + one.uids().size();
            if (end > fromOrdinal) {
                read(one, rows, first, fromOrdinal, sink);
            }
            first = end;
        }
    }

    private void read(Selected one, SnapshotRows rows, long first, long fromOrdinal, Sink sink) throws IOException {
        int size = SnapshotRows.groupSize();
        int group = fromOrdinal <= first ? 0 : (int) ((fromOrdinal - first) / size);
        for (; group < SnapshotRows.groups(one.mailbox()); group++) {
            SnapshotRows.Group read = rows.read(one.mailbox(), one.uids(), group);
            long ordinal = first + (long) group * size;
            for (SnapshotRows.Row row : read.rows()) {
                if (ordinal >= fromOrdinal) {
                    sink.accept(item(one, read, row, ordinal));
                }
                ordinal++;
            }
        }
    }

    private SourceItem item(Selected one, SnapshotRows.Group group, SnapshotRows.Row row, long ordinal)
            throws IOException {
        MessageFacts facts = row.facts();
        MessageFlags flags = row.flags();
        String place = one.name().user() + "/" + one.name().name() + "/" + row.uid();
        if (facts == null) {
            String why = "user " + one.name().user() + ", mailbox " + one.name().name() + ", UID " + row.uid()
                    + ": its row cannot be read (" + snapshot.words(row.fault()) + "); it lies in "
                    + uninterrupted(() -> snapshot.blame(one.mailbox(), row.uid()));
            return new SourceItem.Unreadable(new ItemRef(ordinal, place), Optional.of(one.name()), why);
        }
        Content content;
        try {
            content = content(facts);
        } catch (CorruptionException | OperatorException e) {
            String why = "user " + one.name().user() + ", mailbox " + one.name().name() + ", UID " + row.uid()
                    + ": body " + facts.body() + " cannot be read (" + snapshot.words(e) + "); it lies in "
                    + uninterrupted(() -> snapshot.blame(facts.body()));
            return new SourceItem.Unreadable(new ItemRef(ordinal, place), Optional.of(one.name()), why);
        }
        boolean flagsProven = flags != null && (group.proven() || !group.contentProven());
        String path = flags == null
                ? place + " (flags and keywords lost)"
                : flagsProven ? place : place + " (flags and keywords perhaps older)";
        return new SourceItem.Message(
                new ItemRef(ordinal, path),
                one.name(),
                row.uid(),
                facts.internalDate(),
                flags == null ? Flags.NONE : flags.flags(),
                content,
                witnesses(facts, group));
    }

    /** A row that the manifest proves gives a trusted digest; any other only its size, as its own word. */
    private List<Witness> witnesses(MessageFacts facts, SnapshotRows.Group group) {
        String from = "snapshot " + snapshot.manifest().id();
        List<Witness> witnesses = new ArrayList<>();
        if (group.contentProven() && snapshot.trust() != Trust.NONE) {
            witnesses.add(new Witness.TrustedDigest(facts.digest(), true, from));
        }
        witnesses.add(new Witness.IndexSize(facts.size(), from));
        return List.copyOf(witnesses);
    }

    private Content content(MessageFacts facts) throws IOException {
        Bodies bodies = snapshot.store().bodies();
        if (facts.size() <= HELD_OCTETS) {
            return Content.of(bodies.read(facts.body()));
        }
        long size;
        try (InputStream in = bodies.open(facts.body())) {
            size = in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                try {
                    return bodies.open(facts.body());
                } catch (CorruptionException | OperatorException e) {
                    throw new IOException("body " + facts.body() + " cannot be read any more", e);
                }
            }
        };
    }

    private interface Blame {
        String name() throws InterruptedException;
    }

    private static String uninterrupted(Blame blame) throws IOException {
        try {
            return blame.name();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("stopped on request");
        }
    }

    @Override
    public void close() throws IOException {
        if (own) {
            snapshot.close();
        }
    }
}

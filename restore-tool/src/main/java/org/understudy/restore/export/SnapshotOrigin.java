package org.understudy.restore.export;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.understudy.restore.export.OriginMessage.Fault;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.SnapshotRows;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** A snapshot of the repository. Which messages there should be is the signed manifest's word. */
final class SnapshotOrigin implements Origin {
    private final OpenedSnapshot snapshot;
    private final Map<MailboxId, Manifest.Mailbox> mailboxes = new HashMap<>();

    private SnapshotOrigin(OpenedSnapshot snapshot) {
        this.snapshot = snapshot;
        snapshot.manifest()
                .users()
                .forEach(user -> user.mailboxes().forEach(mailbox -> mailboxes.put(mailbox.mailboxId(), mailbox)));
    }

    static SnapshotOrigin open(Workplace workplace, String name) {
        return new SnapshotOrigin(OpenedSnapshot.open(
                Repository.open(workplace.repository()),
                name,
                TrustedKeys.load(workplace.keys()),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                workplace.clock()));
    }

    @Override
    public String identity() {
        return "snapshot " + snapshot.manifest().id();
    }

    @Override
    public MailStore store() {
        return snapshot.store();
    }

    @Override
    public SortedMap<String, List<OriginMailbox>> users() {
        SortedMap<String, List<OriginMailbox>> users = new TreeMap<>();
        for (Manifest.User user : snapshot.manifest().users()) {
            List<OriginMailbox> all = new ArrayList<>();
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                all.add(new OriginMailbox(
                        mailbox.mailboxId(),
                        user.name(),
                        StoreOrigin.name(mailbox.namespace(), mailbox.name()),
                        mailbox.uidValidity(),
                        mailbox.uidNext(),
                        mailbox.subscribed(),
                        mailbox.messages()));
            }
            all.sort(Comparator.comparing(OriginMailbox::name));
            users.put(user.name(), all);
        }
        return users;
    }

    @Override
    public void messages(OriginMailbox mailbox, Sink sink) throws IOException, InterruptedException {
        Manifest.Mailbox promised = mailboxes.get(mailbox.id());
        if (promised == null) {
            throw new IllegalStateException("the manifest has no mailbox " + mailbox.id());
        }
        UidSet uids = UidSet.parse(promised.uids());
        SnapshotRows rows = snapshot.rows();
        for (int number = 0; number < SnapshotRows.groups(promised); number++) {
            SnapshotRows.Group group = rows.read(promised, uids, number);
            for (SnapshotRows.Row row : group.rows()) {
                sink.accept(message(promised, group, row));
            }
        }
    }

    private OriginMessage message(Manifest.Mailbox mailbox, SnapshotRows.Group group, SnapshotRows.Row row)
            throws IOException {
        MessageFacts facts = row.facts();
        MessageFlags flags = row.flags();
        if (facts == null) {
            return new OriginMessage.Lost(
                    row.uid(),
                    "its row cannot be read (" + snapshot.words(row.fault()) + "); it lies in "
                            + blame(mailbox, row.uid()));
        }
        if (flags == null) {
            return new OriginMessage.Doubtful(
                    facts, Flags.NONE, Fault.FLAGS_LOST, "flags and keywords: " + snapshot.words(row.fault()));
        }
        return group.proven()
                ? new OriginMessage.Found(facts, flags.flags())
                : new OriginMessage.Doubtful(
                        facts,
                        flags.flags(),
                        Fault.UNPROVEN,
                        group.contentProven()
                                ? "its flags are not what the manifest proves"
                                : "rows beside it are lost, so the manifest cannot prove it");
    }

    private String blame(Manifest.Mailbox mailbox, long uid) throws IOException {
        try {
            return snapshot.blame(mailbox, uid);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("stopped on request");
            stopped.initCause(e);
            throw stopped;
        }
    }

    @Override
    public boolean vanished(MessageFacts facts) {
        return false;
    }

    @Override
    public void close() throws IOException {
        snapshot.close();
    }
}

package org.understudy.restore.drill;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.canary.KnownCanary;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.ContentTree;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.SnapshotRows;
import org.understudy.restore.repository.UidSet;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;

/** What lies in the shadow of one user, compared with what the manifest promises and with what canaries should hold. */
final class Rehearsed {
    private static final long LAST_UID = 0xFFFF_FFFFL;
    private static final int FAULTS = 50;

    private final Manifest.User promised;
    private final OpenedSnapshot snapshot;
    private final List<String> faults = new ArrayList<>();
    private final List<MailProgramLeg.Mailbox> mailboxes = new ArrayList<>();
    private long trees;
    private long treesDifferent;
    private long canaryMessages;

    Rehearsed(Manifest.User promised, OpenedSnapshot snapshot) {
        this.promised = promised;
        this.snapshot = snapshot;
    }

    /** A message of the shadow, as far as two can be the same one. */
    private record Same(Digest digest, Instant internalDate) {}

    /** @param canary of this user, where there is one */
    void compare(Workplace place, String restore, Optional<KnownCanary> canary) {
        try (ShadowStore shadow = ShadowStore.openExisting(place.shadows(), restore, place.clock())) {
            Map<String, ShadowMailbox> byName = new HashMap<>();
            shadow.mailboxes().forEach(mailbox -> byName.put(mailbox.source().name(), mailbox));
            for (Manifest.Mailbox mailbox : promised.mailboxes()) {
                ShadowMailbox found = byName.remove(SnapshotSource.nameOf(mailbox));
                if (found == null) {
                    trees++;
                    treesDifferent++;
                    fault("mailbox " + mailbox.name() + " is missing in the shadow");
                } else {
                    compare(shadow, mailbox, found);
                }
            }
            byName.keySet().forEach(name -> fault("mailbox " + name + " is in the shadow, and the manifest has none"));
        }
        canary.ifPresent(this::compare);
    }

    private void compare(ShadowStore shadow, Manifest.Mailbox mailbox, ShadowMailbox found) {
        Map<Long, Long> sourceUids = new HashMap<>();
        shadow.evidence(found.id(), (uid, evidence) -> sourceUids.put(uid, evidence.sourceUid()));
        SortedMap<Long, MessageFacts> bySourceUid = new TreeMap<>();
        Map<Same, MessageFacts> bySame = new HashMap<>();
        SortedMap<Long, MailProgramLeg.Message> shown = new TreeMap<>();
        shadow.store().messages().scan(found.id(), 1, LAST_UID, facts -> {
            bySourceUid.put(sourceUids.getOrDefault(facts.uid(), 0L), facts);
            bySame.put(new Same(facts.digest(), facts.internalDate()), facts);
            shown.put(facts.uid(), new MailProgramLeg.Message(facts.digest(), facts.size(), facts.internalDate()));
        });
        mailboxes.add(new MailProgramLeg.Mailbox(found.source().name(), shown));
        trees++;
        ContentTree tree = new ContentTree();
        UidSet uids = UidSet.parse(mailbox.uids());
        SnapshotRows rows = snapshot.rows();
        long missing = 0;
        for (int number = 0; number < SnapshotRows.groups(mailbox); number++) {
            SnapshotRows.Group group = null;
            for (long uid : uids.slice((long) number * SnapshotRows.groupSize(), SnapshotRows.groupSize())) {
                MessageFacts own = bySourceUid.get(uid);
                if (own == null) {
                    // A second copy of the same message in a mailbox is replayed once; its row says which one it is.
                    group = group == null ? rows.read(mailbox, uids, number) : group;
                    own = twin(group, uid, bySame);
                }
                if (own == null) {
                    missing++;
                } else {
                    tree.add(uid, own.digest(), own.size(), own.internalDate());
                }
            }
        }
        if (missing > 0) {
            fault("mailbox " + mailbox.name() + ": " + missing + " of " + mailbox.messages()
                    + " messages that the manifest promises are not in the shadow");
        }
        if (!tree.groups().equals(mailbox.contentGroups())) {
            treesDifferent++;
            fault("mailbox " + mailbox.name() + ": the Merkle tree of what was replayed is not the manifest's");
        }
    }

    private static @Nullable MessageFacts twin(SnapshotRows.Group group, long uid, Map<Same, MessageFacts> bySame) {
        for (SnapshotRows.Row row : group.rows()) {
            MessageFacts facts = row.facts();
            if (row.uid() == uid && facts != null) {
                return bySame.get(new Same(facts.digest(), facts.internalDate()));
            }
        }
        return null;
    }

    private void compare(KnownCanary canary) {
        Instant taken = snapshot.manifest().created();
        Map<Digest, MailProgramLeg.Message> there = new HashMap<>();
        boolean mailbox = false;
        for (MailProgramLeg.Mailbox one : mailboxes) {
            if (one.name().equals(canary.mailbox())) {
                mailbox = true;
                one.messages().values().forEach(message -> there.put(message.digest(), message));
            }
        }
        if (!mailbox && canary.since().isAfter(taken)) {
            return;
        }
        for (KnownCanary.Message known : canary.messages()) {
            if (known.internalDate().isAfter(taken) || canary.since().isAfter(taken)) {
                continue;
            }
            MailProgramLeg.Message found = there.get(known.sha256());
            if (found == null && known.expunged()) {
                continue;
            }
            canaryMessages++;
            if (found == null) {
                fault("canary message of " + known.internalDate() + " (SHA-256 " + known.sha256()
                        + ") is not in the shadow");
            } else if (found.size() != known.size() || !found.internalDate().equals(known.internalDate())) {
                fault("canary message of " + known.internalDate() + " came back with another size or date");
            }
        }
    }

    private void fault(String text) {
        if (faults.size() < FAULTS) {
            faults.add(text);
        }
    }

    List<String> faults() {
        return faults;
    }

    /** What a mail program should see. */
    List<MailProgramLeg.Mailbox> mailboxes() {
        return mailboxes;
    }

    long trees() {
        return trees;
    }

    long treesDifferent() {
        return treesDifferent;
    }

    long canaryMessages() {
        return canaryMessages;
    }
}

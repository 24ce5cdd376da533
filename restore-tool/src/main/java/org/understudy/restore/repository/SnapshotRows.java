package org.understudy.restore.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Reads the rows of a snapshot's messages as far as they can be read, one group of the manifest's Merkle tree at a time,
 * and says what of them the manifest proves. Which messages there should be is the manifest's word alone: rows that it
 * does not list (old ones can come back when a table is lost) are passed over, and leave their group unproven where they
 * stand for others.
 */
public final class SnapshotRows {
    private final MailStore store;

    public SnapshotRows(MailStore store) {
        this.store = store;
    }

    /**
     * @param facts null if the row is missing or cannot be read
     * @param flags likewise
     * @param fault why not, or empty
     */
    public record Row(
            long uid,
            @Nullable MessageFacts facts,
            @Nullable MessageFlags flags,
            String fault) {}

    /**
     * @param rows one for each UID, ascending
     * @param contentProven whether UIDs, digests, sizes and dates are those of the manifest
     * @param proven whether flags, keywords and MODSEQs are, too
     */
    public record Group(List<Row> rows, boolean contentProven, boolean proven) {}

    /** How many groups a mailbox has. */
    public static int groups(Manifest.Mailbox mailbox) {
        return mailbox.groups().size();
    }

    /** How many messages a group has, the last one perhaps fewer. */
    public static int groupSize() {
        return MerkleTree.GROUP;
    }

    /** Reads one group. */
    public Group read(Manifest.Mailbox mailbox, UidSet uids, int group) {
        long[] wanted = uids.slice((long) group * MerkleTree.GROUP, MerkleTree.GROUP);
        Map<Long, MessageFacts> facts = new HashMap<>();
        Map<Long, MessageFlags> flags = new HashMap<>();
        Map<Long, String> faults = new HashMap<>();
        readFacts(mailbox.mailboxId(), wanted, facts, faults);
        readFlags(mailbox.mailboxId(), wanted, flags, faults);
        List<Row> rows = new ArrayList<>(wanted.length);
        MerkleTree content = new MerkleTree();
        MerkleTree whole = new MerkleTree();
        boolean allFacts = true;
        boolean allFlags = true;
        for (long uid : wanted) {
            MessageFacts fact = facts.get(uid);
            MessageFlags flag = flags.get(uid);
            allFacts &= fact != null;
            allFlags &= flag != null;
            if (allFacts && fact != null) {
                content.add(Leaves.content(fact));
            }
            if (allFacts && allFlags && fact != null && flag != null) {
                whole.add(Leaves.message(fact, flag));
            }
            String fault = faults.getOrDefault(uid, fact == null || flag == null ? "the row is missing" : "");
            rows.add(new Row(uid, fact, flag, fault));
        }
        boolean contentProven = allFacts
                && content.groups().equals(List.of(mailbox.contentGroups().get(group)));
        boolean proven = contentProven
                && allFlags
                && whole.groups().equals(List.of(mailbox.groups().get(group)));
        return new Group(rows, contentProven, proven);
    }

    private void readFacts(MailboxId mailbox, long[] wanted, Map<Long, MessageFacts> facts, Map<Long, String> faults) {
        try {
            store.messages()
                    .scan(mailbox, wanted[0], wanted[wanted.length - 1], found -> facts.put(found.uid(), found));
        } catch (CorruptionException | OperatorException e) {
            for (long uid : wanted) {
                try {
                    store.messages().facts(mailbox, uid).ifPresent(found -> facts.put(uid, found));
                } catch (CorruptionException | OperatorException one) {
                    facts.remove(uid);
                    faults.put(uid, text(one));
                }
            }
        }
    }

    private void readFlags(MailboxId mailbox, long[] wanted, Map<Long, MessageFlags> flags, Map<Long, String> faults) {
        try {
            for (MessageFlags found : store.messages().flags(mailbox, wanted[0], wanted[wanted.length - 1])) {
                flags.put(found.uid(), found);
            }
        } catch (CorruptionException | OperatorException e) {
            for (long uid : wanted) {
                try {
                    store.messages().flags(mailbox, uid).ifPresent(found -> flags.put(uid, found));
                } catch (CorruptionException | OperatorException one) {
                    flags.remove(uid);
                    faults.putIfAbsent(uid, text(one));
                }
            }
        }
    }

    static String text(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}

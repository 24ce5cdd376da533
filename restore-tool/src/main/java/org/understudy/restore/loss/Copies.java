package org.understudy.restore.loss;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;

/** Reads rows of missing messages out of snapshots, which it opens when they are needed. */
final class Copies implements AutoCloseable {
    private static final int OPEN_AT_ONCE = 2;

    private final History history;
    private final Clock clock;
    private final Pulse pulse;
    private final LinkedHashMap<Integer, OpenedSnapshot> open = new LinkedHashMap<>(4, 0.75f, true);
    private final Set<Integer> unusable = new HashSet<>();
    private final Set<String> notes = new TreeSet<>();

    Copies(History history, Clock clock, Pulse pulse) {
        this.history = history;
        this.clock = clock;
        this.pulse = pulse;
    }

    /**
     * A copy of a message.
     *
     * @param snapshot its number in the history
     */
    record Copy(int snapshot, MessageFacts facts) {}

    /** Finds each message in the best snapshot in which its row can be read. */
    Map<Long, Copy> find(PastMailbox mailbox, UidSet wanted) {
        Map<Long, Copy> found = new HashMap<>();
        UidSet left = wanted;
        for (History.Snapshot snapshot : history.byWorth()) {
            if (left.isEmpty()) {
                break;
            }
            UidSet here = left.and(mailbox.uids(snapshot.number()));
            if (here.isEmpty()) {
                continue;
            }
            Map<Long, MessageFacts> facts = read(snapshot, mailbox.id(), here);
            UidSet.Builder read = new UidSet.Builder();
            here.forEach(uid -> {
                MessageFacts one = facts.get(uid);
                if (one != null) {
                    found.put(uid, new Copy(snapshot.number(), one));
                    read.add(uid);
                }
            });
            left = left.minus(read.build());
        }
        return found;
    }

    /** The rows of one snapshot that can be read. */
    Map<Long, MessageFacts> read(History.Snapshot snapshot, MailboxId mailbox, UidSet wanted) {
        Map<Long, MessageFacts> facts = new HashMap<>();
        MailStore store = store(snapshot);
        if (store == null) {
            return facts;
        }
        long[] ends = {wanted.slice(0, 1)[0], wanted.slice(wanted.size() - 1, 1)[0]};
        try {
            store.messages().scan(mailbox, ends[0], ends[1], one -> {
                pulse.row();
                if (wanted.contains(one.uid())) {
                    facts.put(one.uid(), one);
                }
            });
        } catch (CorruptionException | OperatorException e) {
            notes.add("snapshot " + snapshot.id() + " cannot be read throughout; 'understudy repo verify --full "
                    + snapshot.id() + "' says what of it is damaged");
            wanted.forEach(uid -> {
                try {
                    store.messages().facts(mailbox, uid).ifPresent(one -> facts.put(uid, one));
                } catch (CorruptionException | OperatorException one) {
                    facts.remove(uid);
                }
            });
        }
        return facts;
    }

    /** The store of a snapshot, or null if it cannot be opened. */
    @org.jspecify.annotations.Nullable
    MailStore store(History.Snapshot snapshot) {
        if (unusable.contains(snapshot.number())) {
            return null;
        }
        OpenedSnapshot known = open.get(snapshot.number());
        if (known == null) {
            try {
                known = history.open(snapshot, clock);
            } catch (OperatorException e) {
                unusable.add(snapshot.number());
                notes.add(String.valueOf(e.getMessage()));
                return null;
            }
            known.notes().forEach(note -> notes.add("snapshot " + snapshot.id() + ": " + note));
            open.put(snapshot.number(), known);
            if (open.size() > OPEN_AT_ONCE) {
                int eldest = open.keySet().iterator().next();
                OpenedSnapshot old = open.remove(eldest);
                if (old != null) {
                    close(old);
                }
            }
        }
        return known.store();
    }

    /** What was not right with the snapshots, one line each. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private static void close(OpenedSnapshot snapshot) {
        try {
            snapshot.close();
        } catch (IOException e) {
            throw OnDisk.failure(
                    "cannot remove the temporary folder of snapshot "
                            + snapshot.manifest().id(),
                    e);
        }
    }

    @Override
    public void close() {
        open.values().forEach(Copies::close);
        open.clear();
    }
}

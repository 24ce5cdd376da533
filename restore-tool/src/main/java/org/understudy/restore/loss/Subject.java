package org.understudy.restore.loss;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.canary.Canaries;
import org.understudy.restore.repository.GroupCheck;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.StoreView;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * One mailbox of one user: what history has of it, and what its rows in the live store say. Rows that cannot be read are
 * gone round one by one, and listed. Used once, in the order of the methods.
 */
final class Subject {
    /** A row of the expunge log, as far as it matters. */
    record Logged(Subject mailbox, long uid, Trace trace, Instant at, ExpungeReason reason, String author) {}

    private final StoreView view;
    private final Pulse pulse;
    private final MailboxId id;
    private final @Nullable MailboxRow row;
    private final @Nullable PastMailbox past;
    private final boolean visible;
    private final UidSet known;
    private final boolean ownIds;

    private UidSet expunged = UidSet.empty();
    private UidSet logUnreadable = UidSet.empty();
    private final List<Logged> moves = new ArrayList<>();
    private final List<Logged> administrators = new ArrayList<>();
    private final List<Long> endedIds = new ArrayList<>();
    private final Map<ExpungeReason, Long> reasons = new EnumMap<>(ExpungeReason.class);
    private final SortedMap<Long, byte[]> leaves = new TreeMap<>();

    private UidSet live = UidSet.empty();
    private UidSet unreadable = UidSet.empty();
    private UidSet different = UidSet.empty();
    private boolean proven;
    private long octets;
    private boolean changesRead;
    private boolean changesUnreadable;
    private final TreeSet<Long> came = new TreeSet<>();
    private final TreeSet<Long> vanished = new TreeSet<>();

    /**
     * @param visible whether clients can see the mailbox
     * @param ownIds whether ids and UIDs of history are those of this store
     */
    Subject(
            StoreView view,
            Pulse pulse,
            MailboxId id,
            @Nullable MailboxRow row,
            @Nullable PastMailbox past,
            boolean visible,
            boolean ownIds) {
        this.view = view;
        this.pulse = pulse;
        this.id = id;
        this.row = row;
        this.past = past;
        this.visible = visible;
        this.ownIds = ownIds;
        known = past == null ? UidSet.empty() : past.uids();
    }

    /** Reads the expunge log; rows of it that cannot be read are looked for among the messages that history has. */
    void readExpungeLog() {
        if (past != null && !ownIds) {
            return;
        }
        UidSet.Builder all = new UidSet.Builder();
        try {
            view.expunged(id, message -> {
                pulse.row();
                all.add(message.facts().uid());
                take(message);
                return true;
            });
            expunged = all.build();
        } catch (CorruptionException e) {
            pulse.note("the expunge log of mailbox " + name() + " of " + user() + " cannot be read throughout");
            forgetExpungeLog();
            UidSet.Builder some = new UidSet.Builder();
            UidSet.Builder bad = new UidSet.Builder();
            known.forEach(uid -> {
                try {
                    view.expunged(id, uid).ifPresent(message -> {
                        some.add(uid);
                        take(message);
                    });
                } catch (CorruptionException one) {
                    bad.add(uid);
                }
            });
            expunged = some.build();
            logUnreadable = bad.build();
        }
    }

    private void take(ExpungedMessage message) {
        MessageFacts facts = message.facts();
        boolean byAdministrator = message.reason() == ExpungeReason.ADMIN
                || message.reason() == ExpungeReason.MAILBOX_DELETED
                        && message.author().startsWith("system:")
                        && !message.author().equals(Canaries.AUTHOR.tag());
        if (message.reason() == ExpungeReason.MOVE || byAdministrator) {
            Logged logged = new Logged(
                    this, facts.uid(), Trace.of(facts), message.expungedAt(), message.reason(), message.author());
            (byAdministrator ? administrators : moves).add(logged);
        }
        if (message.reason() != ExpungeReason.MOVE) {
            endedIds.add(facts.messageId().value());
        }
        if (known.contains(facts.uid())) {
            if (!byAdministrator) {
                reasons.merge(message.reason(), 1L, Long::sum);
            }
            if (past != null && past.newestUids().contains(facts.uid())) {
                leaves.put(facts.uid(), GroupCheck.leaf(facts));
            }
        }
    }

    private void forgetExpungeLog() {
        moves.clear();
        administrators.clear();
        endedIds.clear();
        reasons.clear();
        leaves.clear();
    }

    /**
     * Reads the messages, and shows by the manifest's Merkle tree where they are the same.
     *
     * @param each is given every message that clients can see
     */
    void readMessages(Consumer<MessageFacts> each) {
        if (past != null && !ownIds) {
            return;
        }
        GroupCheck check = past == null ? null : new GroupCheck(past.newestUids(), past.contentGroups());
        UidSet.Builder all = new UidSet.Builder();
        long[] sum = new long[1];
        try {
            view.messages(id, facts -> {
                pulse.row();
                all.add(facts.uid());
                sum[0] += facts.size();
                if (check != null) {
                    leavesBefore(facts.uid(), check);
                    check.add(facts.uid(), GroupCheck.leaf(facts));
                }
                if (visible) {
                    each.accept(facts);
                }
                return true;
            });
            live = all.build();
            octets = sum[0];
            if (check != null) {
                leavesBefore(Long.MAX_VALUE, check);
                check.end();
                proven = check.allEqual();
                different = check.different().and(live);
            }
        } catch (CorruptionException e) {
            pulse.note("mailbox " + name() + " of " + user() + " cannot be read throughout");
            readMessagesOneByOne(each);
        }
        leaves.clear();
    }

    private void leavesBefore(long uid, GroupCheck check) {
        SortedMap<Long, byte[]> before = leaves.headMap(uid);
        before.forEach(check::add);
        before.clear();
    }

    private void readMessagesOneByOne(Consumer<MessageFacts> each) {
        readChanges();
        UidSet.Builder some = new UidSet.Builder();
        UidSet.Builder bad = new UidSet.Builder();
        long[] sum = new long[1];
        known.union(set(came)).forEach(uid -> {
            pulse.row();
            try {
                Optional<MessageFacts> found = view.message(id, uid);
                found.ifPresent(facts -> {
                    some.add(uid);
                    sum[0] += facts.size();
                    if (visible) {
                        each.accept(facts);
                    }
                });
            } catch (CorruptionException one) {
                if (!expunged.contains(uid)) {
                    bad.add(uid);
                }
            }
        });
        live = some.build();
        unreadable = bad.build();
        octets = sum[0];
    }

    /** Reads the change log, if it was not read before. */
    void readChanges() {
        if (changesRead) {
            return;
        }
        changesRead = true;
        if (past != null && !ownIds) {
            return;
        }
        try {
            view.changes(id, change -> {
                pulse.row();
                (change.kind() == ChangeCodec.Kind.CHANGED ? came : vanished).addAll(change.uids());
            });
        } catch (CorruptionException e) {
            pulse.note("the change log of mailbox " + name() + " of " + user() + " cannot be read");
            changesUnreadable = true;
        }
    }

    /** The counters; empty where there are none, or none that can be read. */
    Optional<MailboxState> state() {
        try {
            return view.state(id);
        } catch (CorruptionException e) {
            pulse.note("the counters of mailbox " + name() + " of " + user() + " cannot be read");
            return Optional.empty();
        }
    }

    /** Whether the counters are those of the messages that were read. */
    boolean booksAgree() {
        return state().map(state -> state.messages() == live.size() && state.bytes() == octets)
                .orElse(false);
    }

    /** What history has, and is neither there nor in the expunge log. */
    UidSet missing() {
        return known.minus(live).minus(expunged);
    }

    /** What came by the change log, never went, is not there, and no snapshot has. */
    UidSet missingSince() {
        return set(came).minus(set(vanished)).minus(live).minus(expunged).minus(known);
    }

    boolean saysCame(long uid) {
        return !changesUnreadable && came.contains(uid);
    }

    boolean saysVanished(long uid) {
        return !changesUnreadable && vanished.contains(uid);
    }

    boolean cannotSayWhether(long uid) {
        return logUnreadable.contains(uid) || changesUnreadable;
    }

    MailboxId id() {
        return id;
    }

    @Nullable
    MailboxRow row() {
        return row;
    }

    @Nullable
    PastMailbox past() {
        return past;
    }

    boolean visible() {
        return visible;
    }

    UidSet known() {
        return known;
    }

    UidSet live() {
        return live;
    }

    UidSet unreadable() {
        return unreadable;
    }

    UidSet different() {
        return different;
    }

    boolean proven() {
        return proven;
    }

    List<Logged> moves() {
        return moves;
    }

    List<Logged> administrators() {
        return administrators;
    }

    List<Long> endedIds() {
        return endedIds;
    }

    long reasons(ExpungeReason reason) {
        return reasons.getOrDefault(reason, 0L);
    }

    String name() {
        return row != null ? row.path().name() : past != null ? past.name() : id.toString();
    }

    String user() {
        return row != null ? row.path().owner() : past != null ? past.user() : "";
    }

    private static UidSet set(SortedSet<Long> uids) {
        UidSet.Builder builder = new UidSet.Builder();
        uids.forEach(builder::add);
        return builder.build();
    }
}

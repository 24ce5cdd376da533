package org.understudy.restore.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repair.DamagedStore.Row;
import org.understudy.restore.repository.RecoverStore;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.Content;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** Does to one mailbox of the new store what the damaged one tells of the time since the snapshot. Used once. */
final class MailboxRepair {
    private static final long WINDOW = 1024;
    /** Where UIDNEXT cannot be read, the search for messages ends after so many UIDs without one. */
    private static final long GAP = 8 * WINDOW;

    private static final long MOST_UID = 0xFFFF_FFFFL;

    private final DamagedStore damaged;
    private final MailStore fresh;
    private final MailboxId from;
    private final MailboxId to;
    private final Author author;
    private final UidSet.Builder lost = new UidSet.Builder();
    private final List<String> notes = new ArrayList<>();
    private long same;
    private long fromSnapshot;
    private long fromDamaged;
    private long lostCount;
    private long expunged;
    private long unknown;
    private long flagsChanged;
    private long flagsOfSnapshot;
    private long last;

    /**
     * @param from the mailbox in the damaged store
     * @param to the same in the new store
     */
    MailboxRepair(DamagedStore damaged, MailStore fresh, MailboxId from, MailboxId to, Author author) {
        this.damaged = damaged;
        this.fresh = fresh;
        this.from = from;
        this.to = to;
        this.author = author;
    }

    RepairStore.MailboxResult run(String user, String name) throws InterruptedException {
        long snapshotNext = fresh.mailboxes().state(to).uidNext();
        Row<MailboxState> state = damaged.state(from);
        long end = end(state, snapshotNext);
        long empty = 0;
        for (long uid = 1;
                uid <= MOST_UID && (end == 0 ? empty < GAP || uid < snapshotNext : uid < end);
                uid += WINDOW) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped on request");
            }
            long upTo = Math.min(MOST_UID, uid + WINDOW - 1);
            empty = window(uid, end == 0 ? upTo : Math.min(upTo, end - 1), snapshotNext) ? 0 : empty + WINDOW;
        }
        long next;
        long stated = -1;
        long modSeq = 0;
        if (state instanceof Row.Found<MailboxState> found) {
            next = found.value().uidNext();
            stated = found.value().messages();
            modSeq = found.value().highestModSeq();
        } else {
            next = Math.min(MOST_UID, Math.max(last + 1, snapshotNext) + RecoverStore.UID_MARGIN);
            notes.add("its counters cannot be read, so " + RecoverStore.UID_MARGIN + " UIDs are passed over");
        }
        MailboxState now = fresh.mailboxes().raise(to, next, modSeq, author);
        if (now.messages() != same + fromSnapshot + fromDamaged) {
            throw new IllegalStateException("mailbox " + to + " has " + now.messages() + " messages, not "
                    + (same + fromSnapshot + fromDamaged));
        }
        if (stated >= 0 && stated != now.messages() + lostCount) {
            notes.add("the damaged store states " + stated + " messages; " + (now.messages() + lostCount)
                    + " are accounted for");
        }
        return new RepairStore.MailboxResult(
                user,
                name,
                now.messages(),
                same,
                fromSnapshot,
                fromDamaged,
                expunged,
                lostCount,
                lost.build().toString(),
                unknown,
                flagsChanged,
                flagsOfSnapshot,
                notes);
    }

    /** The UID after the last that may be there; 0 where nothing tells it. */
    private long end(Row<MailboxState> state, long snapshotNext) {
        return switch (state) {
            case Row.Found<MailboxState> found -> Math.max(found.value().uidNext(), snapshotNext);
            case Row.Absent<MailboxState> absent -> snapshotNext;
            case Row.Unreadable<MailboxState> unreadable ->
                damaged.lastFlagged(from)
                        .map(uid -> Math.max(uid + 1, snapshotNext))
                        .orElse(0L);
        };
    }

    /** @return whether there was any message, or a sign of one */
    private boolean window(long uid, long upTo, long snapshotNext) {
        DamagedStore.Range range = damaged.range(from, uid, upTo);
        Map<Long, MessageFacts> old = new TreeMap<>();
        fresh.messages().scan(to, uid, upTo, one -> old.put(one.uid(), one));
        Set<Long> all = new TreeSet<>(range.facts().keySet());
        all.addAll(range.unreadable());
        all.addAll(old.keySet());
        Map<Long, Flags> wanted = new TreeMap<>();
        List<Long> gone = new ArrayList<>();
        List<NewMessage> arrivals = new ArrayList<>();
        Map<Long, MessageFlags> flags = range.flags();
        for (long one : all) {
            MessageFacts now = range.facts().get(one);
            MessageFacts then = old.get(one);
            boolean readable = !range.unreadable().contains(one);
            boolean existed = now != null || !readable && (flags == null || flags.containsKey(one));
            if (then != null && !existed) {
                gone.add(one);
            } else if (then != null) {
                if (now != null) {
                    compare(now, then);
                }
                if (now != null && damaged.body(now) instanceof Row.Found) {
                    same++;
                } else {
                    fromSnapshot++;
                }
                note(flags, one, wanted);
                last = one;
            } else if (now != null) {
                arrival(now, flags, snapshotNext, arrivals);
                last = one;
            } else if (flags != null && flags.containsKey(one)) {
                lose(one);
                last = one;
            } else if (flags == null && one >= snapshotNext) {
                unknown++;
            }
        }
        expunge(gone);
        apply(wanted);
        if (!arrivals.isEmpty()) {
            fresh.messages().append(to, arrivals, author);
            fromDamaged += arrivals.size();
        }
        return !range.facts().isEmpty() || !old.isEmpty() || flags != null && !flags.isEmpty();
    }

    private void compare(MessageFacts now, MessageFacts then) {
        if (!now.digest().equals(then.digest())) {
            throw anotherPast("UID " + now.uid() + " of mailbox " + from
                    + " is another message in the snapshot than in the store");
        }
    }

    private static OperatorException anotherPast(String what) {
        return new OperatorException(
                Reason.CONFLICT,
                what + ": they are of different pasts. Nothing was put in place",
                "Name a snapshot that was taken of this store since it was last recovered or repaired.");
    }

    private void note(@Nullable Map<Long, MessageFlags> flags, long uid, Map<Long, Flags> wanted) {
        MessageFlags known = flags == null ? null : flags.get(uid);
        if (known == null) {
            flagsOfSnapshot++;
        } else {
            wanted.put(uid, known.flags());
        }
    }

    private void apply(Map<Long, Flags> wanted) {
        Map<Flags, List<Long>> changes = new java.util.LinkedHashMap<>();
        wanted.forEach((uid, flags) -> {
            Flags before = fresh.messages().flags(to, uid).orElseThrow().flags();
            if (!before.equals(flags)) {
                changes.computeIfAbsent(flags, same -> new ArrayList<>()).add(uid);
            }
        });
        changes.forEach((flags, uids) -> {
            fresh.messages().updateFlags(to, uids, before -> flags, author);
            flagsChanged += uids.size();
        });
    }

    private void expunge(List<Long> uids) {
        Map<ExpungeReason, List<Long>> reasons = new TreeMap<>();
        for (long uid : uids) {
            reasons.computeIfAbsent(reason(uid), reason -> new ArrayList<>()).add(uid);
        }
        reasons.forEach((reason, some) -> fresh.messages().expunge(to, some, reason, author));
        expunged += uids.size();
    }

    private ExpungeReason reason(long uid) {
        try (var view = damaged.store().view()) {
            return view.expunged(from, uid).map(row -> row.reason()).orElse(ExpungeReason.USER);
        } catch (CorruptionException e) {
            return ExpungeReason.USER;
        }
    }

    private void arrival(
            MessageFacts facts, @Nullable Map<Long, MessageFlags> flags, long snapshotNext, List<NewMessage> arrivals) {
        if (facts.uid() < snapshotNext) {
            throw anotherPast("UID " + facts.uid() + " of mailbox " + from
                    + " was given out before the snapshot was taken, which does not have it");
        }
        switch (damaged.body(facts)) {
            case Row.Found<byte[]> body -> {
                MessageFlags known = flags == null ? null : flags.get(facts.uid());
                flagsOfSnapshot += known == null ? 1 : 0;
                byte[] bytes = body.value();
                arrivals.add(new NewMessage(
                        facts.uid(),
                        null,
                        null,
                        new NewMessage.Body.Bytes(
                                Content.of(bytes), Digest.of(Digest.sha256().digest(bytes))),
                        facts.size(),
                        facts.headerSize(),
                        facts.digest(),
                        facts.mime(),
                        facts.internalDate(),
                        facts.savedAt(),
                        known == null ? Flags.NONE : known.flags()));
                if (arrivals.size() >= 64) {
                    fresh.messages().append(to, List.copyOf(arrivals), author);
                    fromDamaged += arrivals.size();
                    arrivals.clear();
                }
            }
            case Row.Absent<byte[]> absent -> lose(facts.uid());
            case Row.Unreadable<byte[]> unreadable -> lose(facts.uid());
        }
    }

    private void lose(long uid) {
        lost.add(uid);
        lostCount++;
    }
}

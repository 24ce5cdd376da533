package org.understudy.restore.repository;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.understudy.restore.incident.Concerned;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Whose mail the rotten tables of the live store concern. It reads a checkpoint, where nothing is answered from memory
 * that the disk no longer holds, and takes what one column family has lost from what another one knows.
 */
final class LiveReach {
    private static final long WINDOW = 1024;
    private static final long CACHE_BYTES = 32L << 20;
    /** Of messages that the file's range of keys covers and that are not lost. */
    static final String IN_RANGE = "lies in the file, and reads as it should so far";

    private static final Set<Family> FLAG_FAMILIES = Set.of(Family.FLAG_CHUNK, Family.FLAG_OVERRIDE, Family.KEYWORD);

    private final List<Manifest.StoredFile> rotten;
    private final List<BodyRange> bodyRanges;
    private final Set<String> families;
    private final Meter meter;
    /** By user, mailbox and what is wrong; the UIDs in order. */
    private final Map<Place, TreeSet<Long>> found = new TreeMap<>();

    private record Place(String user, String mailbox, String what) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byUser = user.compareTo(other.user);
            int byMailbox = byUser != 0 ? byUser : mailbox.compareTo(other.mailbox);
            return byMailbox != 0 ? byMailbox : what.compareTo(other.what);
        }
    }

    private LiveReach(List<Manifest.StoredFile> rotten, Meter meter) {
        this.rotten = rotten;
        this.bodyRanges = BodyRange.of(rotten);
        this.families = rotten.stream().map(Manifest.StoredFile::columnFamily).collect(Collectors.toSet());
        this.meter = meter;
    }

    /** @param rotten tables of the checkpoint that are not as they were born */
    static List<Concerned> of(StoreSnapshot checkpoint, List<Manifest.StoredFile> rotten, Clock clock, Meter meter)
            throws InterruptedException {
        LiveReach reach = new LiveReach(rotten, meter);
        try (MailStore store =
                MailStore.openReadOnly(checkpoint.folder(), new MailStore.Options(CACHE_BYTES, clock), true)) {
            reach.scan(store);
        } catch (CorruptionException | OperatorException e) {
            return List.of(new Concerned(
                    "", "all mailboxes", 0, "", "the names of mailboxes cannot be read: " + SnapshotRows.text(e)));
        }
        return reach.result();
    }

    private boolean concerns(Family family) {
        return families.contains(family.columnFamily());
    }

    private void scan(MailStore store) throws InterruptedException {
        BodyReading bodies = new BodyReading(store);
        List<MailboxRow> mailboxes = store.mailboxes().all();
        meter.begin("finding out whose mail is concerned", mailboxes.size(), "mailboxes");
        for (MailboxRow mailbox : mailboxes) {
            long uidNext = store.mailboxes().state(mailbox.id()).uidNext();
            for (long from = 1; from < uidNext; from += WINDOW) {
                long to = Math.min(uidNext - 1, from + WINDOW - 1);
                scan(store, bodies, mailbox, from, to);
            }
            meter.done(1);
        }
    }

    private void scan(MailStore store, BodyReading bodies, MailboxRow mailbox, long from, long to)
            throws InterruptedException {
        Map<Long, MessageFacts> facts = new HashMap<>();
        Set<Long> lostRows = new HashSet<>();
        readFacts(store, mailbox, from, to, facts, lostRows);
        if (concerns(Family.MESSAGE) || FLAG_FAMILIES.stream().anyMatch(this::concerns)) {
            readFlags(store, mailbox, from, to, facts, lostRows);
        }
        lostRows.forEach(uid -> add(mailbox, uid, "the row that leads to the message cannot be read"));
        for (MessageFacts one : facts.values()) {
            if (BodyRange.covering(bodyRanges, one.body()).isEmpty()) {
                continue;
            }
            meter.bytes(one.size());
            add(
                    mailbox,
                    one.uid(),
                    bodies.fault(one).isPresent() ? "the message cannot be read as it was stored" : IN_RANGE);
        }
    }

    private void readFacts(
            MailStore store, MailboxRow mailbox, long from, long to, Map<Long, MessageFacts> facts, Set<Long> lost) {
        try {
            store.messages().scan(mailbox.id(), from, to, one -> facts.put(one.uid(), one));
        } catch (CorruptionException e) {
            for (long uid = from; uid <= to; uid++) {
                try {
                    store.messages().facts(mailbox.id(), uid).ifPresent(one -> facts.put(one.uid(), one));
                } catch (CorruptionException unreadable) {
                    lost.add(uid);
                }
            }
        }
    }

    /** Rows of flags tell of messages whose own row is lost, and the other way round. */
    private void readFlags(
            MailStore store, MailboxRow mailbox, long from, long to, Map<Long, MessageFacts> facts, Set<Long> lost) {
        Set<Long> flagged = new HashSet<>();
        try {
            for (MessageFlags flags : store.messages().flags(mailbox.id(), from, to)) {
                flagged.add(flags.uid());
            }
        } catch (CorruptionException e) {
            facts.keySet().forEach(uid -> add(mailbox, uid, "flags and keywords cannot be read"));
            return;
        }
        // A row that cannot be read may be of a UID that is not in use any more; flags are of those that are.
        lost.retainAll(flagged);
        for (long uid : flagged) {
            if (!facts.containsKey(uid)) {
                lost.add(uid);
            }
        }
        for (long uid : facts.keySet()) {
            if (!flagged.contains(uid)) {
                add(mailbox, uid, "flags and keywords cannot be read");
            }
        }
    }

    private void add(MailboxRow mailbox, long uid, String what) {
        found.computeIfAbsent(new Place(mailbox.path().owner(), mailbox.path().name(), what), place -> new TreeSet<>())
                .add(uid);
    }

    private List<Concerned> result() {
        List<Concerned> all = new ArrayList<>();
        found.forEach((place, uids) -> {
            UidSet.Builder set = new UidSet.Builder();
            uids.forEach(set::add);
            all.add(new Concerned(
                    place.user(), place.mailbox(), uids.size(), set.build().toString(), place.what()));
        });
        all.sort(Comparator.comparing((Concerned one) -> one.what().equals(IN_RANGE)));
        if (all.isEmpty()) {
            rotten.forEach(file -> all.add(new Concerned("", "no message", 0, "", FileMeaning.of(file))));
        }
        return all;
    }
}

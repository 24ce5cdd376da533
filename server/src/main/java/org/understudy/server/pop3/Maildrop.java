package org.understudy.server.pop3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.UidSet;
import org.understudy.storage.UniqueIds;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/** The messages of an INBOX as a session sees them, numbered from 1 in UID order, and which are marked for deletion. */
final class Maildrop {
    private int count;
    private long[] uids = new long[64];
    private long[] bodies = new long[64];
    private long[] octets = new long[64];
    private Digest[] digests = new Digest[64];
    private final BitSet deleted = new BitSet();
    private long total;
    private final Supplier<Map<String, String>> kept;
    private String @Nullable [] ids;

    /** @param kept ids that another server gave, by those that come of the content; asked once, if at all */
    Maildrop(Supplier<Map<String, String>> kept) {
        this.kept = kept;
    }

    /**
     * Adds the next message.
     *
     * @param size what RETR sends of it
     */
    void add(long uid, BodyId body, long size, Digest digest) {
        if (count == uids.length) {
            int room = count * 2;
            uids = Arrays.copyOf(uids, room);
            bodies = Arrays.copyOf(bodies, room);
            octets = Arrays.copyOf(octets, room);
            digests = Arrays.copyOf(digests, room);
        }
        uids[count] = uid;
        bodies[count] = body.value();
        octets[count] = size;
        digests[count] = digest;
        count++;
        total += size;
    }

    /** The highest number, marked messages counted. */
    int last() {
        return count;
    }

    /** Whether there is a message of that number that is not marked. */
    boolean has(long number) {
        return number >= 1 && number <= count && !deleted.get((int) number);
    }

    /** Messages that are not marked. */
    int size() {
        return count - deleted.cardinality();
    }

    /** Their octets. */
    long octets() {
        return total;
    }

    long octets(int number) {
        return octets[number - 1];
    }

    BodyId body(int number) {
        return new BodyId(bodies[number - 1]);
    }

    void mark(int number) {
        deleted.set(number);
        total -= octets[number - 1];
    }

    /** Takes all marks back. */
    void reset() {
        for (int number = deleted.nextSetBit(0); number >= 0; number = deleted.nextSetBit(number + 1)) {
            total += octets[number - 1];
        }
        deleted.clear();
    }

    /** The UIDs of the marked messages. */
    UidSet marked() {
        List<Long> marked = new ArrayList<>(deleted.cardinality());
        for (int number = deleted.nextSetBit(0); number >= 0; number = deleted.nextSetBit(number + 1)) {
            marked.add(uids[number - 1]);
        }
        return UidSet.of(marked);
    }

    /** The unique id of a message, which marks do not change. */
    String id(int number) {
        String[] all = ids;
        if (all == null) {
            all = new String[count];
            Map<Digest, Integer> met = new HashMap<>(count * 2);
            Map<String, String> others = kept.get();
            for (int i = 0; i < count; i++) {
                String own = UniqueIds.of(digests[i], met.merge(digests[i], 1, Integer::sum));
                all[i] = others.getOrDefault(own, own);
            }
            ids = all;
        }
        return all[number - 1];
    }
}

package org.understudy.server.search;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Where the index keeps the bodies of one owner. Unchangeable. */
final class OwnerDirectory {
    /** A body that the index does not have. */
    static final int ABSENT = -1;

    /** A body that is in the index, but in no segment yet. */
    static final int WAITING = -2;

    static final OwnerDirectory NOTHING = new OwnerDirectory(-1, new long[0], new int[0], 0, 0);

    private final int owner;
    private final long[] bodies;
    private final int[] places;
    private final int segments;
    private final int waiting;

    /**
     * @param bodies ascending
     * @param places of the bodies: {@link #WAITING}, or segment times {@link Postings#SEGMENT} plus the place therein
     */
    OwnerDirectory(int owner, long[] bodies, int[] places, int segments, int waiting) {
        this.owner = owner;
        this.bodies = bodies;
        this.places = places;
        this.segments = segments;
        this.waiting = waiting;
    }

    /** The same of bodies in any order. Most come in ascending order, and then nothing is sorted. */
    static OwnerDirectory of(int owner, long[] bodies, int[] places, int segments, int waiting) {
        for (int i = 1; i < bodies.length; i++) {
            if (bodies[i - 1] > bodies[i]) {
                int[] order = IntStream.range(0, bodies.length)
                        .boxed()
                        .sorted(Comparator.comparingLong(index -> bodies[index]))
                        .mapToInt(Integer::intValue)
                        .toArray();
                return new OwnerDirectory(
                        owner,
                        Arrays.stream(order).mapToLong(index -> bodies[index]).toArray(),
                        Arrays.stream(order).map(index -> places[index]).toArray(),
                        segments,
                        waiting);
            }
        }
        return new OwnerDirectory(owner, bodies, places, segments, waiting);
    }

    int owner() {
        return owner;
    }

    int size() {
        return bodies.length;
    }

    int segments() {
        return segments;
    }

    /** How many bodies are in no segment. */
    int waiting() {
        return waiting;
    }

    boolean has(long body) {
        return place(body) != ABSENT;
    }

    /** {@link #ABSENT}, {@link #WAITING}, or segment times {@link Postings#SEGMENT} plus the place therein. */
    int place(long body) {
        int index = Arrays.binarySearch(bodies, body);
        return index < 0 ? ABSENT : places[index];
    }

    /** The same with more bodies that are in no segment yet; {@code added} are ascending, and none is known. */
    OwnerDirectory plus(long[] added) {
        long[] all = new long[bodies.length + added.length];
        int[] allPlaces = new int[all.length];
        int mine = 0;
        int its = 0;
        for (int i = 0; i < all.length; i++) {
            boolean known = its == added.length || mine < bodies.length && bodies[mine] < added[its];
            all[i] = known ? bodies[mine] : added[its++];
            allPlaces[i] = known ? places[mine++] : WAITING;
        }
        return new OwnerDirectory(owner, all, allPlaces, segments, waiting + added.length);
    }

    /** The same with one segment more, of bodies that waited. */
    OwnerDirectory sealed(long[] segment) {
        int[] allPlaces = places.clone();
        for (int i = 0; i < segment.length; i++) {
            allPlaces[Arrays.binarySearch(bodies, segment[i])] = segments * Postings.SEGMENT + i;
        }
        return new OwnerDirectory(owner, bodies, allPlaces, segments + 1, waiting - segment.length);
    }

    /** The places of the messages of a mailbox, by position. */
    int[] places(MailboxRows rows) {
        int[] found = new int[rows.size()];
        int at = 0;
        for (int i = 0; i < found.length; i++) {
            long body = rows.body(i);
            if (at < bodies.length && bodies[at] == body) {
                found[i] = places[at++];
                continue;
            }
            int index = Arrays.binarySearch(bodies, body);
            found[i] = index < 0 ? ABSENT : places[index];
            at = index < 0 ? -index - 1 : index + 1;
        }
        return found;
    }
}

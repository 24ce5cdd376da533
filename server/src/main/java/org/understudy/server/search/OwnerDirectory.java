package org.understudy.server.search;

import java.util.Arrays;

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
        return Arrays.binarySearch(bodies, body) >= 0;
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

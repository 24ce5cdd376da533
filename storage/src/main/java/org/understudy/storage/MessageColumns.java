package org.understudy.storage;

import java.util.Arrays;

/**
 * What selects messages of a mailbox without a look at their text, one array a property, in UID order: what never changes
 * of each. Arrays are the caller's to read, never to write; only the first {@link #size} entries mean something.
 */
public final class MessageColumns {
    /** Stands for no SAVEDATE. */
    public static final long NO_DATE = Long.MIN_VALUE;

    private int size;
    private long[] uids;
    private long[] messages;
    private long[] threads;
    private long[] bodies;
    private long[] sizes;
    private int[] headerSizes;
    private long[] internalDates;
    private long[] savedAt;

    public MessageColumns(int expected) {
        int room = Math.max(expected, 16);
        uids = new long[room];
        messages = new long[room];
        threads = new long[room];
        bodies = new long[room];
        sizes = new long[room];
        headerSizes = new int[room];
        internalDates = new long[room];
        savedAt = new long[room];
    }

    void add(
            long uid,
            long message,
            long thread,
            long body,
            long octets,
            int headerOctets,
            long internalDate,
            long saved) {
        if (size == uids.length) {
            grow();
        }
        uids[size] = uid;
        messages[size] = message;
        threads[size] = thread;
        bodies[size] = body;
        sizes[size] = octets;
        headerSizes[size] = headerOctets;
        internalDates[size] = internalDate;
        savedAt[size] = saved;
        size++;
    }

    /** Adds the message at {@code from} of other columns. */
    public void add(MessageColumns other, int from) {
        add(
                other.uids[from],
                other.messages[from],
                other.threads[from],
                other.bodies[from],
                other.sizes[from],
                other.headerSizes[from],
                other.internalDates[from],
                other.savedAt[from]);
    }

    private void grow() {
        int room = size + (size >> 1) + 16;
        uids = Arrays.copyOf(uids, room);
        messages = Arrays.copyOf(messages, room);
        threads = Arrays.copyOf(threads, room);
        bodies = Arrays.copyOf(bodies, room);
        sizes = Arrays.copyOf(sizes, room);
        headerSizes = Arrays.copyOf(headerSizes, room);
        internalDates = Arrays.copyOf(internalDates, room);
        savedAt = Arrays.copyOf(savedAt, room);
    }

    public int size() {
        return size;
    }

    public long uid(int at) {
        return uids[at];
    }

    /** The message id (RFC 8474 EMAILID). */
    public long message(int at) {
        return messages[at];
    }

    /** The message id of the thread's first message (RFC 8474 THREADID). */
    public long thread(int at) {
        return threads[at];
    }

    public long body(int at) {
        return bodies[at];
    }

    /** RFC822.SIZE. */
    public long octets(int at) {
        return sizes[at];
    }

    /** Octets of the header block with the empty line that ends it. */
    public int headerOctets(int at) {
        return headerSizes[at];
    }

    /** Milliseconds since 1970 UTC. */
    public long internalDate(int at) {
        return internalDates[at];
    }

    /** Milliseconds since 1970 UTC, or {@link #NO_DATE}. */
    public long savedAt(int at) {
        return savedAt[at];
    }

    /** Octets of heap that these columns take up. */
    public long heapOctets() {
        return 60L * uids.length;
    }
}

package org.understudy.storage.keyspace;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * System flags and keywords of one message (RFC 9051 section 2.3.2). Keywords keep the case they were given in and are
 * compared without regard to it.
 *
 * @param system sum of the bits below
 * @param keywords in case-insensitive order, unmodifiable
 */
public record Flags(int system, Set<String> keywords) {
    public static final int SEEN = 1;
    public static final int ANSWERED = 2;
    public static final int FLAGGED = 4;
    public static final int DELETED = 8;
    public static final int DRAFT = 16;
    /** Set until a session has been told of the message; kept for clients of RFC 3501. */
    public static final int RECENT = 32;

    private static final int ALL = 63;

    public static final Flags NONE = new Flags(0, Set.of());

    public Flags {
        if ((system & ~ALL) != 0) {
            throw new IllegalArgumentException("unknown system flag bits: " + Integer.toBinaryString(system));
        }
        keywords = keywords.isEmpty() ? Set.of() : sorted(keywords);
    }

    public static Flags of(int system, Collection<String> keywords) {
        return new Flags(system, Set.copyOf(sorted(keywords)));
    }

    public boolean has(int bit) {
        return (system & bit) != 0;
    }

    public Flags with(int bits) {
        return new Flags(system | bits, keywords);
    }

    public Flags without(int bits) {
        return new Flags(system & ~bits, keywords);
    }

    private static Set<String> sorted(Collection<String> keywords) {
        TreeSet<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(keywords);
        return java.util.Collections.unmodifiableSet(set);
    }
}

package org.understudy.storage;

import java.util.Set;
import java.util.TreeSet;
import org.understudy.storage.keyspace.Flags;

/**
 * What STORE does to the flags of a message (RFC 9051 section 6.4.6). {@code \Recent} stays as it is.
 *
 * @param flags without {@code \Recent}
 */
public record FlagEdit(Mode mode, Flags flags) {
    /** How {@link #flags} are put to those that are there. */
    public enum Mode {
        ADD,
        REMOVE,
        REPLACE
    }

    public FlagEdit {
        flags = flags.without(Flags.RECENT);
    }

    public Flags apply(Flags before) {
        return switch (mode) {
            case ADD -> new Flags(before.system() | flags.system(), union(before.keywords(), flags.keywords()));
            case REMOVE -> new Flags(before.system() & ~flags.system(), minus(before.keywords(), flags.keywords()));
            case REPLACE -> new Flags(flags.system() | (before.system() & Flags.RECENT), flags.keywords());
        };
    }

    /** The same on packed flags; {@code mine} are {@link #flags} as the mailbox packs them, none above 64 bits. */
    long apply(long before, long mine) {
        return switch (mode) {
            case ADD -> before | mine;
            case REMOVE -> before & ~mine;
            case REPLACE -> mine | (before & Flags.RECENT);
        };
    }

    private static Set<String> union(Set<String> before, Set<String> more) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(before);
        all.addAll(more);
        return all;
    }

    private static Set<String> minus(Set<String> before, Set<String> less) {
        Set<String> rest = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        rest.addAll(before);
        rest.removeIf(keyword -> less.stream().anyMatch(keyword::equalsIgnoreCase));
        return rest;
    }
}

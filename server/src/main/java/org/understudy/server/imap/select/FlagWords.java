package org.understudy.server.imap.select;

import java.util.Collection;
import java.util.List;
import org.understudy.storage.keyspace.Flags;

/** Flags as words on the wire (RFC 9051 section 2.3.2): system flags in alphabetical order, then keywords. */
final class FlagWords {
    /** Those that a client may set. */
    static final int SETTABLE = Flags.ANSWERED | Flags.DELETED | Flags.DRAFT | Flags.FLAGGED | Flags.SEEN;

    private static final int[] BITS = {
        Flags.ANSWERED, Flags.DELETED, Flags.DRAFT, Flags.FLAGGED, Flags.RECENT, Flags.SEEN
    };
    private static final List<String> WORDS =
            List.of("\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Recent", "\\Seen");

    private FlagWords() {}

    /** Adds a list in parentheses. */
    static void add(Lines lines, int system, Collection<String> keywords) {
        String space = "(";
        for (int i = 0; i < BITS.length; i++) {
            if ((system & BITS[i]) != 0) {
                lines.add(space).add(WORDS.get(i));
                space = " ";
            }
        }
        for (String keyword : keywords) {
            lines.add(space).add(keyword);
            space = " ";
        }
        lines.add(space.equals("(") ? "()" : ")");
    }
}

package org.understudy.restore.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.understudy.storage.keyspace.Flags;

/** Flags as IMAP writes them: {@code \Seen} and so on, then keywords (RFC 9051 section 2.3.2). */
public final class FlagNames {
    private static final List<String> SYSTEM =
            List.of("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "\\Recent");

    private FlagNames() {}

    /** System flags in the order of their bits, then keywords in case-insensitive order. */
    public static List<String> of(Flags flags) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < SYSTEM.size(); bit++) {
            if (flags.has(1 << bit)) {
                names.add(SYSTEM.get(bit));
            }
        }
        names.addAll(flags.keywords());
        return names;
    }

    /** @throws IllegalArgumentException for a name that begins with a backslash and is no system flag */
    public static Flags parse(Collection<String> names) {
        int system = 0;
        List<String> keywords = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith("\\")) {
                int bit = SYSTEM.indexOf(name);
                if (bit < 0) {
                    throw new IllegalArgumentException("unknown system flag " + name);
                }
                system |= 1 << bit;
            } else {
                keywords.add(name);
            }
        }
        return Flags.of(system, keywords);
    }
}

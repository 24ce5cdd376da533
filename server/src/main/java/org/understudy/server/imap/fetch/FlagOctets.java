package org.understudy.server.imap.fetch;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.understudy.storage.Sweep;
import org.understudy.storage.keyspace.Flags;

/** {@code FLAGS (...)} as it is sent, kept for each combination that a command meets. Not thread-safe. */
final class FlagOctets {
    private final Map<Long, byte[]> known = new HashMap<>();
    private long lastBits = -1;
    private byte[] last = {};

    /** @param added system flags to show besides the stored ones */
    byte[] of(Sweep.Window window, int index, int added) {
        long bits = window.bits(index) | added;
        if (window.hasMoreFlags(index)) {
            return octets(window.flags(index).with(added));
        }
        if (bits != lastBits) {
            last = known.computeIfAbsent(bits, one -> octets(window.flags(index).with(added)));
            lastBits = bits;
        }
        return last;
    }

    private static byte[] octets(Flags flags) {
        StringJoiner names = new StringJoiner(" ", "FLAGS (", ")");
        add(names, flags, Flags.ANSWERED, "\\Answered");
        add(names, flags, Flags.DELETED, "\\Deleted");
        add(names, flags, Flags.DRAFT, "\\Draft");
        add(names, flags, Flags.FLAGGED, "\\Flagged");
        add(names, flags, Flags.RECENT, "\\Recent");
        add(names, flags, Flags.SEEN, "\\Seen");
        flags.keywords().forEach(names::add);
        return names.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void add(StringJoiner names, Flags flags, int bit, String name) {
        if (flags.has(bit)) {
            names.add(name);
        }
    }
}

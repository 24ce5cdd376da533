package org.understudy.storage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.understudy.storage.keyspace.FlagCodec.Packed;

/**
 * Flags and MODSEQ of the messages of a mailbox as of one moment, one array a property, in UID order. Read-only once it
 * is handed out.
 */
public final class FlagColumns {
    private static final int SYSTEM_BITS = 6;
    private static final int PACKED_KEYWORDS = 64 - SYSTEM_BITS;

    private final List<String> keywords;
    private int size;
    private long[] uids = new long[1024];
    private long[] modSeqs = new long[1024];
    private long[] bits = new long[1024];
    private final Map<Integer, List<Integer>> more = new HashMap<>();

    /** @param keywords of the mailbox by index */
    FlagColumns(List<String> keywords) {
        this.keywords = keywords;
    }

    void add(long uid, Packed packed) {
        if (packed.removed()) {
            return;
        }
        if (size == uids.length) {
            uids = Arrays.copyOf(uids, size * 2);
            modSeqs = Arrays.copyOf(modSeqs, size * 2);
            bits = Arrays.copyOf(bits, size * 2);
        }
        uids[size] = uid;
        modSeqs[size] = packed.modSeq();
        bits[size] = packed.bits();
        if (!packed.more().isEmpty()) {
            more.put(size, packed.more());
        }
        size++;
    }

    public int size() {
        return size;
    }

    public long uid(int at) {
        return uids[at];
    }

    public long modSeq(int at) {
        return modSeqs[at];
    }

    /** Sum of the bits of {@link org.understudy.storage.keyspace.Flags}. */
    public int system(int at) {
        return (int) (bits[at] & ((1 << SYSTEM_BITS) - 1));
    }

    /** The index of a keyword, compared without regard to case, or -1 if no message of the mailbox ever had it. */
    public int keyword(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < keywords.size(); i++) {
            if (keywords.get(i).toLowerCase(Locale.ROOT).equals(folded)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the message has the keyword of an index that {@link #keyword} gave. */
    public boolean has(int at, int keyword) {
        return keyword < PACKED_KEYWORDS
                ? (bits[at] >>> (SYSTEM_BITS + keyword) & 1) != 0
                : more.getOrDefault(at, List.of()).contains(keyword);
    }
}

package org.understudy.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;

/**
 * Unique ids of POP3 (RFC 1939 section 7). A message has one that comes of its octets; in its place a user may have kept the one
 * that another server gave it: the row {@code pop3-ids 00 USER} of the settings, UTF-8, for each message the one of ours, a
 * space, the kept one and LF, in the order of ours (docs/on-disk-format.md#setting). Since the row goes by content, what is
 * kept outlives a merge and its undo. Thread-safe.
 */
public final class UniqueIds {
    /** What the rows' keys begin with. */
    static final String OWNER = "pop3-ids";

    private static final int OCTETS = 24;
    private static final int LONGEST = 70;

    private final Rows settings;

    /** @param settings of the live store */
    public UniqueIds(Rows settings) {
        this.settings = settings;
    }

    /**
     * The id that comes of the octets: the first 24 octets of the SHA-256 of the canonical form in Base64 for URLs, 32
     * characters; the second of equal messages in a maildrop has {@code .2} behind it, the third {@code .3}, in UID order.
     *
     * @param ordinal from 1
     */
    public static String of(Digest digest, int ordinal) {
        String id = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest.toBytes(), OCTETS));
        return ordinal == 1 ? id : id + "." + ordinal;
    }

    /** Whether a text may be a unique id: 1 to 70 octets from 0x21 to 0x7E. */
    public static boolean valid(String id) {
        return !id.isEmpty() && id.length() <= LONGEST && id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    /** What a user has kept, by the ids of ours. */
    public Map<String, String> kept(String user) {
        return settings.get(OWNER, user).map(UniqueIds::decode).orElse(Map.of());
    }

    /**
     * Keeps ids beside those that the user has kept already. Of an id that two messages would have, the first in the order of
     * ours has it.
     *
     * @param ids by the ids of ours, {@link #valid} each
     */
    public void keep(String user, Map<String, String> ids, Author author) {
        if (ids.isEmpty()) {
            return;
        }
        Optional<byte[]> unused = settings.update(
                OWNER,
                user,
                before -> {
                    TreeMap<String, String> all =
                            new TreeMap<>(before.map(UniqueIds::decode).orElse(Map.of()));
                    all.putAll(ids);
                    return Optional.of(encode(all));
                },
                author);
    }

    private static byte[] encode(Map<String, String> all) {
        StringBuilder text = new StringBuilder();
        Set<String> given = new HashSet<>();
        all.forEach((ours, kept) -> {
            if (!valid(kept)) {
                throw new IllegalArgumentException("a unique id has 1 to 70 visible characters, got " + kept);
            }
            if (given.add(kept)) {
                text.append(ours).append(' ').append(kept).append('\n');
            }
        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> decode(byte[] row) {
        Map<String, String> all = new TreeMap<>();
        for (String line : new String(row, StandardCharsets.UTF_8).split("\n")) {
            int space = line.indexOf(' ');
            if (space > 0) {
                all.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return all;
    }
}

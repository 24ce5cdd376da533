package org.understudy.server.account;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;

/**
 * Addresses that stand for others, each for one or more: a row {@code alias 00 ADDRESS} of the settings, whose value is the
 * targets in UTF-8, one a line, in order (docs/on-disk-format.md#setting). {@code @DOMAIN} stands for all addresses of a
 * domain that nothing else is known of. Thread-safe.
 */
public final class Aliases {
    /** What the rows' keys begin with. */
    static final String OWNER = "alias";

    private static final int LONGEST_BYTES = 320;
    private static final int MOST_TARGETS = 1_000;
    private static final Pattern TARGET =
            Pattern.compile("[^\\s\\p{Cntrl}<>()\\[\\]\\\\,;:\"@]+(@[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}.-]*)?");
    private static final Pattern CATCH_ALL = Pattern.compile("@[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}.-]*");

    private final Rows settings;

    /** @param settings of the live store */
    public Aliases(Rows settings) {
        this.settings = settings;
    }

    /**
     * An address as it is stored: lower case, Unicode form C.
     *
     * @throws OperatorException {@link Reason#USAGE} if it is none
     */
    public static String address(String given) {
        String address = folded(given);
        return TARGET.matcher(address).matches() && fits(address) ? address : refuse(given);
    }

    /** The same, or {@code @DOMAIN}. */
    public static String name(String given) {
        String name = folded(given);
        return CATCH_ALL.matcher(name).matches() && fits(name) ? name : address(given);
    }

    static String folded(String given) {
        return Normalizer.normalize(given, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    private static boolean fits(String address) {
        return address.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES;
    }

    private static String refuse(String given) {
        throw new OperatorException(
                Reason.USAGE,
                "'" + given + "' is no address",
                "write it as info@example.org or info; @example.org stands for the rest of a domain");
    }

    /** What an address stands for; empty where it is no alias. */
    public List<String> targets(String address) {
        return settings.get(OWNER, address).map(Aliases::decode).orElse(List.of());
    }

    /** All aliases with what they stand for, by name. */
    public SortedMap<String, List<String>> all() {
        SortedMap<String, List<String>> all = new TreeMap<>();
        settings.list(OWNER, "").forEach((name, value) -> all.put(name, decode(value)));
        return all;
    }

    /**
     * Lets an address stand for others too.
     *
     * @return what it stands for now
     */
    public List<String> add(String name, List<String> targets, Author author) {
        Optional<byte[]> row = settings.update(
                OWNER,
                name,
                before -> {
                    SortedSet<String> all =
                            new TreeSet<>(before.map(Aliases::decode).orElse(List.of()));
                    all.addAll(targets);
                    if (all.size() > MOST_TARGETS) {
                        throw new OperatorException(
                                Reason.USAGE,
                                name + " would stand for more than " + MOST_TARGETS + " addresses",
                                "divide it into several aliases, and let one stand for them");
                    }
                    return Optional.of(encode(all));
                },
                author);
        return row.map(Aliases::decode).orElse(List.of());
    }

    /**
     * Lets an address no longer stand for others.
     *
     * @param targets which; empty for all of them
     * @return what it still stands for
     * @throws OperatorException {@link Reason#NOT_FOUND} if it does not stand for one of them
     */
    public List<String> remove(String name, List<String> targets, Author author) {
        Optional<byte[]> row = settings.update(
                OWNER,
                name,
                before -> {
                    List<String> present = before.map(Aliases::decode).orElse(List.of());
                    List<String> unknown = new ArrayList<>(targets);
                    unknown.removeAll(present);
                    if (present.isEmpty() || !unknown.isEmpty()) {
                        throw new OperatorException(
                                Reason.NOT_FOUND,
                                present.isEmpty()
                                        ? "there is no alias '" + name + "'"
                                        : name + " does not stand for " + String.join(", ", unknown),
                                "'understudy alias list' shows all aliases");
                    }
                    SortedSet<String> left = new TreeSet<>(present);
                    targets.forEach(left::remove);
                    return targets.isEmpty() || left.isEmpty() ? Optional.empty() : Optional.of(encode(left));
                },
                author);
        return row.map(Aliases::decode).orElse(List.of());
    }

    static byte[] encode(SortedSet<String> targets) {
        return String.join("\n", targets).getBytes(StandardCharsets.UTF_8);
    }

    static List<String> decode(byte[] value) {
        return List.of(new String(value, StandardCharsets.UTF_8).split("\n"));
    }
}

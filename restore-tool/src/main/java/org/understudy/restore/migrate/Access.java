package org.understudy.restore.migrate;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Access control lists (RFC 4314) of the old side, as live keeps them: an identifier a row, its rights as letters. The
 * owner's own entry is left out: here owners have all rights on what is theirs.
 */
final class Access {
    private static final String RIGHTS = "aeiklprstwx";

    private Access() {}

    /**
     * A list under the names that users have here.
     *
     * @param owner name of the mailbox's owner on the old side
     * @param names users of the old side to users here; others keep their names
     */
    static SortedMap<String, String> translated(Map<String, String> old, String owner, UnaryOperator<String> names) {
        SortedMap<String, String> list = new TreeMap<>();
        old.forEach((who, rights) -> {
            boolean negative = who.startsWith("-");
            String name = negative ? who.substring(1) : who;
            String letters = rights(rights);
            if (!name.equalsIgnoreCase(owner) && !name.equals("owner") && !letters.isEmpty()) {
                list.put((negative ? "-" : "") + names.apply(name), letters);
            }
        });
        return list;
    }

    /** Letters of RFC 4314 in order; those of RFC 2086 count where a server knows no others (RFC 4314 section 2.1.1). */
    static String rights(String letters) {
        String all = letters;
        if (letters.chars().noneMatch(c -> "kxte".indexOf(c) >= 0)) {
            all = all.replace("c", "kx").replace("d", "tex");
        }
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < RIGHTS.length(); i++) {
            if (all.indexOf(RIGHTS.charAt(i)) >= 0) {
                kept.append(RIGHTS.charAt(i));
            }
        }
        return kept.toString();
    }

    /** The list of a live mailbox. */
    static SortedMap<String, String> of(MailStore live, MailboxId mailbox) {
        SortedMap<String, String> list = new TreeMap<>();
        live.accessLists()
                .list(mailbox.toString(), "")
                .forEach((who, rights) -> list.put(who, rights(new String(rights, StandardCharsets.US_ASCII))));
        return list;
    }
}

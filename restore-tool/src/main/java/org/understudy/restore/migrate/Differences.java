package org.understudy.restore.migrate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Differences between both sides as they are found; the first thousand are kept, all are counted. */
final class Differences {
    private static final int KEPT = 1_000;

    private final List<Difference> first = new ArrayList<>();
    private long count;

    void add(String kind, String mailbox, String oldUid, long uid, String expected, String found) {
        count++;
        if (first.size() < KEPT) {
            first.add(new Difference(kind, mailbox, oldUid, uid, expected, found));
        }
    }

    long count() {
        return count;
    }

    List<Difference> first() {
        return List.copyOf(first);
    }

    /** Keywords as they are compared: without regard to case (RFC 9051 section 2.3.2). */
    static List<String> lower(Collection<String> keywords) {
        TreeSet<String> lower = new TreeSet<>();
        keywords.forEach(one -> lower.add(one.toLowerCase(Locale.ROOT)));
        return List.copyOf(lower);
    }
}

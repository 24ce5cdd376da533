package org.understudy.restore.source.pst;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was found damaged while one item was read; each place once, the first of many in full. */
final class Damages {
    private static final int LISTED = 8;

    private final Set<String> found = new LinkedHashSet<>();
    private long more;

    void add(String what) {
        if (found.size() < LISTED) {
            found.add(what);
        } else if (!found.contains(what)) {
            more++;
        }
    }

    boolean any() {
        return !found.isEmpty();
    }

    List<String> list() {
        List<String> list = new ArrayList<>(found);
        if (more > 0) {
            list.add("and %,d more places".formatted(more));
        }
        return list;
    }
}

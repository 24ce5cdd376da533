package org.understudy.server.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows in memory, those of users and those of strangers each in the order in which they were seen last and within a
 * bound, and which of them are not in the file yet. Not thread-safe.
 */
final class LedgerTable {
    /** In place of host and client where one user has too many rows. */
    static final String MORE = "(more)";

    /**
     * How many rows are kept.
     *
     * @param rowsOfOneUser with one more, host and client are no longer told apart
     */
    record Bounds(int users, int strangers, int rowsOfOneUser) {}

    private static final int MOST_WORDS = 10_000;

    private final Bounds bounds;
    private final SequencedMap<LedgerKey, LedgerRow> users = new LinkedHashMap<>();
    private final SequencedMap<LedgerKey, LedgerRow> strangers = new LinkedHashMap<>();
    private final Map<String, Integer> rowsByUser = new HashMap<>();
    private final Map<String, String> words = new HashMap<>();
    private final Set<LedgerKey> changed = new LinkedHashSet<>();
    private Sums sums;
    private boolean sumsChanged;

    LedgerTable(Bounds bounds, Sums sums, List<LedgerRow> rows) {
        this.bounds = bounds;
        this.sums = sums;
        rows.stream().sorted(Comparator.comparing(LedgerRow::last)).forEach(row -> put(row.key(), row));
        changed.clear();
        sumsChanged = false;
    }

    void seen(LedgerKey key, Instant at) {
        LedgerKey kept = bounded(key);
        put(kept, new LedgerRow(kept, at, at, 1));
    }

    /** One connection moves from one row to another. */
    void known(LedgerKey before, LedgerKey now, Instant at) {
        LedgerKey from = bounded(before);
        LedgerRow row = of(from).get(from);
        if (row != null && row.count() > 1) {
            of(from).put(from, new LedgerRow(from, row.first(), row.last(), row.count() - 1));
            changed.add(from);
        } else if (row != null) {
            remove(from);
        }
        seen(now, at);
    }

    void again(LedgerKey key, Instant at) {
        LedgerKey kept = bounded(key);
        LedgerRow row = of(kept).get(kept);
        if (row != null && at.isAfter(row.last())) {
            of(kept).remove(kept);
            of(kept).put(kept, new LedgerRow(kept, row.first(), at, row.count()));
            changed.add(kept);
        }
    }

    void dropped(long connections) {
        if (connections > 0) {
            sums = new Sums(sums.users(), sums.strangers(), sums.dropped() + connections);
            sumsChanged = true;
        }
    }

    Sums sums() {
        return sums;
    }

    List<LedgerRow> rows() {
        List<LedgerRow> all = new ArrayList<>(users.values());
        all.addAll(strangers.values());
        return all;
    }

    /** What is not in the file yet. */
    record Change(LedgerKey key, @Nullable LedgerRow row) {}

    /** Rows that have changed since {@link #written()}, without their row where they are gone. */
    List<Change> changes() {
        return changed.stream().map(key -> new Change(key, of(key).get(key))).toList();
    }

    Optional<Sums> changedSums() {
        return sumsChanged ? Optional.of(sums) : Optional.empty();
    }

    void written() {
        changed.clear();
        sumsChanged = false;
    }

    /** The same key, with words that many rows have kept once. */
    private LedgerKey shared(LedgerKey key) {
        if (words.size() > MOST_WORDS) {
            words.clear();
        }
        return new LedgerKey(
                word(key.listener()),
                key.port(),
                word(key.host()),
                key.user(),
                word(key.client()),
                word(key.family()),
                word(key.tls()),
                word(key.certificate()),
                key.fault(),
                key.outcome());
    }

    private String word(String text) {
        return words.computeIfAbsent(text, same -> same);
    }

    private LedgerKey bounded(LedgerKey key) {
        if (!key.known() || users.containsKey(key) || rowsByUser.getOrDefault(key.user(), 0) < bounds.rowsOfOneUser()) {
            return key;
        }
        return new LedgerKey(
                key.listener(), key.port(), MORE, key.user(), MORE, "", key.tls(), "", Fault.NONE, key.outcome());
    }

    private void put(LedgerKey key, LedgerRow row) {
        SequencedMap<LedgerKey, LedgerRow> rows = of(key);
        LedgerRow before = rows.remove(key);
        if (before == null) {
            LedgerKey fresh = shared(key);
            rows.put(fresh, new LedgerRow(fresh, row.first(), row.last(), row.count()));
            if (key.known()) {
                rowsByUser.merge(key.user(), 1, Integer::sum);
            }
        } else {
            rows.put(before.key(), before.plus(row));
        }
        changed.add(key);
        int most = key.known() ? bounds.users() : bounds.strangers();
        while (rows.size() > most) {
            Iterator<LedgerRow> oldest = rows.values().iterator();
            fold(oldest.next());
        }
    }

    private void fold(LedgerRow row) {
        remove(row.key());
        sums = row.key().known()
                ? new Sums(sums.users().plus(row), sums.strangers(), sums.dropped())
                : new Sums(sums.users(), sums.strangers().plus(row), sums.dropped());
        sumsChanged = true;
    }

    private void remove(LedgerKey key) {
        of(key).remove(key);
        if (key.known()) {
            rowsByUser.computeIfPresent(key.user(), (user, rows) -> rows == 1 ? null : rows - 1);
        }
        changed.add(key);
    }

    private SequencedMap<LedgerKey, LedgerRow> of(LedgerKey key) {
        return key.known() ? users : strangers;
    }
}

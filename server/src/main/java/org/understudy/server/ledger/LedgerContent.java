package org.understudy.server.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a ledger says.
 *
 * @param since when it began; nothing is known of the time before
 * @param damaged lines of its file that could not be read
 */
public record LedgerContent(Instant since, List<LedgerRow> rows, Sums sums, long damaged) {
    public LedgerContent {
        rows = List.copyOf(rows);
    }

    /** Several together; rows with the same key become one. */
    public static LedgerContent of(List<LedgerContent> parts, Instant otherwise) {
        Map<LedgerKey, LedgerRow> rows = new LinkedHashMap<>();
        Sums sums = Sums.NONE;
        long damaged = 0;
        List<Instant> begins = new ArrayList<>();
        for (LedgerContent part : parts) {
            part.rows.forEach(row -> rows.merge(row.key(), row, LedgerRow::plus));
            sums = sums.plus(part.sums);
            damaged += part.damaged;
            begins.add(part.since);
        }
        return new LedgerContent(
                begins.stream().min(Instant::compareTo).orElse(otherwise), List.copyOf(rows.values()), sums, damaged);
    }
}

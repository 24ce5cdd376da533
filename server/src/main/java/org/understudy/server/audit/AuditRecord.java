package org.understudy.server.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One record as it stands in the log.
 *
 * @param number 1 for the first, then one more each
 * @param before hash of the record before, 64 zeros for the first
 * @param hash SHA-256 of this one in hexadecimal, as {@link AuditLine} takes it
 */
public record AuditRecord(
        long number,
        Instant at,
        AuditEvent.Kind kind,
        String actor,
        String from,
        String action,
        SortedMap<String, String> details,
        AuditEvent.Outcome outcome,
        String words,
        String before,
        String hash) {
    public AuditRecord {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }
}

package org.understudy.server.audit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreHealth;
import org.understudy.storage.keyspace.Author;

/**
 * The end of a log: number and hash of its last record. The store keeps it as the setting {@code audit / head},
 * {@code 1 NUMBER HASH} in ASCII, so that each snapshot has it, too.
 *
 * @param number 0 before the first record
 */
record AuditHead(long number, String hash) {
    static final AuditHead START = new AuditHead(0, AuditLine.NOTHING_BEFORE);

    private static final String OWNER = "audit";
    private static final String KEY = "head";
    private static final Author AUTHOR = new Author.Housekeeping("audit");
    private static final Pattern FORM = Pattern.compile("1 ([0-9]{1,18}) ([0-9a-f]{64})");

    /** Empty where the store has never known one. */
    static Optional<AuditHead> in(MailStore store) {
        return store.settings().get(OWNER, KEY).map(value -> {
            Matcher matcher = FORM.matcher(new String(value, StandardCharsets.US_ASCII));
            if (!matcher.matches()) {
                throw new CorruptionException("setting", OWNER + "/" + KEY, "not the head of an audit log", null);
            }
            return new AuditHead(Long.parseLong(matcher.group(1)), matcher.group(2));
        });
    }

    void keepIn(MailStore store) {
        if (store.health().state() != StoreHealth.State.READ_ONLY) {
            byte[] value = ("1 " + number + " " + hash).getBytes(StandardCharsets.US_ASCII);
            store.settings().write(OWNER, Map.of(KEY, value), AUTHOR);
        }
    }
}

package org.understudy.server.imap.faults;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.MailboxDamage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.StoreHealth;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;

/** What users are told of a fault: what they cannot have, that nothing is deleted, and whether to try again. */
final class FaultText {
    private static final int NAMED = 200;
    private static final List<Family> BY_MAILBOX = List.of(
            Family.MAILBOX,
            Family.STATE,
            Family.KEYWORD,
            Family.MESSAGE,
            Family.FLAG_CHUNK,
            Family.FLAG_OVERRIDE,
            Family.CHANGE,
            Family.EXPUNGED);

    private final MailStore store;

    FaultText(MailStore store) {
        this.store = store;
    }

    /** Words in ASCII, or empty if {@code fault} is none of the store's disk. */
    Optional<String> of(Throwable fault) {
        for (Throwable at = fault; at != null; at = at.getCause()) {
            if (at instanceof CorruptionException corruption) {
                return Optional.of(ascii(damaged(corruption)));
            }
            if (at instanceof OperatorException operator) {
                return of(operator);
            }
        }
        return Optional.empty();
    }

    private Optional<String> of(OperatorException fault) {
        return switch (fault.reason()) {
            case DISK_FULL ->
                Optional.of(
                        "The disk of the mail store is full. Nothing was changed; reading goes on. Try again later.");
            case IO ->
                Optional.of(
                        store.health().state() == StoreHealth.State.SOUND
                                ? "The disk of the mail store reported an error. Try again later."
                                : "The disk of the mail store reports errors. Nothing was changed; reading goes on. Try"
                                        + " again later.");
            case STORE_REFUSED ->
                Optional.of("The mail store can only be read until it has been mended. Nothing was changed.");
            case BUSY -> Optional.of("The mail store was busy with a fault of its disk. Try again.");
            default -> Optional.empty();
        };
    }

    private String damaged(CorruptionException fault) {
        Optional<Family> family = Arrays.stream(Family.values())
                .filter(one -> one.columnFamily().equals(fault.columnFamily()))
                .findFirst();
        if (family.isEmpty() || fault.key().isEmpty() || !BY_MAILBOX.contains(family.get())) {
            return "A part of the mail store cannot be read. Nothing was deleted; other mail goes on.";
        }
        byte[] key = HexFormat.of().parseHex(fault.key());
        if (key.length < Long.BYTES) {
            return "A part of the mail store cannot be read. Nothing was deleted; other mail goes on.";
        }
        MailboxId id = Keys.mailboxOf(family.get(), key);
        MailboxDamage damage = MailboxDamage.of(store, id);
        String uids = damage.lostUids();
        return "A part of mailbox " + damage.name() + " cannot be read"
                + (uids.isEmpty() ? "" : ": UIDs " + (uids.length() > NAMED ? uids.substring(0, NAMED) + "..." : uids))
                + ". Nothing was deleted; other mailboxes go on.";
    }

    private static String ascii(String words) {
        StringBuilder text = new StringBuilder();
        words.chars().forEach(c -> text.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return text.toString();
    }
}

package org.understudy.restore.proof;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;

/** Says in words what a key stands for. */
final class KeyWords {
    private final MailStore live;
    private final Map<MailboxId, String> names = new HashMap<>();

    KeyWords(MailStore live) {
        this.live = live;
    }

    /** For example {@code message ada:INBOX UID 12 (mailbox 5)}; a key that is not of its family's form is so called. */
    String of(@Nullable Family family, byte[] key) {
        if (family == null) {
            return "a key of a column family that Understudy does not have";
        }
        try {
            return family.columnFamily() + " " + words(family, key);
        } catch (CorruptionException e) {
            return family.columnFamily() + " key that is not of the family's form";
        }
    }

    private String words(Family family, byte[] key) {
        return switch (family) {
            case MAILBOX, STATE -> mailbox(Keys.mailboxOf(family, key));
            case MESSAGE, FLAG_OVERRIDE, EXPUNGED, STRUCTURE ->
                mailbox(Keys.mailboxOf(family, key), "UID " + Keys.uidOf(family, key));
            case FLAG_CHUNK -> {
                long first = Keys.uidOf(family, key) * 1024;
                yield mailbox(Keys.mailboxOf(family, key), "UIDs " + first + " to " + (first + 1023));
            }
            case CHANGE -> mailbox(Keys.mailboxOf(family, key), "MODSEQ " + Keys.modSeqOf(key));
            case KEYWORD -> mailbox(Keys.mailboxOf(family, key));
            case PLACE ->
                "message id " + Keys.idOf(family, key) + " in "
                        + mailbox(Keys.placeMailbox(key), "UID " + Keys.placeUid(key));
            case BODY -> Keys.idOf(family, key) + ", chunk " + Keys.chunkOf(key);
            case BODY_INDEX -> "of a digest";
            case PATH,
                    ACCOUNT,
                    SUBSCRIPTION,
                    ANNOTATION,
                    ACCESS_LIST,
                    QUOTA_LIMIT,
                    ATTACHMENT,
                    JOURNAL,
                    SETTING,
                    COUNTER -> new String(key, StandardCharsets.UTF_8).replace('\0', ' ');
        };
    }

    private String mailbox(MailboxId id, String more) {
        return name(id) + " " + more + " (mailbox " + id + ")";
    }

    private String mailbox(MailboxId id) {
        return name(id) + " (mailbox " + id + ")";
    }

    private String name(MailboxId id) {
        return names.computeIfAbsent(
                id,
                key -> live.mailboxes()
                        .find(key)
                        .map(row -> row.path().owner() + ":" + row.path().name())
                        .orElse("no mailbox"));
    }
}

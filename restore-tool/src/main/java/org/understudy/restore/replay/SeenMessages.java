package org.understudy.restore.replay;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Tells which messages of a mailbox were replayed already: same digest of the canonical form, same arrival to the
 * second. Remembers the mailboxes used last and reads the others back from the shadow's evidence.
 */
final class SeenMessages {
    private static final int MAILBOXES = 4;

    private record Key(Digest digest, long arrivalSecond) {}

    private final ShadowStore shadow;
    private final LinkedHashMap<MailboxId, Map<Key, String>> mailboxes = new LinkedHashMap<>(16, 0.75f, true);

    SeenMessages(ShadowStore shadow) {
        this.shadow = shadow;
    }

    /** Remembers a message; if one like it was there before, returns that one's path instead. */
    Optional<String> seenBefore(MailboxId mailbox, Digest digest, Instant internalDate, String path) {
        Map<Key, String> seen = mailboxes.computeIfAbsent(mailbox, this::load);
        return Optional.ofNullable(seen.putIfAbsent(new Key(digest, internalDate.getEpochSecond()), path));
    }

    /** Forgets one message, which could not be replayed after all. */
    void forget(MailboxId mailbox, Digest digest, Instant internalDate) {
        mailboxes.getOrDefault(mailbox, new HashMap<>()).remove(new Key(digest, internalDate.getEpochSecond()));
    }

    /** Forgets the mailboxes not used lately. Only when all that was remembered is in the shadow. */
    void trim() {
        while (mailboxes.size() > MAILBOXES) {
            mailboxes.remove(mailboxes.firstEntry().getKey());
        }
    }

    private Map<Key, String> load(MailboxId mailbox) {
        Map<Key, String> seen = new HashMap<>();
        shadow.evidence(
                mailbox,
                (uid, evidence) -> seen.put(
                        new Key(evidence.digest(), evidence.internalDate().getEpochSecond()), evidence.path()));
        return seen;
    }
}

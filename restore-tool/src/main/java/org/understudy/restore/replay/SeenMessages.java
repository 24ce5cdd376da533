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
 * Tells which messages of a mailbox were replayed already: same digest of the canonical form, same arrival to the second,
 * and the same name in the source but for flags, as when a Maildir's file lies in {@code new} and in {@code cur}. Equal
 * messages of different names are different messages: a mailbox that held one twice gets it back twice. Remembers the
 * mailboxes used last and reads the others back from the shadow's evidence.
 */
final class SeenMessages {
    private static final int MAILBOXES = 4;

    private record Key(Digest digest, long arrivalSecond, String name) {
        static Key of(Digest digest, Instant internalDate, String path) {
            return new Key(digest, internalDate.getEpochSecond(), name(path));
        }

        /** The last part of a path, without a Maildir's flags ({@code :2,S}, or {@code ;} or {@code !} for the colon). */
        private static String name(String path) {
            String last = path.substring(path.lastIndexOf('/') + 1);
            int info = last.lastIndexOf("2,");
            boolean flags = info > 0 && ":;!".indexOf(last.charAt(info - 1)) >= 0;
            return flags ? last.substring(0, info - 1) : last;
        }
    }

    private final ShadowStore shadow;
    private final LinkedHashMap<MailboxId, Map<Key, String>> mailboxes = new LinkedHashMap<>(16, 0.75f, true);

    SeenMessages(ShadowStore shadow) {
        this.shadow = shadow;
    }

    /** Remembers a message; if one like it was there before, returns that one's path instead. */
    Optional<String> seenBefore(MailboxId mailbox, Digest digest, Instant internalDate, String path) {
        Map<Key, String> seen = mailboxes.computeIfAbsent(mailbox, this::load);
        return Optional.ofNullable(seen.putIfAbsent(Key.of(digest, internalDate, path), path));
    }

    /** Forgets one message, which could not be replayed after all. */
    void forget(MailboxId mailbox, Digest digest, Instant internalDate, String path) {
        mailboxes.getOrDefault(mailbox, new HashMap<>()).remove(Key.of(digest, internalDate, path));
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
                (uid, evidence) ->
                        seen.put(Key.of(evidence.digest(), evidence.internalDate(), evidence.path()), evidence.path()));
        return seen;
    }
}

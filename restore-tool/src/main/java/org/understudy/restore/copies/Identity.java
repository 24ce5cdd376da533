package org.understudy.restore.copies;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.source.SourceMailbox;

/** By what the same message is known in another source. */
final class Identity {
    /** UIDVALIDITY is a time by custom (RFC 9051 section 2.3.1.1); a smaller one may be anyone's. */
    private static final long CUSTOMARY_UIDVALIDITY = 1_000_000;

    /** How two copies were matched, most certain first; all but the last within one user's mail. */
    enum Key {
        DIGEST,
        UID,
        FILE_NAME,
        MESSAGE_ID,
        /** The same bytes in whosever mail: evidence only. */
        ANYONES_DIGEST
    }

    private Identity() {}

    /** Hashes of the keys that an item has; equal keys have equal hashes. */
    static List<Long> hashes(CopyEntry entry) {
        List<Long> hashes = new ArrayList<>(Key.values().length);
        for (Key key : Key.values()) {
            hash(entry, key).ifPresent(hashes::add);
        }
        return hashes;
    }

    /** The hash of one key, if the item has it. */
    static Optional<Long> hash(CopyEntry entry, Key key) {
        Inspected.Message message = entry.message();
        SourceMailbox mailbox = entry.mailbox();
        String text =
                switch (key) {
                    case DIGEST -> message == null ? null : mailbox.user() + '\0' + message.digest();
                    case ANYONES_DIGEST ->
                        message == null ? null : message.digest().toString();
                    case UID ->
                        entry.uid() == 0 || entry.uidValidity() == 0
                                ? null
                                : mailbox.user() + '\0' + mailbox.name() + '\0' + entry.uidValidity() + '\0'
                                        + entry.uid();
                    case FILE_NAME -> entry.baseName().isEmpty() ? null : mailbox.user() + '\0' + entry.baseName();
                    case MESSAGE_ID ->
                        message == null || message.messageId().isEmpty()
                                ? null
                                : mailbox.user() + '\0' + message.messageId() + '\0' + message.date();
                };
        return text == null ? Optional.empty() : Optional.of(mix(key.name() + '\0' + text));
    }

    /** Whether two items agree in a key and nothing shows that they are different messages all the same. */
    static boolean same(CopyEntry one, CopyEntry other, Key key) {
        if (!one.mailbox().user().equals(other.mailbox().user()) && key != Key.ANYONES_DIGEST) {
            return false;
        }
        Inspected.Message a = one.message();
        Inspected.Message b = other.message();
        return switch (key) {
            case DIGEST, ANYONES_DIGEST -> a != null && b != null && a.digest().equals(b.digest());
            case UID ->
                one.uid() != 0
                        && one.uid() == other.uid()
                        && one.uidValidity() != 0
                        && one.uidValidity() == other.uidValidity()
                        && one.mailbox().equals(other.mailbox())
                        && (one.uidValidity() >= CUSTOMARY_UIDVALIDITY || headersAgree(a, b));
            case FILE_NAME ->
                !one.baseName().isEmpty()
                        && one.baseName().equals(other.baseName())
                        && (BaseName.unique(one.baseName())
                                || (one.mailbox().equals(other.mailbox()) && headersAgree(a, b)));
            case MESSAGE_ID ->
                a != null
                        && b != null
                        && !a.messageId().isEmpty()
                        && a.messageId().equals(b.messageId())
                        && Objects.equals(a.date(), b.date());
        };
    }

    /** Whether Message-ID, Date or arrival to the second agree, as far as both can be read. */
    private static boolean headersAgree(
            Inspected.@Nullable Message one, Inspected.@Nullable Message other) {
        if (one == null || other == null) {
            return true;
        }
        boolean sameId = !one.messageId().isEmpty() && one.messageId().equals(other.messageId());
        boolean sameDate = one.date() != null && one.date().equals(other.date());
        boolean sameArrival =
                one.internalDate().getEpochSecond() == other.internalDate().getEpochSecond();
        return sameId || sameDate || sameArrival;
    }

    /** FNV-1a of 64 bits with a last mixing step; which two texts collide does not matter, for matches are compared. */
    private static long mix(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}

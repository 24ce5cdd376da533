package org.understudy.server.pop3;

import java.util.Arrays;
import java.util.Base64;
import org.understudy.storage.keyspace.Digest;

/**
 * The unique id of a message (RFC 1939 section 7): the first 24 octets of the SHA-256 of its canonical form in Base64 for URLs,
 * 32 characters; the second of equal messages in a maildrop has {@code .2} behind it, the third {@code .3}, in UID order.
 */
final class UniqueId {
    private static final int OCTETS = 24;

    private UniqueId() {}

    /** @param ordinal from 1 */
    static String of(Digest digest, int ordinal) {
        String id = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest.toBytes(), OCTETS));
        return ordinal == 1 ? id : id + "." + ordinal;
    }
}

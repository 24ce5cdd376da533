package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.List;

/**
 * What a comparison of both sides came to, after each was read to its last octet.
 *
 * @param format {@code understudy-migration-proof}
 * @param certificate SHA-256 of the old server's certificate, or empty
 * @param storeId of the live store
 * @param keyId of the key that signs it
 * @param differences the first thousand
 * @param differenceCount all of them
 * @param notes what could not be compared, since the old side does not tell it
 */
public record EqualityProof(
        String format,
        int version,
        String migration,
        String user,
        String oldLogin,
        String oldPlace,
        String certificate,
        String storeId,
        String keyId,
        Instant begunAt,
        Instant endedAt,
        boolean equal,
        long messages,
        long octets,
        List<OfMailbox> mailboxes,
        long differenceCount,
        List<Difference> differences,
        List<String> notes) {
    static final String FORMAT = "understudy-migration-proof";
    static final int VERSION = 1;

    /**
     * One mailbox.
     *
     * @param sameUids whether messages have the UIDs and the mailbox the UIDVALIDITY of the old side
     * @param oldSum SHA-256 of one line for each message of the old side: key, digest, octets, flags, keywords, date
     * @param sum the same of what is here
     * @param others messages here that came from elsewhere
     */
    public record OfMailbox(
            String name,
            long oldUidValidity,
            long uidValidity,
            boolean sameUids,
            long oldMessages,
            long messages,
            long oldOctets,
            long octets,
            String oldSum,
            String sum,
            long others,
            long differences) {}

    /**
     * A proof in short.
     *
     * @param file its path
     */
    public record Summary(
            Instant at, boolean equal, long messages, long octets, long differences, String file, List<String> first) {
        public Summary {
            first = List.copyOf(first);
        }
    }
}

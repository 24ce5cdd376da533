package org.understudy.restore.source.imap;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of an account beside its messages.
 *
 * @param greeting the server's first words
 * @param certificate SHA-256 of its certificate, or empty without TLS
 * @param mailboxes those of this user that hold messages, by their names here
 * @param quota one line for each limit, as for people; empty where none is told
 * @param tellsAccess whether the server speaks of access control lists (RFC 4314)
 */
public record AccountFacts(
        String greeting, String certificate, List<Mailbox> mailboxes, List<String> quota, boolean tellsAccess) {
    /**
     * One mailbox.
     *
     * @param oldName as the server wrote it, octets as ISO 8859-1
     * @param name in Unicode with {@code .} between levels
     * @param uidNext UIDNEXT when it was asked for, or 0 if the server did not say
     * @param modSeq HIGHESTMODSEQ, or 0 if the server did not say
     * @param uses special-use attributes (RFC 6154), for example {@code \Sent}
     * @param access identifier to rights as the server writes them, or null where it does not tell
     */
    public record Mailbox(
            String oldName,
            String name,
            long uidValidity,
            long uidNext,
            long messages,
            long modSeq,
            boolean subscribed,
            List<String> uses,
            @Nullable SortedMap<String, String> access) {
        public Mailbox {
            uses = List.copyOf(uses);
            access = access == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(access));
        }
    }

    public AccountFacts {
        mailboxes = List.copyOf(mailboxes);
        quota = List.copyOf(quota);
    }
}

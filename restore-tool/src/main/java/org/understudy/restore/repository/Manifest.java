package org.understudy.restore.repository;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.MailboxId;

/**
 * What a snapshot holds: the content of {@code snapshots/<id>.json} (docs/repository-format.md).
 *
 * @param format always {@value #FORMAT}
 * @param tool program and version that wrote it
 * @param number 1 for the first snapshot of a repository, else one more than the predecessor's
 * @param signingKey id of the key that signed it
 * @param predecessor the snapshot before it, or null for the first
 * @param files by name
 * @param messages of all users together
 * @param bytes sum of the sizes of those messages
 * @param users by name
 */
public record Manifest(
        String format,
        int version,
        String tool,
        String id,
        Instant created,
        String repositoryId,
        String storeId,
        int storeFormat,
        long sequence,
        long number,
        String signingKey,
        @Nullable Predecessor predecessor,
        long messages,
        long bytes,
        List<StoredFile> files,
        List<User> users) {
    public static final String FORMAT = "understudy-snapshot";
    public static final int VERSION = 1;

    public Manifest {
        files = List.copyOf(files);
        users = List.copyOf(users);
    }

    /** @param manifestSha256 SHA-256 of the exact bytes of its manifest */
    public record Predecessor(String id, String manifestSha256) {}

    /**
     * A file of the store.
     *
     * @param name name that the database knows it by
     * @param sha256 of its content, which is also the name of the object
     * @param columnFamily for sorted tables, else empty; likewise the hexadecimal keys
     */
    public record StoredFile(
            String name,
            long size,
            String sha256,
            String columnFamily,
            String smallestKey,
            String largestKey,
            long entries) {
        /** Whether a sorted table may hold a row of this key; {@code keyHex} in lower case. */
        public boolean covers(String family, String keyHex) {
            return columnFamily.equals(family)
                    && smallestKey.compareTo(keyHex) <= 0
                    && largestKey.compareTo(keyHex) >= 0;
        }
    }

    /** @param merkleRoot over the user's mailboxes in order of their ids */
    public record User(String name, String merkleRoot, List<Mailbox> mailboxes) {
        public User {
            mailboxes = List.copyOf(mailboxes);
        }
    }

    /**
     * @param uids the UIDs of its messages, as {@link UidSet} writes them
     * @param merkleRoot over its messages with their flags in UID order
     * @param groups the subtrees of that tree over 128 messages each
     * @param contentGroups the same over the messages without flags and MODSEQ, so that these can be lost alone
     * @param months messages by month of their internal date in UTC, for example {@code 2026-05}
     */
    public record Mailbox(
            long id,
            String namespace,
            String name,
            boolean subscribed,
            long uidValidity,
            long uidNext,
            long highestModSeq,
            long messages,
            long bytes,
            String uids,
            String merkleRoot,
            List<String> groups,
            List<String> contentGroups,
            SortedMap<String, Long> months) {
        public Mailbox {
            groups = List.copyOf(groups);
            contentGroups = List.copyOf(contentGroups);
            months = Collections.unmodifiableSortedMap(new TreeMap<>(months));
            if (UidSet.parse(uids).size() != messages) {
                throw new IllegalArgumentException("mailbox " + id + " lists other than its " + messages + " UIDs");
            }
        }

        public MailboxId mailboxId() {
            return new MailboxId(id);
        }
    }

    /** The same under another id, for what is no snapshot of a repository. */
    public Manifest named(String other) {
        return new Manifest(
                format,
                version,
                tool,
                other,
                created,
                repositoryId,
                storeId,
                storeFormat,
                sequence,
                number,
                signingKey,
                predecessor,
                messages,
                bytes,
                files,
                users);
    }

    public StoredFile file(String name) {
        return files.stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("snapshot " + id + " has no file " + name));
    }
}

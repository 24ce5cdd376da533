package org.understudy.restore.repository;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.understudy.storage.keyspace.Digest;

/**
 * The tree that {@link Manifest.Mailbox#contentGroups} holds, over messages that somebody else has: for comparing what came
 * of a restore with what the manifest promises. Messages are added by their UIDs in the snapshot, ascending.
 */
public final class ContentTree {
    private static final int LEAF = 4 + Digest.LENGTH + 8 + 8;

    private final MerkleTree tree = new MerkleTree();

    /** @param size octets of the canonical form */
    public void add(long uid, Digest digest, long size, Instant internalDate) {
        tree.add(ByteBuffer.allocate(LEAF)
                .putInt((int) uid)
                .put(digest.toBytes())
                .putLong(size)
                .putLong(internalDate.toEpochMilli())
                .array());
    }

    /** The hashes of its groups, as the manifest has them. */
    public List<String> groups() {
        return tree.groups();
    }
}

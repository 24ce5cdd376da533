package org.understudy.restore.repository;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.understudy.storage.keyspace.Digest;

/**
 * A Merkle tree hash as RFC 6962 section 2.1 defines it over SHA-256: a leaf is {@code SHA-256(00 | bytes)}, a node
 * {@code SHA-256(01 | left | right)} with the left side the largest power of two below the number of leaves, and the
 * tree without leaves is {@code SHA-256()}.
 *
 * <p>The subtrees over each {@value #GROUP} leaves are kept, so that a part of the leaves can be proven when another is
 * lost. {@value #GROUP} is a power of two, so they are nodes of the tree, and the root follows from them alone.
 */
final class MerkleTree {
    /** How many leaves a group has, the last one perhaps fewer. */
    static final int GROUP = 128;

    private final MessageDigest sha = Digest.sha256();
    private final List<byte[]> groups = new ArrayList<>();
    private final List<byte[]> open = new ArrayList<>();

    void add(byte[] leaf) {
        sha.update((byte) 0);
        open.add(sha.digest(leaf));
        if (open.size() == GROUP) {
            groups.add(fold(open));
            open.clear();
        }
    }

    /** The hashes of the groups in order, as lower-case hexadecimal digits. */
    List<String> groups() {
        return all().stream().map(hash -> Digest.of(hash).toString()).toList();
    }

    Digest root() {
        return Digest.of(fold(all()));
    }

    private List<byte[]> all() {
        List<byte[]> all = new ArrayList<>(groups);
        if (!open.isEmpty()) {
            all.add(fold(open));
        }
        return all;
    }

    private byte[] fold(List<byte[]> nodes) {
        if (nodes.isEmpty()) {
            return sha.digest();
        }
        if (nodes.size() == 1) {
            return nodes.get(0);
        }
        int left = Integer.highestOneBit(nodes.size() - 1);
        byte[] a = fold(nodes.subList(0, left));
        byte[] b = fold(nodes.subList(left, nodes.size()));
        sha.update((byte) 1);
        sha.update(a);
        return sha.digest(b);
    }
}

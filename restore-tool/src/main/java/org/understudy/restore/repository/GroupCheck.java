package org.understudy.restore.repository;

import java.util.ArrayList;
import java.util.List;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * Compares the rows of a mailbox with the content groups of its manifest (docs/repository-format.md), as they are read:
 * where every row of a group is there, the group's hash says whether UIDs, digests, sizes and dates are the same. Groups
 * of which a row is not given are not judged.
 */
public final class GroupCheck {
    private final UidSet uids;
    private final List<String> groups;
    private final List<Integer> different = new ArrayList<>();
    private MerkleTree tree = new MerkleTree();
    private long group = -1;
    private int count;
    private int equal;

    /** @param groups as {@link Manifest.Mailbox#contentGroups} gives them */
    public GroupCheck(UidSet uids, List<String> groups) {
        this.uids = uids;
        this.groups = List.copyOf(groups);
    }

    /** The bytes of a row that the group's hash is made of, to be kept until its turn in UID order. */
    public static byte[] leaf(MessageFacts facts) {
        return Leaves.content(facts);
    }

    /** Takes a row; those that the manifest does not list are passed over. In ascending order of UIDs. */
    public void add(long uid, byte[] leaf) {
        long index = uids.indexOf(uid);
        if (index < 0) {
            return;
        }
        if (index / MerkleTree.GROUP != group) {
            endGroup();
            group = index / MerkleTree.GROUP;
        }
        tree.add(leaf);
        count++;
    }

    /** To be called once, after the last row. */
    public void end() {
        endGroup();
    }

    /** Whether every group was given whole and is as the manifest says. */
    public boolean allEqual() {
        return equal == groups.size();
    }

    /** The UIDs of the groups that were given whole and differ. */
    public UidSet different() {
        UidSet.Builder builder = new UidSet.Builder();
        for (int number : different) {
            for (long uid : uids.slice((long) number * MerkleTree.GROUP, MerkleTree.GROUP)) {
                builder.add(uid);
            }
        }
        return builder.build();
    }

    private void endGroup() {
        if (count > 0
                && group < groups.size()
                && count == Math.min(MerkleTree.GROUP, uids.size() - group * MerkleTree.GROUP)) {
            if (tree.groups().equals(List.of(groups.get((int) group)))) {
                equal++;
            } else {
                different.add((int) group);
            }
        }
        tree = new MerkleTree();
        count = 0;
    }
}

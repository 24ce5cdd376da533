package org.understudy.restore.loss;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.keyspace.MailboxId;

/**
 * One mailbox as the manifests knew it. Equal sets of UIDs are kept once, whatever the number of snapshots. Snapshots are
 * numbered by age, 0 for the newest.
 */
final class PastMailbox {
    private record Version(String text, UidSet uids, BitSet snapshots) {}

    private final MailboxId id;
    private final String user;
    private final String name;
    private final boolean subscribed;
    private final long highestModSeq;
    private final int newest;
    private final List<String> contentGroups;
    private final List<Version> versions = new ArrayList<>(1);

    /** As the newest manifest that has the mailbox describes it; its UIDs are still to be added. */
    PastMailbox(String user, Manifest.Mailbox mailbox, int snapshot) {
        id = mailbox.mailboxId();
        this.user = user;
        name = mailbox.name();
        subscribed = mailbox.subscribed();
        highestModSeq = mailbox.highestModSeq();
        newest = snapshot;
        contentGroups = mailbox.contentGroups();
    }

    /** In the order of the snapshots' numbers. */
    void add(Manifest.Mailbox mailbox, int snapshot) {
        for (Version version : versions) {
            if (version.text.equals(mailbox.uids())) {
                version.snapshots.set(snapshot);
                return;
            }
        }
        BitSet snapshots = new BitSet();
        snapshots.set(snapshot);
        versions.add(new Version(mailbox.uids(), UidSet.parse(mailbox.uids()), snapshots));
    }

    MailboxId id() {
        return id;
    }

    String user() {
        return user;
    }

    String name() {
        return name;
    }

    boolean subscribed() {
        return subscribed;
    }

    long highestModSeq() {
        return highestModSeq;
    }

    /** The number of the newest snapshot that has the mailbox. */
    int newest() {
        return newest;
    }

    UidSet newestUids() {
        return versions.get(0).uids;
    }

    List<String> contentGroups() {
        return contentGroups;
    }

    /** All messages that any snapshot has. */
    UidSet uids() {
        UidSet all = versions.get(0).uids;
        for (Version version : versions.subList(1, versions.size())) {
            all = all.union(version.uids);
        }
        return all;
    }

    /** The messages that one snapshot has. */
    UidSet uids(int snapshot) {
        for (Version version : versions) {
            if (version.snapshots.get(snapshot)) {
                return version.uids;
            }
        }
        return UidSet.empty();
    }

    /** The number of the newest snapshot that has the message. */
    int lastSeen(long uid) {
        int last = Integer.MAX_VALUE;
        for (Version version : versions) {
            if (version.uids.contains(uid)) {
                last = Math.min(last, version.snapshots.nextSetBit(0));
            }
        }
        return last;
    }
}

package org.understudy.storage;

import java.util.SortedSet;
import java.util.TreeSet;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.MailboxId;

/**
 * What cannot be read of one mailbox. Bodies are not looked at.
 *
 * @param name {@code INBOX} and the like, or the id where the name cannot be read
 * @param lost UIDs of messages that the flags tell of, but whose rows cannot be read; empty too where the flags cannot be
 *     read
 * @param why what RocksDB says of the first unreadable place, or empty if all can be read
 */
public record MailboxDamage(MailboxId mailbox, String owner, String name, SortedSet<Long> lost, String why) {
    private static final long MAX_UID = 0xFFFF_FFFFL;
    /** After a place that cannot be read, the search goes on so many UIDs later; those between are looked up. */
    private static final int STEP = 64;

    private static final int LOOKED_UP = 20_000;

    public MailboxDamage {
        lost = new TreeSet<>(lost);
    }

    public static MailboxDamage of(MailStore store, MailboxId id) {
        String owner = "";
        String name = "number " + id;
        try {
            var row = store.mailboxes().find(id);
            if (row.isPresent()) {
                owner = row.get().path().owner();
                name = row.get().path().name();
            }
        } catch (CorruptionException e) {
            return new MailboxDamage(id, owner, name, new TreeSet<>(), String.valueOf(e.getMessage()));
        }
        TreeSet<Long> readable = new TreeSet<>();
        StringBuilder why = new StringBuilder();
        TreeSet<Long> lost = new TreeSet<>();
        try {
            store.messages().flags(id, 1, MAX_UID).forEach(flags -> lost.add(flags.uid()));
        } catch (CorruptionException e) {
            why.append(e.getMessage());
        }
        long last = lost.isEmpty() ? 0 : lost.last();
        store.tolerantly(id, last, STEP, new View.TolerantVisitor() {
            @Override
            public boolean row(byte[] key, byte[] value) {
                try {
                    readable.add(Codec.messageFacts(key, value).uid());
                } catch (CorruptionException e) {
                    unreadable(key, String.valueOf(e.getMessage()));
                }
                return true;
            }

            @Override
            public void unreadable(byte[] lastKey, String what) {
                if (why.isEmpty()) {
                    why.append(what);
                }
            }
        });
        lost.removeAll(readable);
        lost.removeAll(lost.stream()
                .limit(LOOKED_UP)
                .filter(uid -> isReadable(store, id, uid))
                .toList());
        return new MailboxDamage(id, owner, name, lost, why.toString());
    }

    private static boolean isReadable(MailStore store, MailboxId id, long uid) {
        try {
            return store.messages().facts(id, uid).isPresent();
        } catch (CorruptionException e) {
            return false;
        }
    }

    /** Whether anything is amiss. */
    public boolean any() {
        return !why.isEmpty() || !lost.isEmpty();
    }

    /** {@link #lost} as an IMAP set, for example {@code 3:7,12}; may be empty. */
    public String lostUids() {
        StringBuilder text = new StringBuilder();
        long from = 0;
        long to = 0;
        for (long uid : lost) {
            if (from != 0 && uid == to + 1) {
                to = uid;
                continue;
            }
            range(text, from, to);
            from = uid;
            to = uid;
        }
        range(text, from, to);
        return text.toString();
    }

    private static void range(StringBuilder text, long from, long to) {
        if (from != 0) {
            text.append(text.isEmpty() ? "" : ",").append(from).append(from == to ? "" : ":" + to);
        }
    }
}

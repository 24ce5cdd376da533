package org.understudy.server.search;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.understudy.storage.FlagColumns;
import org.understudy.storage.MailStore;
import org.understudy.storage.MessageColumns;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Keeps what never changes of the messages of mailboxes that were searched lately, up to a number of octets, the ones
 * searched longest ago going first. Which messages there are is asked of the store each time; messages that the kept
 * columns lack are read and added. Thread-safe.
 */
final class ColumnCache {
    private static final long MAX_UID = 0xFFFF_FFFFL;

    private final MailStore store;
    private final long mostOctets;
    private final Map<MailboxId, MessageColumns> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long octets;

    ColumnCache(MailStore store, long mostOctets) {
        this.store = store;
        this.mostOctets = mostOctets;
    }

    MailboxRows rows(MailboxId mailbox) {
        FlagColumns flags = store.messages().flagColumns(mailbox);
        MessageColumns facts = get(mailbox);
        if (facts == null || facts.size() > 2 * flags.size() + 64) {
            facts = read(mailbox, flags);
            put(mailbox, facts);
            return MailboxRows.of(flags, facts);
        }
        long newest = flags.size() == 0 ? 0 : flags.uid(flags.size() - 1);
        long known = facts.size() == 0 ? 0 : facts.uid(facts.size() - 1);
        if (newest > known) {
            MessageColumns longer = new MessageColumns(facts.size() + 64);
            for (int i = 0; i < facts.size(); i++) {
                longer.add(facts, i);
            }
            store.messages().columns(mailbox, known + 1, MAX_UID, longer);
            put(mailbox, longer);
            facts = longer;
        }
        MailboxRows rows = MailboxRows.of(flags, facts);
        if (rows.size() < flags.size()) {
            facts = read(mailbox, flags);
            put(mailbox, facts);
            rows = MailboxRows.of(flags, facts);
        }
        return rows;
    }

    private MessageColumns read(MailboxId mailbox, FlagColumns flags) {
        MessageColumns facts = new MessageColumns(flags.size());
        store.messages().columns(mailbox, 1, MAX_UID, facts);
        return facts;
    }

    private synchronized @org.jspecify.annotations.Nullable MessageColumns get(MailboxId mailbox) {
        return kept.get(mailbox);
    }

    private synchronized void put(MailboxId mailbox, MessageColumns facts) {
        MessageColumns before = kept.put(mailbox, facts);
        octets += facts.heapOctets() - (before == null ? 0 : before.heapOctets());
        Iterator<MessageColumns> oldest = kept.values().iterator();
        while (octets > mostOctets && oldest.hasNext()) {
            octets -= oldest.next().heapOctets();
            oldest.remove();
        }
    }
}

package org.understudy.server.mailbox;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.james.mailbox.store.mail.MessageMapper.FetchType;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Walks the messages of a mailbox in UID order. Flags are those of the moment when the walk was made; facts are read in
 * windows as it goes on, so that a walk over a large mailbox holds no more than one window of them. Messages expunged in
 * the meantime are left out.
 */
final class StoredMessages implements Iterator<StoredMessage> {
    private static final int WINDOW = 512;

    private final MailStore store;
    private final MailboxId mailbox;
    private final FetchType type;
    private final List<MessageFlags> flags;
    private int read;
    private Iterator<StoredMessage> window = List.<StoredMessage>of().iterator();

    /** @param limit how many messages at most, or below 1 for all */
    StoredMessages(MailStore store, MailboxId mailbox, long fromUid, long toUid, FetchType type, int limit) {
        this.store = store;
        this.mailbox = mailbox;
        this.type = type;
        List<MessageFlags> all = fromUid > toUid ? List.of() : store.messages().flags(mailbox, fromUid, toUid);
        this.flags = limit > 0 && all.size() > limit ? all.subList(0, limit) : all;
    }

    @Override
    public boolean hasNext() {
        while (!window.hasNext() && read < flags.size()) {
            window = nextWindow();
        }
        return window.hasNext();
    }

    @Override
    public StoredMessage next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return window.next();
    }

    private Iterator<StoredMessage> nextWindow() {
        List<MessageFlags> part = flags.subList(read, Math.min(flags.size(), read + WINDOW));
        read += part.size();
        List<StoredMessage> result = new ArrayList<>(part.size());
        if (part.size() == 1) {
            MessageFlags only = part.getFirst();
            store.messages()
                    .facts(mailbox, only.uid())
                    .ifPresent(f -> result.add(new StoredMessage(store, f, only, type)));
            return result.iterator();
        }
        List<MessageFacts> facts = new ArrayList<>(part.size());
        store.messages().scan(mailbox, part.getFirst().uid(), part.getLast().uid(), facts::add);
        int next = 0;
        for (MessageFacts fact : facts) {
            while (next < part.size() && part.get(next).uid() < fact.uid()) {
                next++;
            }
            if (next < part.size() && part.get(next).uid() == fact.uid()) {
                result.add(new StoredMessage(store, fact, part.get(next), type));
            }
        }
        return result.iterator();
    }
}

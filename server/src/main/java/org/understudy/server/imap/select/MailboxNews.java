package org.understudy.server.imap.select;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.understudy.storage.Appended;
import org.understudy.storage.CommitObserver;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** Tells the sessions that have a mailbox selected that something was committed to it. One for each store. Thread-safe. */
public final class MailboxNews implements CommitObserver {
    private final MailStore store;
    private final ConcurrentMap<MailboxId, Topic> topics = new ConcurrentHashMap<>();

    private MailboxNews(MailStore store) {
        this.store = store;
    }

    /** From now on every commit of the store is told. */
    public static MailboxNews of(MailStore store) {
        MailboxNews news = new MailboxNews(store);
        store.addObserver(news);
        return news;
    }

    MailStore store() {
        return store;
    }

    /** The news of a mailbox, which somebody else may read too; {@link #leave} ends it. */
    Topic enter(MailboxId mailbox) {
        Topic entered = topics.compute(mailbox, (id, present) -> {
            Topic topic = present == null ? new Topic() : present;
            topic.readers++;
            return topic;
        });
        if (entered == null) {
            throw new IllegalStateException("a topic that was made is missing");
        }
        return entered;
    }

    void leave(MailboxId mailbox) {
        topics.computeIfPresent(mailbox, (id, topic) -> --topic.readers == 0 ? null : topic);
    }

    /** How many mailboxes are selected. */
    int selected() {
        return topics.size();
    }

    @Override
    public void appended(MailboxId mailbox, List<Appended> messages, Author author) {
        Topic topic = topics.get(mailbox);
        if (topic != null) {
            topic.committed(messages.getLast().modSeq());
        }
    }

    @Override
    public void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author) {
        Topic topic = topics.get(mailbox);
        if (topic != null) {
            long modSeq = 0;
            boolean interesting = false;
            for (FlagsChange change : changes) {
                modSeq = Math.max(modSeq, change.modSeq());
                interesting |= !change.before()
                        .without(Flags.RECENT)
                        .equals(change.after().without(Flags.RECENT));
            }
            topic.note(new Topic.Note(modSeq, author, interesting));
            topic.committed(modSeq);
        }
    }

    @Override
    public void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author) {
        Topic topic = topics.get(mailbox);
        if (topic != null) {
            topic.committed(messages.getLast().modSeq());
        }
    }

    @Override
    public void deleted(MailboxId mailbox, Author author) {
        Topic topic = topics.get(mailbox);
        if (topic != null) {
            topic.deleted(author);
        }
    }
}

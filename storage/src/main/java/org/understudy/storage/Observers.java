package org.understudy.storage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.MailboxId;

/** Passes on what has been committed. */
final class Observers implements CommitObserver {
    private final List<CommitObserver> observers = new CopyOnWriteArrayList<>();

    void add(CommitObserver observer) {
        observers.add(observer);
    }

    @Override
    public void appended(MailboxId mailbox, List<Appended> messages, Author author) {
        if (!messages.isEmpty()) {
            observers.forEach(o -> o.appended(mailbox, messages, author));
        }
    }

    @Override
    public void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author) {
        List<FlagsChange> real = changes.stream().filter(FlagsChange::changed).toList();
        if (!real.isEmpty()) {
            observers.forEach(o -> o.flagsChanged(mailbox, real, author));
        }
    }

    @Override
    public void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author) {
        if (!messages.isEmpty()) {
            observers.forEach(o -> o.expunged(mailbox, messages, author));
        }
    }

    @Override
    public void deleted(MailboxId mailbox, Author author) {
        observers.forEach(o -> o.deleted(mailbox, author));
    }
}

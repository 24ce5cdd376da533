package org.understudy.server.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.UidProvider;
import org.understudy.storage.Mailboxes;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/** UIDs apart from messages. */
final class StoredUidProvider implements UidProvider {
    private static final Author AUTHOR = new Author.Housekeeping("reserve-uid");

    private final Mailboxes mailboxes;
    private final ToLongFunction<org.understudy.storage.keyspace.MailboxId> next;

    private StoredUidProvider(Mailboxes mailboxes, ToLongFunction<org.understudy.storage.keyspace.MailboxId> next) {
        this.mailboxes = mailboxes;
        this.next = next;
    }

    /** Takes each UID out of circulation for good, as an effect of its own. */
    static StoredUidProvider reserving(Mailboxes mailboxes) {
        return new StoredUidProvider(mailboxes, id -> mailboxes.reserveUid(id, AUTHOR));
    }

    /** Tells what UIDNEXT is, for callers whose effect gives out the UID and corrects theirs. */
    static StoredUidProvider foreseeing(Mailboxes mailboxes) {
        return new StoredUidProvider(mailboxes, id -> mailboxes.state(id).uidNext());
    }

    @Override
    public MessageUid nextUid(Mailbox mailbox) throws MailboxException {
        return nextUid(mailbox.getMailboxId());
    }

    @Override
    public MessageUid nextUid(MailboxId mailbox) throws MailboxException {
        return StoreCalls.on(
                mailbox.serialize(), () -> MessageUid.of(next.applyAsLong(JamesMailboxId.unwrap(mailbox))));
    }

    @Override
    public Mono<MessageUid> nextUidReactive(MailboxId mailbox) {
        return Mono.fromCallable(() -> nextUid(mailbox));
    }

    @Override
    public Mono<List<MessageUid>> nextUids(MailboxId mailbox, int count) {
        return Mono.fromCallable(() -> {
            List<MessageUid> result = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                result.add(nextUid(mailbox));
            }
            return result;
        });
    }

    @Override
    public Optional<MessageUid> lastUid(Mailbox mailbox) throws MailboxException {
        return StoreCalls.on(
                mailbox,
                () -> StoredMessageMapper.lastUid(mailboxes.state(JamesMailboxId.unwrap(mailbox.getMailboxId()))));
    }

    @Override
    public Mono<Optional<MessageUid>> lastUidReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> lastUid(mailbox));
    }
}

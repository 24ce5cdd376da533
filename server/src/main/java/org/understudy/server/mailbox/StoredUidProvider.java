package org.understudy.server.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.UidProvider;
import org.understudy.storage.Mailboxes;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/** UIDs apart from messages: each is taken out of circulation for good, as an effect of its own. */
final class StoredUidProvider implements UidProvider {
    private static final Author AUTHOR = new Author.Housekeeping("reserve-uid");

    private final Mailboxes mailboxes;

    StoredUidProvider(Mailboxes mailboxes) {
        this.mailboxes = mailboxes;
    }

    @Override
    public MessageUid nextUid(Mailbox mailbox) throws MailboxException {
        return nextUid(mailbox.getMailboxId());
    }

    @Override
    public MessageUid nextUid(MailboxId mailbox) throws MailboxException {
        return StoreCalls.on(
                mailbox.serialize(),
                () -> MessageUid.of(mailboxes.reserveUid(JamesMailboxId.unwrap(mailbox), AUTHOR)));
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

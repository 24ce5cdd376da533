package org.understudy.server.mailbox;

import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.ModSeqProvider;
import org.understudy.storage.Mailboxes;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/** MODSEQs apart from changes (RFC 7162): each is given out once, as an effect of its own. */
final class StoredModSeqProvider implements ModSeqProvider {
    private static final Author AUTHOR = new Author.Housekeeping("reserve-modseq");

    private final Mailboxes mailboxes;

    StoredModSeqProvider(Mailboxes mailboxes) {
        this.mailboxes = mailboxes;
    }

    @Override
    public ModSeq nextModSeq(Mailbox mailbox) throws MailboxException {
        return nextModSeq(mailbox.getMailboxId());
    }

    @Override
    public ModSeq nextModSeq(MailboxId mailbox) throws MailboxException {
        return StoreCalls.on(
                mailbox.serialize(),
                () -> ModSeq.of(mailboxes.reserveModSeq(JamesMailboxId.unwrap(mailbox), AUTHOR)));
    }

    @Override
    public Mono<ModSeq> nextModSeqReactive(MailboxId mailbox) {
        return Mono.fromCallable(() -> nextModSeq(mailbox));
    }

    @Override
    public ModSeq highestModSeq(Mailbox mailbox) throws MailboxException {
        return highestModSeq(mailbox.getMailboxId());
    }

    @Override
    public Mono<ModSeq> highestModSeqReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> highestModSeq(mailbox));
    }

    @Override
    public ModSeq highestModSeq(MailboxId mailbox) throws MailboxException {
        return StoreCalls.on(
                mailbox.serialize(),
                () -> ModSeq.of(mailboxes.state(JamesMailboxId.unwrap(mailbox)).highestModSeq()));
    }
}

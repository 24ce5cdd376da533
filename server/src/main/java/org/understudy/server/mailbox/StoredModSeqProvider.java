package org.understudy.server.mailbox;

import java.util.function.ToLongFunction;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.ModSeqProvider;
import org.understudy.storage.Mailboxes;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/** MODSEQs apart from changes (RFC 7162). */
final class StoredModSeqProvider implements ModSeqProvider {
    private static final Author AUTHOR = new Author.Housekeeping("reserve-modseq");

    private final Mailboxes mailboxes;
    private final ToLongFunction<org.understudy.storage.keyspace.MailboxId> next;

    private StoredModSeqProvider(Mailboxes mailboxes, ToLongFunction<org.understudy.storage.keyspace.MailboxId> next) {
        this.mailboxes = mailboxes;
        this.next = next;
    }

    /** Gives out each MODSEQ once, as an effect of its own. */
    static StoredModSeqProvider reserving(Mailboxes mailboxes) {
        return new StoredModSeqProvider(mailboxes, id -> mailboxes.reserveModSeq(id, AUTHOR));
    }

    /** Tells which MODSEQ is next, for callers whose effect gives it out and corrects theirs. */
    static StoredModSeqProvider foreseeing(Mailboxes mailboxes) {
        return new StoredModSeqProvider(mailboxes, id -> mailboxes.state(id).highestModSeq() + 1);
    }

    @Override
    public ModSeq nextModSeq(Mailbox mailbox) throws MailboxException {
        return nextModSeq(mailbox.getMailboxId());
    }

    @Override
    public ModSeq nextModSeq(MailboxId mailbox) throws MailboxException {
        return StoreCalls.on(mailbox.serialize(), () -> ModSeq.of(next.applyAsLong(JamesMailboxId.unwrap(mailbox))));
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

package org.understudy.server.mailbox;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.store.mail.AttachmentMapper;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.james.mailbox.store.mail.MessageIdMapper;
import org.apache.james.mailbox.store.mail.MessageMapper;
import org.apache.james.mailbox.store.mail.model.MapperProvider;

/** The mappers over the store under test, for James's mapper suites. */
class StoredMapperProvider implements MapperProvider {
    private final StoreUnderTest store;
    private final MailboxSession session = StoreUnderTest.session("user");
    private final AtomicLong uids = new AtomicLong();

    StoredMapperProvider(StoreUnderTest store) {
        this.store = store;
    }

    @Override
    public List<Capabilities> getSupportedCapabilities() {
        return List.of(Capabilities.values());
    }

    @Override
    public MailboxMapper createMailboxMapper() {
        return store.mappers().createMailboxMapper(session);
    }

    @Override
    public MessageMapper createMessageMapper() {
        return store.mappers().createMessageMapper(session);
    }

    @Override
    public MessageIdMapper createMessageIdMapper() {
        return store.mappers().createMessageIdMapper(session);
    }

    @Override
    public AttachmentMapper createAttachmentMapper() {
        return store.mappers().createAttachmentMapper(session);
    }

    @Override
    public MailboxId generateId() {
        return JamesMailboxId.of(ThreadLocalRandom.current().nextLong(1 << 20, 1L << 40));
    }

    @Override
    public MessageUid generateMessageUid() {
        return MessageUid.of(uids.incrementAndGet());
    }

    /** The one that the next effect gets: the store gives out MODSEQs itself, whatever a message carries. */
    @Override
    public ModSeq generateModSeq(Mailbox mailbox) {
        return store.store()
                .mailboxes()
                .find(JamesMailboxId.unwrap(mailbox.getMailboxId()))
                .map(row -> ModSeq.of(store.store().mailboxes().state(row.id()).highestModSeq()))
                .orElse(ModSeq.first())
                .next();
    }

    @Override
    public ModSeq highestModSeq(Mailbox mailbox) throws MailboxException {
        return store.mappers().getModSeqProvider().highestModSeq(mailbox);
    }

    @Override
    public boolean supportPartialAttachmentFetch() {
        return true;
    }

    @Override
    public MessageId generateMessageId() {
        return new JamesMessageId.Factory(store.store().messages()).generate();
    }
}

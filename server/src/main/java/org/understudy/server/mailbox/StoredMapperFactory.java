package org.understudy.server.mailbox;

import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.store.MailboxSessionMapperFactory;
import org.apache.james.mailbox.store.mail.AnnotationMapper;
import org.apache.james.mailbox.store.mail.AttachmentMapper;
import org.apache.james.mailbox.store.mail.AttachmentMapperFactory;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.james.mailbox.store.mail.MessageIdMapper;
import org.apache.james.mailbox.store.mail.ModSeqProvider;
import org.apache.james.mailbox.store.mail.UidProvider;
import org.apache.james.mailbox.store.user.SubscriptionMapper;
import org.understudy.storage.MailStore;

/** The mappers of a session, which is the author of every effect that they cause. They hold no state of their own. */
public final class StoredMapperFactory extends MailboxSessionMapperFactory implements AttachmentMapperFactory {
    private final MailStore store;
    private final UidProvider uidProvider;
    private final ModSeqProvider modSeqProvider;

    public StoredMapperFactory(MailStore store) {
        this.store = store;
        this.uidProvider = new StoredUidProvider(store.mailboxes());
        this.modSeqProvider = new StoredModSeqProvider(store.mailboxes());
    }

    @Override
    public StoredMessageMapper createMessageMapper(MailboxSession session) {
        return new StoredMessageMapper(store, JamesModel.author(session));
    }

    @Override
    public MessageIdMapper createMessageIdMapper(MailboxSession session) {
        return new StoredMessageIdMapper(store, createMessageMapper(session), JamesModel.author(session));
    }

    @Override
    public MailboxMapper createMailboxMapper(MailboxSession session) {
        return new StoredMailboxMapper(store, JamesModel.author(session));
    }

    @Override
    public SubscriptionMapper createSubscriptionMapper(MailboxSession session) {
        return new StoredSubscriptionMapper(store.subscriptions(), JamesModel.author(session));
    }

    @Override
    public AnnotationMapper createAnnotationMapper(MailboxSession session) {
        return new StoredAnnotationMapper(store.annotations(), JamesModel.author(session));
    }

    @Override
    public AttachmentMapper createAttachmentMapper(MailboxSession session) {
        return new StoredAttachmentMapper(store, JamesModel.author(session));
    }

    @Override
    public AttachmentMapper getAttachmentMapper(MailboxSession session) {
        return createAttachmentMapper(session);
    }

    @Override
    public UidProvider getUidProvider() {
        return uidProvider;
    }

    @Override
    public ModSeqProvider getModSeqProvider() {
        return modSeqProvider;
    }
}

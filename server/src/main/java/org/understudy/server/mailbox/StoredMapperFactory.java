package org.understudy.server.mailbox;

import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.store.MailboxSessionMapperFactory;
import org.apache.james.mailbox.store.mail.AnnotationMapper;
import org.apache.james.mailbox.store.mail.AttachmentMapper;
import org.apache.james.mailbox.store.mail.AttachmentMapperFactory;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.james.mailbox.store.mail.MessageIdMapper;
import org.apache.james.mailbox.store.mail.MessageMapper;
import org.apache.james.mailbox.store.mail.ModSeqProvider;
import org.apache.james.mailbox.store.mail.UidProvider;
import org.apache.james.mailbox.store.user.SubscriptionMapper;
import org.understudy.storage.MailStore;

/**
 * The mappers of a session, which is the author of every effect that they cause. They hold no state, so each use gets a
 * new one, and none is left behind in a session that outlives the store.
 */
public final class StoredMapperFactory extends MailboxSessionMapperFactory implements AttachmentMapperFactory {
    private final MailStore store;
    private final UidProvider uidProvider;
    private final ModSeqProvider modSeqProvider;

    public StoredMapperFactory(MailStore store) {
        this(store, StoredUidProvider.reserving(store.mailboxes()), StoredModSeqProvider.reserving(store.mailboxes()));
    }

    private StoredMapperFactory(MailStore store, UidProvider uidProvider, ModSeqProvider modSeqProvider) {
        this.store = store;
        this.uidProvider = uidProvider;
        this.modSeqProvider = modSeqProvider;
    }

    /**
     * For James's message id manager, which asks for UID and MODSEQ before it copies: {@link StoredMessageIdMapper}
     * gives the copy its own, so these need not be taken out of circulation.
     */
    static StoredMapperFactory forMessageIds(MailStore store) {
        return new StoredMapperFactory(
                store,
                StoredUidProvider.foreseeing(store.mailboxes()),
                StoredModSeqProvider.foreseeing(store.mailboxes()));
    }

    MailStore store() {
        return store;
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
    public MessageMapper getMessageMapper(MailboxSession session) {
        return createMessageMapper(session);
    }

    @Override
    public MessageIdMapper getMessageIdMapper(MailboxSession session) {
        return createMessageIdMapper(session);
    }

    @Override
    public MailboxMapper getMailboxMapper(MailboxSession session) {
        return createMailboxMapper(session);
    }

    @Override
    public SubscriptionMapper getSubscriptionMapper(MailboxSession session) {
        return createSubscriptionMapper(session);
    }

    @Override
    public AnnotationMapper getAnnotationMapper(MailboxSession session) {
        return createAnnotationMapper(session);
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

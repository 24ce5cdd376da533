package org.understudy.server.mailbox;

import java.util.EnumSet;
import org.apache.james.mailbox.MailboxAnnotationManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SessionProvider;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.store.BatchSizes;
import org.apache.james.mailbox.store.MailboxManagerConfiguration;
import org.apache.james.mailbox.store.StoreMailboxManager;
import org.apache.james.mailbox.store.StoreMessageManager;
import org.apache.james.mailbox.store.mail.ThreadIdGuessingAlgorithm;
import org.apache.james.mailbox.store.mail.model.impl.MessageParser;

/** James's mailbox manager, whose mailboxes are {@link StoredMessageManager}s. */
final class StoredMailboxManager extends StoreMailboxManager {
    /** Copies and moves go in one piece, since each is one effect; reads go in windows of their own. */
    static final MailboxManagerConfiguration CONFIGURATION =
            new MailboxManagerConfiguration(BatchSizes.defaultValues());

    static final EnumSet<MessageCapabilities> MESSAGE_CAPABILITIES = EnumSet.of(MessageCapabilities.UniqueID);

    private static final EnumSet<MailboxCapabilities> MAILBOX_CAPABILITIES = EnumSet.of(
            MailboxCapabilities.Move,
            MailboxCapabilities.UserFlag,
            MailboxCapabilities.Namespace,
            MailboxCapabilities.Annotation,
            MailboxCapabilities.ACL,
            MailboxCapabilities.Quota);

    private final MailboxServices services;

    StoredMailboxManager(
            MailboxServices services,
            SessionProvider sessions,
            MailboxAnnotationManager annotations,
            MessageId.Factory messageIds,
            ThreadIdGuessingAlgorithm threads) {
        super(
                services.mappers(),
                sessions,
                services.turns(),
                new MessageParser(),
                messageIds,
                annotations,
                services.eventBus(),
                services.rights(),
                services.quotas(),
                services.searchIndex(),
                CONFIGURATION,
                services.preDeletionHooks(),
                threads,
                services.clock());
        this.services = services;
    }

    @Override
    public EnumSet<MailboxCapabilities> getSupportedMailboxCapabilities() {
        return EnumSet.copyOf(MAILBOX_CAPABILITIES);
    }

    @Override
    public EnumSet<MessageCapabilities> getSupportedMessageCapabilities() {
        return EnumSet.copyOf(MESSAGE_CAPABILITIES);
    }

    @Override
    protected StoreMessageManager createMessageManager(Mailbox mailbox, MailboxSession session) {
        return new StoredMessageManager(services, mailbox);
    }
}

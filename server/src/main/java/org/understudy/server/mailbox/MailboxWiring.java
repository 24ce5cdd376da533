package org.understudy.server.mailbox;

import java.time.Clock;
import java.util.List;
import org.apache.james.core.Username;
import org.apache.james.events.EventBus;
import org.apache.james.events.InVMEventBus;
import org.apache.james.events.MemoryEventDeadLetters;
import org.apache.james.events.RetryBackoffConfiguration;
import org.apache.james.events.delivery.InVmEventDelivery;
import org.apache.james.mailbox.AttachmentManager;
import org.apache.james.mailbox.Authenticator;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SessionProvider;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.acl.UnionMailboxACLResolver;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxConstants;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.quota.CurrentQuotaManager;
import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.store.PreDeletionHooks;
import org.apache.james.mailbox.store.SessionProviderImpl;
import org.apache.james.mailbox.store.StoreAttachmentManager;
import org.apache.james.mailbox.store.StoreMailboxAnnotationManager;
import org.apache.james.mailbox.store.StoreMailboxManager;
import org.apache.james.mailbox.store.StoreMessageIdManager;
import org.apache.james.mailbox.store.StoreRightManager;
import org.apache.james.mailbox.store.StoreSubscriptionManager;
import org.apache.james.mailbox.store.extractor.DefaultTextExtractor;
import org.apache.james.mailbox.store.mail.NaiveThreadIdGuessingAlgorithm;
import org.apache.james.mailbox.store.quota.DefaultUserQuotaRootResolver;
import org.apache.james.mailbox.store.quota.QuotaComponents;
import org.apache.james.mailbox.store.quota.StoreQuotaManager;
import org.apache.james.mailbox.store.search.MessageSearchIndex;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.storage.MailStore;

/**
 * James's managers over one mail store, wired by hand. From then on sessions are told of the store's own effects too,
 * such as merges. Holds nothing that needs closing; the store is the caller's.
 */
public final class MailboxWiring {
    /** The mailboxes that a new user gets, and is subscribed to. */
    public static final List<String> DEFAULT_MAILBOXES =
            List.of(MailboxConstants.INBOX, "Drafts", "Sent", "Junk", "Trash", "Archive");

    private final StoredMapperFactory mappers;
    private final EventBus eventBus;
    private final StoreRightManager rights;
    private final SessionProvider sessions;
    private final CurrentQuotaManager quotaUsage;
    private final MaxQuotaManager quotaLimits;
    private final QuotaManager quotaManager;
    private final DefaultUserQuotaRootResolver quotaRoots;
    private final MessageId.Factory messageIds;
    private final StoreMessageIdManager messageIdManager;
    private final AttachmentManager attachments;
    private final MessageSearchIndex searchIndex;
    private final StoreMailboxManager mailboxes;
    private final SubscriptionManager subscriptions;

    /** What users may do with their own mailboxes. */
    public enum Access {
        FULL,
        /** Look up and read. No mailbox is writeable to anybody. */
        READ
    }

    /**
     * What is up to the server.
     *
     * @param maxAnnotations how many annotations a mailbox may have
     * @param maxAnnotationOctets how large each may be
     * @param access what users may do with their own mailboxes
     * @param usageEvents of whose usage the event bus is told
     */
    public record Choices(
            EventBus eventBus,
            PreDeletionHooks preDeletionHooks,
            int maxAnnotations,
            int maxAnnotationOctets,
            Access access,
            UsageEvents usageEvents,
            Clock clock) {
        public static Choices defaults(MetricFactory metrics) {
            return new Choices(
                    new HeardEvents(new InVMEventBus(
                            new InVmEventDelivery(metrics),
                            RetryBackoffConfiguration.DEFAULT,
                            new MemoryEventDeadLetters())),
                    PreDeletionHooks.NO_PRE_DELETION_HOOK,
                    MailboxConstants.DEFAULT_LIMIT_ANNOTATIONS_ON_MAILBOX,
                    MailboxConstants.DEFAULT_LIMIT_ANNOTATION_SIZE,
                    Access.FULL,
                    UsageEvents.LIMITED,
                    Clock.systemUTC());
        }

        public Choices withEventBus(EventBus other) {
            return new Choices(
                    other, preDeletionHooks, maxAnnotations, maxAnnotationOctets, access, usageEvents, clock);
        }

        public Choices withPreDeletionHooks(PreDeletionHooks other) {
            return new Choices(eventBus, other, maxAnnotations, maxAnnotationOctets, access, usageEvents, clock);
        }

        public Choices withAnnotationLimits(int count, int octets) {
            return new Choices(eventBus, preDeletionHooks, count, octets, access, usageEvents, clock);
        }

        public Choices withClock(Clock other) {
            return new Choices(
                    eventBus, preDeletionHooks, maxAnnotations, maxAnnotationOctets, access, usageEvents, other);
        }

        public Choices withAccess(Access other) {
            return new Choices(
                    eventBus, preDeletionHooks, maxAnnotations, maxAnnotationOctets, other, usageEvents, clock);
        }

        public Choices withUsageEvents(UsageEvents other) {
            return new Choices(eventBus, preDeletionHooks, maxAnnotations, maxAnnotationOctets, access, other, clock);
        }
    }

    public MailboxWiring(
            MailStore store, Authenticator authenticator, Authorizator authorizator, MetricFactory metrics) {
        this(store, authenticator, authorizator, Choices.defaults(metrics));
    }

    public MailboxWiring(MailStore store, Authenticator authenticator, Authorizator authorizator, Choices choices) {
        mappers = new StoredMapperFactory(store);
        eventBus = choices.eventBus();
        rights = switch (choices.access()) {
            case FULL -> new StoreRightManager(mappers, new UnionMailboxACLResolver(), eventBus);
            case READ -> new ReadOnlyRights(mappers, new UnionMailboxACLResolver(), eventBus);
        };
        sessions = new SessionProviderImpl(authenticator, authorizator);
        quotaUsage = new StoredQuotaUsage(store);
        quotaLimits = new StoredQuotaLimits(store.quotaLimits());
        quotaManager = new StoreQuotaManager(quotaUsage, quotaLimits);
        quotaRoots = new DefaultUserQuotaRootResolver(sessions, mappers);
        messageIds = new JamesMessageId.Factory(store.messages());
        messageIdManager = new StoreMessageIdManager(
                rights,
                StoredMapperFactory.forMessageIds(store),
                eventBus,
                quotaManager,
                quotaRoots,
                choices.preDeletionHooks());
        StoreAttachmentManager storedAttachments = new StoreAttachmentManager(mappers, messageIdManager);
        attachments = storedAttachments;
        searchIndex = new ScanningSearchIndex(store, new DefaultTextExtractor(), storedAttachments);
        MailboxServices services = new MailboxServices(
                mappers,
                searchIndex,
                eventBus,
                new MailboxTurns(),
                new QuotaComponents(quotaLimits, quotaManager, quotaRoots),
                rights,
                choices.preDeletionHooks(),
                choices.clock());
        mailboxes = new StoredMailboxManager(
                services,
                sessions,
                new StoreMailboxAnnotationManager(
                        mappers, rights, choices.maxAnnotations(), choices.maxAnnotationOctets()),
                messageIds,
                new NaiveThreadIdGuessingAlgorithm());
        subscriptions = new StoreSubscriptionManager(mappers, mappers, eventBus);
        eventBus.register(new QuotaEvents(
                eventBus, quotaManager, quotaRoots, quotaLimits, choices.usageEvents(), choices.clock()));
        store.addObserver(new StoreEvents(store, eventBus));
    }

    /** Makes those of the default mailboxes that the user lacks, and subscribes to them. */
    public void provision(Username user) throws MailboxException {
        MailboxSession session = mailboxes.createSystemSession(user);
        for (String name : DEFAULT_MAILBOXES) {
            MailboxPath path = MailboxPath.forUser(user, name);
            if (mappers.getMailboxMapper(session)
                    .findMailboxByPath(path)
                    .blockOptional()
                    .isEmpty()) {
                mailboxes.createMailbox(path, MailboxManager.CreateOption.CREATE_SUBSCRIPTION, session);
            }
        }
    }

    public StoredMapperFactory mappers() {
        return mappers;
    }

    public EventBus eventBus() {
        return eventBus;
    }

    public StoreRightManager rights() {
        return rights;
    }

    public SessionProvider sessions() {
        return sessions;
    }

    public CurrentQuotaManager quotaUsage() {
        return quotaUsage;
    }

    public MaxQuotaManager quotaLimits() {
        return quotaLimits;
    }

    public QuotaManager quotaManager() {
        return quotaManager;
    }

    public DefaultUserQuotaRootResolver quotaRoots() {
        return quotaRoots;
    }

    public MessageId.Factory messageIds() {
        return messageIds;
    }

    public StoreMessageIdManager messageIdManager() {
        return messageIdManager;
    }

    public AttachmentManager attachments() {
        return attachments;
    }

    public MessageSearchIndex searchIndex() {
        return searchIndex;
    }

    public StoreMailboxManager mailboxes() {
        return mailboxes;
    }

    public SubscriptionManager subscriptions() {
        return subscriptions;
    }
}

package org.understudy.server.mailbox;

import com.google.common.collect.ImmutableSet;
import java.time.Clock;
import org.apache.james.core.Username;
import org.apache.james.events.Event;
import org.apache.james.events.EventBus;
import org.apache.james.events.EventListener;
import org.apache.james.events.Group;
import org.apache.james.mailbox.events.MailboxEvents.Added;
import org.apache.james.mailbox.events.MailboxEvents.Expunged;
import org.apache.james.mailbox.events.MailboxEvents.MailboxEvent;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.QuotaRoot;
import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.quota.QuotaRootResolver;
import org.apache.james.mailbox.store.event.EventFactory;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Tells of a quota root's usage after messages came or went; as a rule only where anything limits it: without a limit
 * usage concerns nobody, and adding it up costs more than the delivery of a small message. The figures are the store's; nothing is
 * counted here.
 */
final class QuotaEvents implements EventListener.ReactiveGroupEventListener {
    /** Identifies this listener on the event bus. */
    public static final class QuotaEventsGroup extends Group {}

    private final EventBus eventBus;
    private final QuotaManager quotas;
    private final QuotaRootResolver roots;
    private final MaxQuotaManager limits;
    private final UsageEvents wanted;
    private final Clock clock;

    QuotaEvents(
            EventBus eventBus,
            QuotaManager quotas,
            QuotaRootResolver roots,
            MaxQuotaManager limits,
            UsageEvents wanted,
            Clock clock) {
        this.eventBus = eventBus;
        this.quotas = quotas;
        this.roots = roots;
        this.limits = limits;
        this.wanted = wanted;
        this.clock = clock;
    }

    @Override
    public Group getDefaultGroup() {
        return new QuotaEventsGroup();
    }

    @Override
    public boolean isHandling(Event event) {
        return event instanceof Added || event instanceof Expunged;
    }

    @Override
    public Publisher<Void> reactiveEvent(Event event) {
        MailboxEvent change = (MailboxEvent) event;
        Username user = change.getUsername();
        return Mono.from(roots.getQuotaRootReactive(change.getMailboxPath()))
                .filter(this::concernsAnybody)
                .flatMap(root -> Mono.from(quotas.getQuotasReactive(root))
                        .flatMap(usage -> eventBus.dispatch(
                                EventFactory.quotaUpdated()
                                        .randomEventId()
                                        .user(user)
                                        .quotaRoot(root)
                                        .quotaCount(usage.getMessageQuota())
                                        .quotaSize(usage.getStorageQuota())
                                        .instant(clock.instant())
                                        .build(),
                                ImmutableSet.of())));
    }

    private boolean concernsAnybody(QuotaRoot root) {
        try {
            return wanted == UsageEvents.ALL || QuotaGate.isLimited(limits, root);
        } catch (MailboxException e) {
            throw new IllegalStateException("the limits of " + root.getValue() + " cannot be read", e);
        }
    }
}

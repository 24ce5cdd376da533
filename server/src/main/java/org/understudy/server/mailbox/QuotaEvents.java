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
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.quota.QuotaRootResolver;
import org.apache.james.mailbox.store.event.EventFactory;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Tells of a quota root's usage after messages came or went. The figures are the store's; nothing is counted here. */
final class QuotaEvents implements EventListener.ReactiveGroupEventListener {
    /** Identifies this listener on the event bus. */
    public static final class QuotaEventsGroup extends Group {}

    private final EventBus eventBus;
    private final QuotaManager quotas;
    private final QuotaRootResolver roots;
    private final Clock clock;

    QuotaEvents(EventBus eventBus, QuotaManager quotas, QuotaRootResolver roots, Clock clock) {
        this.eventBus = eventBus;
        this.quotas = quotas;
        this.roots = roots;
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
}

package org.understudy.server.mailbox;

import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxManagerTest;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.store.PreDeletionHooks;
import org.apache.james.mailbox.store.StoreMailboxManager;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mailbox manager as IMAP uses it. */
final class MailboxManagerContractTest extends MailboxManagerTest<StoreMailboxManager> {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    private static final int ANNOTATIONS = 3;
    private static final int ANNOTATION_OCTETS = 30;

    private MailboxWiring wiring;

    @Override
    protected StoreMailboxManager provideMailboxManager() {
        wiring = store.wiring(store.choices()
                .withAnnotationLimits(ANNOTATIONS, ANNOTATION_OCTETS)
                .withUsageEvents(UsageEvents.ALL)
                .withPreDeletionHooks(new PreDeletionHooks(preDeletionHooks(), new Unmeasured())));
        return wiring.mailboxes();
    }

    @Override
    protected SubscriptionManager provideSubscriptionManager() {
        return wiring.subscriptions();
    }

    @Override
    protected EventBus retrieveEventBus(StoreMailboxManager mailboxManager) {
        return mailboxManager.getEventBus();
    }
}

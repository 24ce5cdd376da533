package org.understudy.server.mailbox;

import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.SubscriptionManagerContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions as IMAP uses them. */
final class SubscriptionManagerContractTest implements SubscriptionManagerContract {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    private MailboxWiring wiring;

    @BeforeEach
    void setUp() {
        wiring = store.wiring();
    }

    @Override
    public SubscriptionManager getSubscriptionManager() {
        return wiring.subscriptions();
    }
}

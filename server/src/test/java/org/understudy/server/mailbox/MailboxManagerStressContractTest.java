package org.understudy.server.mailbox;

import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxManagerStressContract;
import org.apache.james.mailbox.store.StoreMailboxManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Appends and changes from many threads. */
final class MailboxManagerStressContractTest implements MailboxManagerStressContract<StoreMailboxManager> {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    private MailboxWiring wiring;

    @BeforeEach
    void setUp() {
        wiring = store.wiring();
    }

    @Override
    public StoreMailboxManager getManager() {
        return wiring.mailboxes();
    }

    @Override
    public EventBus retrieveEventBus() {
        return wiring.eventBus();
    }
}

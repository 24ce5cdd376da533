package org.understudy.server.mailbox;

import java.util.Set;
import org.apache.james.events.EventBus;
import org.apache.james.mailbox.extension.PreDeletionHook;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.store.AbstractMessageIdManagerSideEffectTest;
import org.apache.james.mailbox.store.MessageIdManagerTestSystem;
import org.apache.james.mailbox.store.PreDeletionHooks;
import org.apache.james.mailbox.store.StoreMessageIdManager;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the message id manager tells others. */
final class MessageIdManagerSideEffectContractTest extends AbstractMessageIdManagerSideEffectTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MessageIdManagerTestSystem createTestSystem(
            QuotaManager quotaManager, EventBus eventBus, Set<PreDeletionHook> preDeletionHooks) {
        PreDeletionHooks hooks = new PreDeletionHooks(preDeletionHooks, new Unmeasured());
        MailboxWiring wiring =
                store.wiring(store.choices().withEventBus(eventBus).withPreDeletionHooks(hooks));
        return new MessageIdManagerTestSystem(
                new StoreMessageIdManager(
                        wiring.rights(), wiring.mappers(), eventBus, quotaManager, wiring.quotaRoots(), hooks),
                wiring.messageIds(),
                wiring.mappers(),
                wiring.mailboxes());
    }
}

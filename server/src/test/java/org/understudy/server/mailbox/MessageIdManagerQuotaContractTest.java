package org.understudy.server.mailbox;

import org.apache.james.mailbox.quota.CurrentQuotaManager;
import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.store.AbstractMessageIdManagerQuotaTest;
import org.apache.james.mailbox.store.MessageIdManagerTestSystem;
import org.apache.james.mailbox.store.quota.StoreQuotaManager;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Quotas in the message id manager. */
final class MessageIdManagerQuotaContractTest extends AbstractMessageIdManagerQuotaTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MaxQuotaManager createMaxQuotaManager() {
        return new StoredQuotaLimits(store.store().quotaLimits());
    }

    @Override
    protected CurrentQuotaManager createCurrentQuotaManager() {
        return new StoredQuotaUsage(store.store());
    }

    @Override
    protected QuotaManager createQuotaManager(MaxQuotaManager limits, CurrentQuotaManager usage) {
        return new StoreQuotaManager(usage, limits);
    }

    @Override
    protected MessageIdManagerTestSystem createTestSystem(QuotaManager quotaManager, CurrentQuotaManager usage) {
        MailboxWiring wiring = store.wiring();
        return new MessageIdManagerTestSystem(
                wiring.messageIdManager(), wiring.messageIds(), wiring.mappers(), wiring.mailboxes());
    }
}

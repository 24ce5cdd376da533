package org.understudy.server.mailbox;

import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.apache.james.mailbox.store.quota.GenericMaxQuotaManagerTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Quota limits. */
final class QuotaLimitsContractTest extends GenericMaxQuotaManagerTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MaxQuotaManager provideMaxQuotaManager() {
        return new StoredQuotaLimits(store.store().quotaLimits());
    }
}

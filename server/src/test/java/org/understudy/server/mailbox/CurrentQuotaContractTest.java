package org.understudy.server.mailbox;

import org.apache.james.mailbox.quota.CurrentQuotaManager;
import org.apache.james.mailbox.store.quota.CurrentQuotaManagerContract;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Quota usage, and corrections of it. */
final class CurrentQuotaContractTest implements CurrentQuotaManagerContract {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    public CurrentQuotaManager testee() {
        return new StoredQuotaUsage(store.store());
    }
}

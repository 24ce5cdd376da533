package org.understudy.server.mailbox;

import org.apache.james.mailbox.manager.IntegrationResources;
import org.apache.james.mailbox.manager.ManagerTestProvisionner;
import org.apache.james.mailbox.manager.QuotaMessageManagerContract;
import org.apache.james.mailbox.store.StoreMailboxManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Quotas as mailboxes enforce them. */
final class QuotaMessageManagerContractTest implements QuotaMessageManagerContract<StoreMailboxManager> {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    private StoredResources resources;
    private ManagerTestProvisionner provisionner;

    @BeforeEach
    void setUp() throws Exception {
        resources = new StoredResources(store.wiring());
        provisionner = new ManagerTestProvisionner(resources);
        provisionner.createMailboxes();
    }

    @Override
    public IntegrationResources<StoreMailboxManager> getResources() {
        return resources;
    }

    @Override
    public ManagerTestProvisionner getProvisionner() {
        return provisionner;
    }
}

package org.understudy.server.mailbox;

import org.apache.james.mailbox.manager.IntegrationResources;
import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.quota.QuotaRootResolver;
import org.apache.james.mailbox.store.StoreMailboxManager;

/** The managers over the store under test, for James's quota suite. */
record StoredResources(MailboxWiring wiring) implements IntegrationResources<StoreMailboxManager> {
    @Override
    public StoreMailboxManager getMailboxManager() {
        return wiring.mailboxes();
    }

    @Override
    public QuotaManager getQuotaManager() {
        return wiring.quotaManager();
    }

    @Override
    public MaxQuotaManager getMaxQuotaManager() {
        return wiring.quotaLimits();
    }

    @Override
    public QuotaRootResolver getQuotaRootResolver() {
        return wiring.quotaRoots();
    }
}

package org.understudy.server.mailbox;

import java.time.Clock;
import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxPathLocker;
import org.apache.james.mailbox.store.PreDeletionHooks;
import org.apache.james.mailbox.store.StoreRightManager;
import org.apache.james.mailbox.store.quota.QuotaComponents;
import org.apache.james.mailbox.store.search.MessageSearchIndex;

/** What every mailbox needs to do its work. */
record MailboxServices(
        StoredMapperFactory mappers,
        MessageSearchIndex searchIndex,
        EventBus eventBus,
        MailboxPathLocker turns,
        QuotaComponents quotas,
        StoreRightManager rights,
        PreDeletionHooks preDeletionHooks,
        Clock clock) {
    boolean hasPreDeletionHooks() {
        return !preDeletionHooks.equals(PreDeletionHooks.NO_PRE_DELETION_HOOK);
    }
}

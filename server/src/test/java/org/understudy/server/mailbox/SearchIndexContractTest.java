package org.understudy.server.mailbox;

import java.util.List;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.SearchQuery;
import org.apache.james.mailbox.store.search.AbstractMessageSearchIndexTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches. */
final class SearchIndexContractTest extends AbstractMessageSearchIndexTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected void awaitMessageCount(List<MailboxId> mailboxIds, SearchQuery query, long messageCount) {
        // The index looks at the messages themselves, so there is nothing to wait for.
    }

    @Override
    protected void initializeMailboxManager() {
        MailboxWiring wiring = store.wiring();
        storeMailboxManager = wiring.mailboxes();
        messageIdManager = wiring.messageIdManager();
        messageSearchIndex = wiring.searchIndex();
        eventBus = wiring.eventBus();
        messageIdFactory = wiring.messageIds();
    }

    @Override
    protected MessageId initNewBasedMessageId() {
        return new StoredMapperProvider(store).generateMessageId();
    }

    @Override
    protected MessageId initOtherBasedMessageId() {
        return new StoredMapperProvider(store).generateMessageId();
    }
}

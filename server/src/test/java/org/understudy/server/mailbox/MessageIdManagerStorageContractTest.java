package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.AbstractMessageIdManagerStorageTest;
import org.apache.james.mailbox.store.MessageIdManagerTestSystem;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the message id manager stores. */
final class MessageIdManagerStorageContractTest extends AbstractMessageIdManagerStorageTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MessageIdManagerTestSystem createTestingData() {
        MailboxWiring wiring = store.wiring();
        return new MessageIdManagerTestSystem(
                wiring.messageIdManager(), wiring.messageIds(), wiring.mappers(), wiring.mailboxes());
    }
}

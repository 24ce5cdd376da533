package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.mail.model.MapperProvider;
import org.apache.james.mailbox.store.mail.model.MessageMoveTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Moves. */
final class MessageMoveContractTest extends MessageMoveTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MapperProvider createMapperProvider() {
        return new StoredMapperProvider(store);
    }
}

package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.mail.model.MapperProvider;
import org.apache.james.mailbox.store.mail.model.MessageMapperTest;
import org.apache.james.utils.UpdatableTickingClock;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages by mailbox and UID. */
final class MessageMapperContractTest extends MessageMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MapperProvider createMapperProvider() {
        return new StoredMapperProvider(store);
    }

    @Override
    protected UpdatableTickingClock updatableTickingClock() {
        return store.clock();
    }
}

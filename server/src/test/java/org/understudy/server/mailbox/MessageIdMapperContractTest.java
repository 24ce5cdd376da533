package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.mail.model.MapperProvider;
import org.apache.james.mailbox.store.mail.model.MessageIdMapperTest;
import org.apache.james.utils.UpdatableTickingClock;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages by identity. */
final class MessageIdMapperContractTest extends MessageIdMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MapperProvider provideMapper() {
        return new StoredMapperProvider(store);
    }

    @Override
    protected UpdatableTickingClock updatableTickingClock() {
        return store.clock();
    }
}

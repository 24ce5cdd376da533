package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.mail.model.MapperProvider;
import org.apache.james.mailbox.store.mail.model.MessageWithAttachmentMapperTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages whose attachments are stored apart. */
final class MessageWithAttachmentMapperContractTest extends MessageWithAttachmentMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MapperProvider createMapperProvider() {
        return new StoredMapperProvider(store);
    }
}

package org.understudy.server.mailbox;

import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.store.mail.AttachmentMapper;
import org.apache.james.mailbox.store.mail.model.AttachmentMapperTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attachments stored apart. */
final class AttachmentMapperContractTest extends AttachmentMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected AttachmentMapper createAttachmentMapper() {
        return new StoredMapperProvider(store).createAttachmentMapper();
    }

    @Override
    protected MessageId generateMessageId() {
        return new StoredMapperProvider(store).generateMessageId();
    }
}

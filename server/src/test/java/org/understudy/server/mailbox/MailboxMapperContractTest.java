package org.understudy.server.mailbox;

import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.james.mailbox.store.mail.model.MailboxMapperTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mailboxes. */
final class MailboxMapperContractTest extends MailboxMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MailboxMapper createMailboxMapper() {
        return store.mappers().createMailboxMapper(StoreUnderTest.session("user"));
    }

    @Override
    protected MailboxId generateId() {
        return new StoredMapperProvider(store).generateId();
    }
}

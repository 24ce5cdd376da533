package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.james.mailbox.store.mail.model.MailboxMapperACLTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Access lists. */
final class MailboxMapperAclContractTest extends MailboxMapperACLTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MailboxMapper createMailboxMapper() {
        return store.mappers().createMailboxMapper(StoreUnderTest.session("user"));
    }
}

package org.understudy.server.mailbox;

import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.store.AbstractMessageManagerTest;
import org.apache.james.mailbox.store.MessageManagerTestSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One mailbox. */
final class MessageManagerContractTest extends AbstractMessageManagerTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @BeforeEach
    void setUp() throws Exception {
        MailboxWiring wiring = store.wiring();
        setup(new MessageManagerTestSystem(wiring.mailboxes()) {
            @Override
            public Mailbox createMailbox(MailboxPath path, MailboxSession session) throws MailboxException {
                return new StoredTestSystem(wiring).createMailbox(path, session);
            }
        });
    }
}

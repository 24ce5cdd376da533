package org.understudy.server.mailbox;

import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.model.MapperProvider;
import org.apache.james.mailbox.store.mail.model.MessageWithAttachmentMapperTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxPath;

/** Messages whose attachments are stored apart. */
final class MessageWithAttachmentMapperContractTest extends MessageWithAttachmentMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected MapperProvider createMapperProvider() {
        return new StoredMapperProvider(store) {
            private int mailboxes;

            /** The suite puts messages into a mailbox that it has made up, so there must be one. */
            @Override
            public MailboxId generateId() {
                MailboxPath path = MailboxPath.of("benwa", "mailbox" + mailboxes++);
                return new JamesMailboxId(store.store()
                        .mailboxes()
                        .create(path, 42, new Author.Housekeeping("test"))
                        .id());
            }
        };
    }
}

package org.understudy.server.mailbox;

import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.AnnotationMapper;
import org.apache.james.mailbox.store.mail.model.AnnotationMapperTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxPath;

/** Annotations. */
final class AnnotationMapperContractTest extends AnnotationMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    private int mailboxes;

    @Override
    protected AnnotationMapper createAnnotationMapper() {
        return store.mappers().createAnnotationMapper(StoreUnderTest.session("user"));
    }

    @Override
    protected MailboxId generateMailboxId() {
        MailboxPath path = MailboxPath.of("user", "mailbox" + mailboxes++);
        return new JamesMailboxId(store.store()
                .mailboxes()
                .create(path, 42, new Author.Housekeeping("test"))
                .id());
    }
}

package org.understudy.server.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import org.apache.james.core.Username;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.UidValidity;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.james.mailbox.store.mail.model.MailboxMapperTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mailboxes. */
final class MailboxMapperContractTest extends MailboxMapperTest {
    /** It expects the UIDVALIDITY that it gave; the store chooses one, so that it grows. Ours is in its place. */
    private static final String RENAME = "renameShouldRenameTheMailbox";

    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @RegisterExtension
    final ExecutionCondition uidValidityIsOurs = context ->
            context.getTestMethod().map(Method::getName).filter(RENAME::equals).isPresent()
                    ? ConditionEvaluationResult.disabled("the store chooses UIDVALIDITY")
                    : ConditionEvaluationResult.enabled("");

    @Override
    protected MailboxMapper createMailboxMapper() {
        return store.mappers().createMailboxMapper(StoreUnderTest.session("user"));
    }

    @Override
    protected MailboxId generateId() {
        return new StoredMapperProvider(store).generateId();
    }

    @Test
    void renamingKeepsIdAndUidValidity() {
        MailboxMapper mapper = createMailboxMapper();
        MailboxPath from = MailboxPath.forUser(Username.of("user"), "Old");
        MailboxPath to = MailboxPath.forUser(Username.of("user"), "New");
        Mailbox made = mapper.create(from, UidValidity.of(42)).block();
        mapper.rename(new Mailbox(to, made.getUidValidity(), made.getMailboxId()))
                .block();
        Mailbox found = mapper.findMailboxByPath(to).block();
        assertThat(found.getMailboxId()).isEqualTo(made.getMailboxId());
        assertThat(found.getUidValidity()).isEqualTo(made.getUidValidity());
        assertThat(mapper.findMailboxByPath(from).blockOptional()).isEmpty();
    }
}

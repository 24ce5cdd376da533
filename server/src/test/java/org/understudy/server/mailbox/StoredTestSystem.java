package org.understudy.server.mailbox;

import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.store.CombinationManagerTestSystem;

/** The managers over the store under test, for James's manager suites. */
final class StoredTestSystem extends CombinationManagerTestSystem {
    private final MailboxWiring wiring;

    StoredTestSystem(MailboxWiring wiring) {
        super(wiring.mailboxes(), wiring.messageIdManager());
        this.wiring = wiring;
    }

    @Override
    public Mailbox createMailbox(MailboxPath path, MailboxSession session) throws MailboxException {
        wiring.mailboxes().createMailbox(path, session);
        return wiring.mailboxes().getMailbox(path, session).getMailboxEntity();
    }

    @Override
    public MessageManager createMessageManager(Mailbox mailbox, MailboxSession session) throws MailboxException {
        return wiring.mailboxes().getMailbox(mailbox.getMailboxId(), session);
    }
}

package org.understudy.server.imap.select;

import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.request.CloseRequest;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxACL;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.UidSet;

/**
 * CLOSE (RFC 9051 section 6.4.1): expunges what is {@code \Deleted} without saying so, unless the mailbox was opened with
 * EXAMINE or the user may not.
 */
final class CloseCommand extends Command<CloseRequest> {
    private final MailboxManager mailboxes;

    CloseCommand(MailboxManager mailboxes, StatusResponseFactory responses) {
        super(CloseRequest.class, responses);
        this.mailboxes = mailboxes;
    }

    @Override
    void run(CloseRequest request, ImapSession session, Responder out) throws MailboxException {
        SelectedMailbox selected = session.getSelected();
        if (selected instanceof SelectedView view && !view.readOnly()) {
            expunge(view, session.getMailboxSession());
        }
        session.deselect().block();
        ok(request, out);
    }

    private void expunge(SelectedView view, MailboxSession user) throws MailboxException {
        if (view.store().messages().summary(view.mailbox()).deleted().isEmpty()) {
            return;
        }
        MessageManager mailbox = mailboxes.getMailbox(view.getMailboxId(), user);
        if (mailboxes.hasRight(mailbox.getMailboxEntity(), MailboxACL.Right.PerformExpunge, user)) {
            BulkMailbox.of(mailbox, user).expunge(UidSet.ALL);
        }
    }
}

package org.understudy.server.imap.change;

import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.request.CloseRequest;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.Examined;
import org.understudy.storage.UidSet;

/** CLOSE (RFC 9051 section 6.4.1): expunges silently, unless the mailbox was opened for reading or may only be read. */
public final class CloseCommand extends Changing<CloseRequest> {
    public CloseCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(CloseRequest.class, mailboxes, responses, metrics);
    }

    @Override
    void run(CloseRequest request, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException {
        MessageManager mailbox = stored(session, selected);
        if (!Examined.isOpen(session)
                && bulk(session, mailbox).isWriteable()
                && getMailboxManager()
                        .hasRight(
                                mailbox.getMailboxEntity(),
                                MailboxACL.Right.PerformExpunge,
                                session.getMailboxSession())) {
            bulk(session, mailbox).expunge(UidSet.ALL);
        }
        session.deselect().block();
        okComplete(request, responder);
    }
}

package org.understudy.server.imap.change;

import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.message.response.StatusResponse.ResponseCode;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.request.ExpungeRequest;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.UidSet;

/** EXPUNGE (RFC 9051 section 6.4.3) and UID EXPUNGE (section 6.4.9). */
public final class ExpungeCommand extends Changing<ExpungeRequest> {
    public ExpungeCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(ExpungeRequest.class, mailboxes, responses, metrics);
    }

    @Override
    void run(ExpungeRequest request, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException {
        MessageManager mailbox = stored(session, selected);
        if (!getMailboxManager()
                .hasRight(mailbox.getMailboxEntity(), MailboxACL.Right.PerformExpunge, session.getMailboxSession())) {
            no(request, responder, HumanReadableText.MAILBOX_IS_READ_ONLY);
            return;
        }
        IdRange[] named = request.getUidSet();
        UidSet uids = named == null ? UidSet.ALL : UidSets.of(named, true, selected);
        BulkMailbox.Expunged gone = bulk(session, mailbox).expunge(uids);
        Notices.tell(session, responder, true, named != null);
        if (qresync(session) && gone.messages() > 0) {
            okComplete(request, ResponseCode.highestModSeq(ModSeq.of(gone.modSeq())), responder);
        } else {
            okComplete(request, responder);
        }
    }
}

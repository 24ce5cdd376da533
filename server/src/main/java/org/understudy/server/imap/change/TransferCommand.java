package org.understudy.server.imap.change;

import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponse.ResponseCode;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.request.AbstractMessageRangeRequest;
import org.apache.james.imap.message.request.CopyRequest;
import org.apache.james.imap.message.request.MoveRequest;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.UidSet;

/**
 * COPY and MOVE, by message number or UID (RFC 9051 sections 6.4.7 and 6.4.8, RFC 6851). COPYUID (RFC 4315) names just
 * what was there, in UID order on both sides: in the tagged OK of COPY, and in an untagged OK before the EXPUNGEs of
 * MOVE (RFC 6851 section 4.3).
 */
public abstract class TransferCommand<R extends AbstractMessageRangeRequest> extends Changing<R> {
    private TransferCommand(
            Class<R> type, MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(type, mailboxes, responses, metrics);
    }

    abstract BulkMailbox.Transferred transfer(BulkMailbox from, MessageManager to, UidSet uids) throws MailboxException;

    /** Whether the UIDs are told before what is expunged. */
    abstract boolean tellsFirst();

    @Override
    final void run(R request, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException {
        MessageManager to = target(request.getMailboxName(), request, session, responder);
        if (to == null) {
            return;
        }
        UidSet uids = named(request.getIdSet(), request.isUseUids(), session, selected, responder);
        MessageManager from = stored(session, selected);
        BulkMailbox.Transferred moved = transfer(bulk(session, from), to, uids);
        ResponseCode code = moved.isEmpty() ? null : copyUid(to, moved);
        if (code != null && tellsFirst()) {
            responder.respond(getStatusResponseFactory().untaggedOk(HumanReadableText.COMPLETED, code));
        }
        Notices.tell(session, responder, true, request.isUseUids());
        if (code == null || tellsFirst()) {
            okComplete(request, responder);
        } else {
            okComplete(request, code, responder);
        }
    }

    private static ResponseCode copyUid(MessageManager to, BulkMailbox.Transferred moved) throws MailboxException {
        return ResponseCode.copyUid(
                to.getMailboxEntity().getUidValidity(), UidSets.ids(moved.before()), UidSets.ids(moved.after()));
    }

    /** COPY and UID COPY. */
    public static final class Copy extends TransferCommand<CopyRequest> {
        public Copy(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
            super(CopyRequest.class, mailboxes, responses, metrics);
        }

        @Override
        BulkMailbox.Transferred transfer(BulkMailbox from, MessageManager to, UidSet uids) throws MailboxException {
            return from.copyTo(to, uids);
        }

        @Override
        boolean tellsFirst() {
            return false;
        }
    }

    /** MOVE and UID MOVE. */
    public static final class Move extends TransferCommand<MoveRequest> {
        public Move(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
            super(MoveRequest.class, mailboxes, responses, metrics);
        }

        @Override
        BulkMailbox.Transferred transfer(BulkMailbox from, MessageManager to, UidSet uids) throws MailboxException {
            return from.moveTo(to, uids);
        }

        @Override
        boolean tellsFirst() {
            return true;
        }
    }
}

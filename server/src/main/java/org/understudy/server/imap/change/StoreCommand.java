package org.understudy.server.imap.change;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.request.StoreRequest;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageManager.MailboxMetaData;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.FlagEdit;
import org.understudy.storage.Messages;
import org.understudy.storage.UidSet;

/** STORE and UID STORE (RFC 9051 section 6.4.6), with UNCHANGEDSINCE (RFC 7162 section 3.1.3). */
public final class StoreCommand extends Changing<StoreRequest> {
    private static final long NOT_GIVEN = -1;

    public StoreCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(StoreRequest.class, mailboxes, responses, metrics);
    }

    @Override
    void run(StoreRequest request, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException {
        boolean uids = request.isUseUids();
        UidSet set = named(request.getIdSet(), uids, session, selected, responder);
        MessageManager mailbox = stored(session, selected);
        long unchangedSince = request.getUnchangedSince();
        boolean conditional = unchangedSince != NOT_GIVEN;
        if (conditional) {
            enableCondstore(mailbox, session, responder);
        }
        FlagEdit edit = BulkMailbox.edit(request.getFlags(), request.getFlagsUpdateMode());
        Messages.Edited edited =
                bulk(session, mailbox).editFlags(set, edit, conditional ? unchangedSince : Long.MAX_VALUE);
        tellNewKeywords(mailbox, session, selected, responder);
        boolean modSeqs = conditional || condstore(session);
        if (!request.isSilent() || modSeqs) {
            FlagLines lines = new FlagLines(uids || qresync(session), modSeqs, !request.isSilent());
            lines.write(edited.changes(), selected, responder);
        }
        Notices.tell(session, responder, uids, uids);
        if (edited.left().isEmpty()) {
            okComplete(request, responder);
        } else {
            // Not by James's response code, which puts a 0 before the set.
            List<Long> left = uids ? edited.left() : numbers(edited.left(), selected);
            responder.respond(getStatusResponseFactory()
                    .taggedOk(
                            request.getTag(),
                            null,
                            new HumanReadableText(
                                    "org.understudy.imap.MODIFIED",
                                    "[MODIFIED " + UidSets.text(left) + "] STORE left what has changed since.")));
        }
    }

    /** A STORE with UNCHANGEDSINCE tells the server that the client knows of MODSEQs (RFC 7162 section 3.1). */
    private void enableCondstore(MessageManager mailbox, ImapSession session, Responder responder)
            throws MailboxException {
        if (!EnableProcessor.getEnabledCapabilities(session).contains(ImapConstants.SUPPORTS_CONDSTORE)) {
            MailboxMetaData metaData = mailbox.getMetaData(
                    MailboxMetaData.RecentMode.IGNORE,
                    session.getMailboxSession(),
                    java.util.EnumSet.of(MailboxMetaData.Item.HighestModSeq));
            condstoreEnablingCommand(session, responder, metaData, true);
        }
    }

    private void tellNewKeywords(
            MessageManager mailbox, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException {
        if (selected.hasNewApplicableFlags()) {
            flags(responder, selected);
            permanentFlags(responder, mailbox.getPermanentFlags(session.getMailboxSession()), selected);
            selected.resetNewApplicableFlags();
        }
    }

    private static List<Long> numbers(List<Long> uids, SelectedMailbox selected) {
        List<Long> numbers = new ArrayList<>(uids.size());
        for (long uid : uids) {
            selected.msn(MessageUid.of(uid)).ifPresent(number -> numbers.add((long) number.asInt()));
        }
        return numbers;
    }
}

package org.understudy.server.imap.list;

import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.OwnCommand;
import org.understudy.server.imap.grammar.Untagged;

/** STATUS (RFC 9051 section 6.3.11). */
final class StatusCommand extends OwnCommand<Requests.Status> {
    private final MailboxManager mailboxes;
    private final MailboxStatus status;

    StatusCommand(
            MailboxManager mailboxes, MailboxStatus status, StatusResponseFactory responses, MetricFactory metrics) {
        super(Requests.Status.class, mailboxes, responses, metrics);
        this.mailboxes = mailboxes;
        this.status = status;
    }

    @Override
    protected Ending run(Requests.Status request, ImapSession session, Responder responder) throws MailboxException {
        var mailbox = mailboxes.getMailbox(
                PathConverter.forSession(session).buildFullPath(request.mailbox()), session.getMailboxSession());
        Untagged line =
                status.of(mailbox, request.mailbox(), request.items(), session).orElse(null);
        if (line == null) {
            return Ending.no("NOPERM", "You do not have the right to do that.");
        }
        responder.respond(line);
        return Ending.ok();
    }
}

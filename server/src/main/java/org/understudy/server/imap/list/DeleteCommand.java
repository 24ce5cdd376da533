package org.understudy.server.imap.list;

import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.OwnCommand;

/**
 * DELETE (RFC 9051 section 6.3.5). Mailboxes below stay, and their level is listed as no mailbox; subscriptions stay; INBOX
 * cannot be deleted. A session that has the mailbox selected has none after.
 */
final class DeleteCommand extends OwnCommand<Requests.Delete> {
    private final MailboxManager mailboxes;

    DeleteCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(Requests.Delete.class, mailboxes, responses, metrics);
        this.mailboxes = mailboxes;
    }

    @Override
    protected Ending run(Requests.Delete request, ImapSession session, Responder responder) throws MailboxException {
        MailboxPath path = PathConverter.forSession(session).buildFullPath(request.mailbox());
        if (path.isInbox()) {
            return Ending.no("CANNOT", "INBOX cannot be deleted.");
        }
        SelectedMailbox selected = session.getSelected();
        if (selected != null && path.equals(selected.getPathReactive().block())) {
            session.deselect().block();
        }
        mailboxes.deleteMailbox(path, session.getMailboxSession());
        return Ending.ok();
    }
}

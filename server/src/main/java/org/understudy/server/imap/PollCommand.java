package org.understudy.server.imap;

import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.OwnCommand;

/** NOOP (RFC 9051 section 6.1.2) and CHECK (RFC 3501 section 6.4.1): the client asks what is new, and nothing else. */
final class PollCommand<R extends ImapRequest> extends OwnCommand<R> {
    PollCommand(Class<R> request, MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(request, mailboxes, responses, metrics);
    }

    @Override
    protected Ending run(R request, ImapSession session, Responder responder) {
        return Ending.ok();
    }
}

package org.understudy.server.imap.select;

import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.UnselectRequest;

/** UNSELECT (RFC 9051 section 6.4.2). */
final class UnselectCommand extends Command<UnselectRequest> {
    UnselectCommand(StatusResponseFactory responses) {
        super(UnselectRequest.class, responses);
    }

    @Override
    void run(UnselectRequest request, ImapSession session, Responder out) {
        if (session.getSelected() == null) {
            bad(request, out, HumanReadableText.UNSELECT);
            return;
        }
        session.deselect().block();
        ok(request, out);
    }
}

package org.understudy.server.imap;

import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.message.Capability;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.EnableRequest;
import org.apache.james.imap.message.response.EnableResponse;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.grammar.OwnCommand;
import org.understudy.server.imap.select.Notices;

/**
 * ENABLE (RFC 5161) of CONDSTORE, QRESYNC (RFC 7162) and {@code UTF8=ACCEPT} (RFC 6855). What is unknown is left out of the
 * response.
 *
 * <p>Not by James's processor, which asks the mailboxes of whichever engine of the process was made first: those of shadows
 * are others.
 */
final class EnableCommand extends OwnCommand<EnableRequest> {
    private static final Capability UTF8 = Capability.of("UTF8=ACCEPT");

    EnableCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(EnableRequest.class, mailboxes, responses, metrics);
    }

    @Override
    protected Ending run(EnableRequest request, ImapSession session, Responder responder) {
        Set<Capability> known = new LinkedHashSet<>();
        for (Capability asked : request.getCapabilities()) {
            if (asked.equals(ImapConstants.SUPPORTS_CONDSTORE) || asked.equals(ImapConstants.SUPPORTS_QRESYNC)) {
                enableChanges(session, responder);
                EnableProcessor.getEnabledCapabilities(session).add(asked);
                known.add(asked);
            } else if (asked.equals(UTF8)) {
                MailboxName.useUtf8(session, true);
                known.add(asked);
            }
        }
        responder.respond(new EnableResponse(known));
        return Ending.ok();
    }

    /** A client that learns of MODSEQs while a mailbox is selected is told where it stands (RFC 7162 section 3.1.2.1). */
    private static void enableChanges(ImapSession session, Responder responder) {
        if (EnableProcessor.getEnabledCapabilities(session).add(ImapConstants.SUPPORTS_CONDSTORE)) {
            Notices.tellHighestModSeq(session, responder);
        }
    }
}

package org.understudy.server.imap.grammar;

import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.processor.AbstractMailboxProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.util.MDCBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.select.Notices;
import reactor.core.publisher.Mono;

/**
 * A command of ours, carried out on the thread that asks for it. Before the tagged response the client is told what
 * happened to its selected mailbox.
 */
public abstract class OwnCommand<R extends ImapRequest> extends AbstractMailboxProcessor<R> {
    private static final Logger LOG = LoggerFactory.getLogger(OwnCommand.class);

    private final StatusResponseFactory responses;

    protected OwnCommand(
            Class<R> request, MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(request, mailboxes, responses, metrics);
        this.responses = responses;
    }

    /** Carries the command out; a {@link MailboxException} that it throws is answered by {@link MailboxFaults}. */
    protected abstract Ending run(R request, ImapSession session, Responder responder) throws MailboxException;

    @Override
    protected final Mono<Void> processRequestReactive(R request, ImapSession session, Responder responder) {
        return Mono.fromRunnable(() -> {
            Ending ending = ending(request, session, responder);
            if (!(ending instanceof Ending.Bad)) {
                Notices.tell(session, responder, true, false);
            }
            responder.respond(ending.response(responses, request.getTag(), request.getCommand()));
        });
    }

    private Ending ending(R request, ImapSession session, Responder responder) {
        try {
            return run(request, session, responder);
        } catch (MailboxException e) {
            return MailboxFaults.ending(e, LOG);
        } catch (RuntimeException e) {
            if (MailboxFaults.cause(e) instanceof MailboxException cause) {
                return MailboxFaults.ending(cause, LOG);
            }
            throw e;
        }
    }

    @Override
    protected MDCBuilder mdc(R request) {
        return MDCBuilder.create()
                .addToContext(MDCBuilder.ACTION, request.getCommand().getName());
    }
}

package org.understudy.server.imap.select;

import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponse.ResponseCode;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.mailbox.exception.InsufficientRightsException;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.CorruptionException;
import reactor.core.publisher.Mono;

/** One command, carried out on the thread that asks for it. */
abstract class Command<R extends ImapRequest> implements ImapProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(Command.class);
    private static final HumanReadableText NO_RIGHT = text("[NOPERM] You may not read this mailbox.");
    private static final HumanReadableText DAMAGED = text(
            "[UNAVAILABLE] Part of this mailbox cannot be read; the administrator has been told. No mail is gone.");

    private final Class<R> request;
    private final StatusResponseFactory responses;

    Command(Class<R> request, StatusResponseFactory responses) {
        this.request = request;
        this.responses = responses;
    }

    /** Answers the command, the tagged response included. */
    abstract void run(R request, ImapSession session, Responder out) throws MailboxException;

    @Override
    public final Mono<Void> processReactive(ImapMessage message, Responder out, ImapSession session) {
        return Mono.fromRunnable(() -> process(request.cast(message), session, out));
    }

    private void process(R asked, ImapSession session, Responder out) {
        if (!asked.getCommand().validForState(session.getState())) {
            no(asked, out, HumanReadableText.INVALID_COMMAND);
            return;
        }
        try {
            run(asked, session, out);
        } catch (MailboxNotFoundException e) {
            no(asked, out, HumanReadableText.FAILURE_NO_SUCH_MAILBOX);
        } catch (InsufficientRightsException e) {
            no(asked, out, NO_RIGHT);
        } catch (CorruptionException e) {
            LOG.error("{}: a mailbox is damaged", asked.getCommand().getName(), e);
            no(asked, out, DAMAGED);
        } catch (MailboxException e) {
            LOG.error("{} failed", asked.getCommand().getName(), e);
            no(asked, out, HumanReadableText.GENERIC_FAILURE_DURING_PROCESSING);
        }
    }

    static HumanReadableText text(String text) {
        return new HumanReadableText("org.understudy.imap.SELECT", text);
    }

    final void ok(R asked, Responder out) {
        out.respond(responses.taggedOk(asked.getTag(), asked.getCommand(), HumanReadableText.COMPLETED));
    }

    final void ok(R asked, Responder out, HumanReadableText text, ResponseCode code) {
        out.respond(responses.taggedOk(asked.getTag(), asked.getCommand(), text, code));
    }

    final void no(R asked, Responder out, HumanReadableText text) {
        out.respond(responses.taggedNo(asked.getTag(), asked.getCommand(), text));
    }

    final void bad(R asked, Responder out, HumanReadableText text) {
        out.respond(responses.taggedBad(asked.getTag(), asked.getCommand(), text));
    }

    @Override
    public final void configure(ImapConfiguration configuration) {}
}

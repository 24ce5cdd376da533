package org.understudy.server.imap.change;

import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponse.ResponseCode;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.imap.processor.AbstractMailboxProcessor;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.exception.MessageRangeException;
import org.apache.james.mailbox.exception.OverQuotaException;
import org.apache.james.mailbox.exception.ReadOnlyException;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.util.MDCBuilder;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.UidSet;
import reactor.core.publisher.Mono;

/** A command that changes messages of the selected mailbox: runs on the command's thread until its effect is on disk. */
abstract class Changing<R extends ImapRequest> extends AbstractMailboxProcessor<R> {
    Changing(Class<R> type, MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(type, mailboxes, responses, metrics);
    }

    /** Does it all, the tagged reply included. */
    abstract void run(R request, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException;

    @Override
    protected final Mono<Void> processRequestReactive(R request, ImapSession session, Responder responder) {
        return Mono.<Void>fromCallable(() -> {
                    SelectedMailbox selected = session.getSelected();
                    if (selected == null) {
                        throw new MailboxException("no mailbox is selected");
                    }
                    run(request, session, selected, responder);
                    return null;
                })
                .onErrorResume(MessageRangeException.class, e -> {
                    taggedBad(request, responder, HumanReadableText.INVALID_MESSAGESET);
                    return Mono.empty();
                })
                .onErrorResume(OverQuotaException.class, e -> {
                    no(request, responder, HumanReadableText.FAILURE_OVERQUOTA, ResponseCode.overQuota());
                    return Mono.empty();
                })
                .onErrorResume(BulkMailbox.TooManyException.class, e -> {
                    responder.respond(Ending.no("LIMIT", e.getMessage() + ".")
                            .response(getStatusResponseFactory(), request.getTag(), request.getCommand()));
                    return Mono.empty();
                })
                .onErrorResume(ReadOnlyException.class, e -> {
                    no(request, responder, HumanReadableText.MAILBOX_IS_READ_ONLY);
                    return Mono.empty();
                });
    }

    @Override
    protected final MDCBuilder mdc(R request) {
        return MDCBuilder.create()
                .addToContext(MDCBuilder.ACTION, request.getCommand().getName());
    }

    /**
     * The messages that a command names. Where it does so by UID, the client is first told what has come in, so that
     * responses can speak of messages that it did not know of.
     *
     * @throws MessageRangeException for a message number that the session does not have
     */
    static UidSet named(IdRange[] set, boolean uids, ImapSession session, SelectedMailbox selected, Responder out)
            throws MessageRangeException {
        UidSet named = UidSets.of(set, uids, selected);
        Notices.tellBefore(uids, session, out);
        return named;
    }

    /** The selected mailbox as it is stored. */
    final MessageManager stored(ImapSession session, SelectedMailbox selected) throws MailboxException {
        return getMailboxManager().getMailbox(selected.getMailboxId(), session.getMailboxSession());
    }

    final BulkMailbox bulk(ImapSession session, MessageManager mailbox) {
        return BulkMailbox.of(mailbox, session.getMailboxSession());
    }

    /** The mailbox of a name; null, and answered, when there is none. */
    final @org.jspecify.annotations.Nullable MessageManager target(
            String name, R request, ImapSession session, Responder responder) throws MailboxException {
        try {
            return getMailboxManager()
                    .getMailbox(PathConverter.forSession(session).buildFullPath(name), session.getMailboxSession());
        } catch (MailboxNotFoundException e) {
            no(request, responder, HumanReadableText.FAILURE_NO_SUCH_MAILBOX, ResponseCode.tryCreate());
            return null;
        }
    }

    static boolean qresync(ImapSession session) {
        return EnableProcessor.getEnabledCapabilities(session).contains(ImapConstants.SUPPORTS_QRESYNC);
    }

    static boolean condstore(ImapSession session) {
        return qresync(session)
                || EnableProcessor.getEnabledCapabilities(session).contains(ImapConstants.SUPPORTS_CONDSTORE);
    }
}

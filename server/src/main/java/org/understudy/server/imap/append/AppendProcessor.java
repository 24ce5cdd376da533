package org.understudy.server.imap.append;

import java.util.List;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.UidRange;
import org.apache.james.imap.api.message.response.StatusResponse.ResponseCode;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.imap.processor.AbstractMailboxProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.exception.OverQuotaException;
import org.apache.james.mailbox.exception.ReadOnlyException;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.util.MDCBuilder;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.mailbox.Arriving;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.Appended;
import reactor.core.publisher.Mono;

/** Carries out APPEND. Runs on the command's thread until the messages are on disk. */
public final class AppendProcessor extends AbstractMailboxProcessor<AppendMessages> {
    private static final HumanReadableText EMPTY = new HumanReadableText(
            "org.understudy.imap.EMPTY_MESSAGE", "failed. An empty message cancels the command; nothing was stored.");

    public AppendProcessor(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(AppendMessages.class, mailboxes, responses, metrics);
    }

    @Override
    protected Mono<Void> processRequestReactive(AppendMessages request, ImapSession session, Responder responder) {
        return Mono.<Void>fromCallable(() -> {
                    append(request, session, responder);
                    return null;
                })
                .onErrorResume(MailboxNotFoundException.class, e -> {
                    no(request, responder, HumanReadableText.FAILURE_NO_SUCH_MAILBOX, ResponseCode.tryCreate());
                    return Mono.empty();
                })
                .onErrorResume(OverQuotaException.class, e -> {
                    no(request, responder, HumanReadableText.FAILURE_OVERQUOTA, ResponseCode.overQuota());
                    return Mono.empty();
                })
                .onErrorResume(ReadOnlyException.class, e -> {
                    no(request, responder, HumanReadableText.MAILBOX_IS_READ_ONLY);
                    return Mono.empty();
                });
    }

    private void append(AppendMessages request, ImapSession session, Responder responder) throws MailboxException {
        session.stopDetectingCommandInjection();
        List<Arriving> messages = request.messages();
        if (messages.stream().anyMatch(message -> message.content().size() == 0)) {
            no(request, responder, EMPTY);
            return;
        }
        MailboxSession user = session.getMailboxSession();
        MessageManager mailbox = getMailboxManager()
                .getMailbox(PathConverter.forSession(session).buildFullPath(request.mailbox()), user);
        SelectedMailbox selected = session.getSelected();
        boolean own = selected != null && selected.getMailboxId().equals(mailbox.getId());
        List<Appended> appended = BulkMailbox.of(mailbox, user).append(messages, !own);
        if (own) {
            appended.forEach(message -> selected.addRecent(MessageUid.of(message.uid())));
        }
        Notices.tell(session, responder, true, false);
        UidRange uids = new UidRange(
                MessageUid.of(appended.getFirst().uid()),
                MessageUid.of(appended.getLast().uid()));
        okComplete(
                request,
                ResponseCode.appendUid(mailbox.getMailboxEntity().getUidValidity(), new UidRange[] {uids}),
                responder);
    }

    @Override
    protected MDCBuilder mdc(AppendMessages request) {
        return MDCBuilder.create().addToContext(MDCBuilder.ACTION, "APPEND");
    }
}

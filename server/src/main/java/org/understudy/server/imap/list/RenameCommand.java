package org.understudy.server.imap.list;

import java.util.EnumSet;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxExistsException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.MessageRange;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.OwnCommand;
import reactor.core.publisher.Mono;

/**
 * RENAME (RFC 9051 section 6.3.6): the mailbox and all below it get other names and keep ids, UIDs, special uses and access
 * lists; missing levels above the new name are made; subscriptions stay with the old names. Renaming INBOX moves its
 * messages to a new mailbox and leaves it and the mailboxes below it where they are.
 */
final class RenameCommand extends OwnCommand<Requests.Rename> {
    private final MailboxManager mailboxes;
    private final SubscriptionManager subscriptions;

    RenameCommand(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            StatusResponseFactory responses,
            MetricFactory metrics) {
        super(Requests.Rename.class, mailboxes, responses, metrics);
        this.mailboxes = mailboxes;
        this.subscriptions = subscriptions;
    }

    @Override
    protected Ending run(Requests.Rename request, ImapSession imap, Responder responder) throws MailboxException {
        MailboxSession session = imap.getMailboxSession();
        PathConverter paths = PathConverter.forSession(imap);
        MailboxPath from = paths.buildFullPath(request.from());
        MailboxPath to = paths.buildFullPath(request.to());
        if (to.getName().isEmpty() || from.getName().isEmpty()) {
            return Ending.no("CANNOT", "A mailbox needs a name.");
        }
        to.assertAcceptable(session.getPathDelimiter());
        if (!exists(from, session)) {
            throw new MailboxNotFoundException(from);
        }
        if (exists(to, session)) {
            throw new MailboxExistsException(to.getName());
        }
        if (from.isInbox()) {
            mailboxes.createMailbox(to, session);
            mailboxes.moveMessages(MessageRange.all(), from, to, session);
            return Ending.ok();
        }
        if (to.getName().startsWith(from.getName() + session.getPathDelimiter())) {
            return Ending.no("CANNOT", "A mailbox cannot be put below itself.");
        }
        EnumSet<SpecialUse> uses = SpecialUses.of(
                        Listing.read(mailboxes, subscriptions, session).paths(), mailboxes, session)
                .of(from.getName());
        for (MailboxPath above : to.getParents(session.getPathDelimiter())) {
            if (!exists(above, session)) {
                mailboxes.createMailbox(above, session);
            }
        }
        mailboxes.renameMailbox(from, to, MailboxManager.RenameOption.NONE, session);
        if (!uses.isEmpty()) {
            SpecialUses.claim(to, uses, mailboxes, session);
        }
        return Ending.ok();
    }

    private boolean exists(MailboxPath path, MailboxSession session) {
        return Boolean.TRUE.equals(
                Mono.from(mailboxes.mailboxExists(path, session)).block());
    }
}

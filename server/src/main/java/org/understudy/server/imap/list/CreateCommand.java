package org.understudy.server.imap.list;

import java.util.EnumSet;
import java.util.Optional;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.OwnCommand;

/**
 * CREATE, which makes missing levels above too, tells the new mailbox's id (RFC 8474 section 4.1), and gives it special uses
 * (RFC 6154 section 3). A use belongs to one mailbox at most.
 */
final class CreateCommand extends OwnCommand<Requests.Create> {
    private final MailboxManager mailboxes;
    private final SubscriptionManager subscriptions;

    CreateCommand(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            StatusResponseFactory responses,
            MetricFactory metrics) {
        super(Requests.Create.class, mailboxes, responses, metrics);
        this.mailboxes = mailboxes;
        this.subscriptions = subscriptions;
    }

    @Override
    protected Ending run(Requests.Create request, ImapSession imap, Responder responder) throws MailboxException {
        MailboxSession session = imap.getMailboxSession();
        MailboxPath path = PathConverter.forSession(imap).buildFullPath(request.mailbox());
        if (path.getName().isEmpty()) {
            return Ending.no("CANNOT", "A mailbox needs a name.");
        }
        EnumSet<SpecialUse> uses = EnumSet.noneOf(SpecialUse.class);
        for (String attribute : request.uses()) {
            Optional<SpecialUse> use = SpecialUse.of(attribute);
            if (use.isEmpty()) {
                return Ending.no("USEATTR", "No mailbox can be made for that use.");
            }
            uses.add(use.get());
        }
        if (!uses.isEmpty()) {
            SpecialUses taken = SpecialUses.of(
                    Listing.read(mailboxes, subscriptions, session).paths(), mailboxes, session);
            for (SpecialUse use : uses) {
                if (taken.claimant(use).isPresent()) {
                    return Ending.no("USEATTR", "Another mailbox has that use.");
                }
            }
        }
        Optional<MailboxId> id = mailboxes.createMailbox(path, session);
        if (!uses.isEmpty()) {
            SpecialUses.claim(path, uses, mailboxes, session);
        }
        return new Ending.Ok(
                id.map(made -> "[MAILBOXID (" + made.serialize() + ")]").orElse(""));
    }
}

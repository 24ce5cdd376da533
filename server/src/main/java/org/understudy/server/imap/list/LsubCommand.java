package org.understudy.server.imap.list;

import java.util.Map;
import java.util.TreeMap;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.grammar.OwnCommand;
import org.understudy.server.imap.grammar.Untagged;

/**
 * LSUB (RFC 3501 section 6.3.9). Where a pattern ends with {@code %}, a level above subscribed names that is not subscribed
 * itself is {@code \Noselect}, so that clients look below it.
 */
final class LsubCommand extends OwnCommand<Requests.Lsub> {
    private final SubscriptionManager subscriptions;

    LsubCommand(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            StatusResponseFactory responses,
            MetricFactory metrics) {
        super(Requests.Lsub.class, mailboxes, responses, metrics);
        this.subscriptions = subscriptions;
    }

    @Override
    protected Ending run(Requests.Lsub request, ImapSession session, Responder responder) throws MailboxException {
        char delimiter = session.getMailboxSession().getPathDelimiter();
        boolean utf8 = MailboxName.usesUtf8(session);
        if (request.pattern().isEmpty()) {
            responder.respond(new Untagged("* LSUB (\\Noselect) \"" + delimiter + "\" \"\"", utf8));
            return Ending.ok();
        }
        Pattern pattern = new Pattern(request.pattern(), delimiter);
        Map<String, Boolean> told = new TreeMap<>(Listing::inboxFirst);
        for (MailboxPath path : subscriptions.subscriptions(session.getMailboxSession())) {
            String name = path.getName();
            if (!path.belongsTo(session.getMailboxSession())) {
                continue;
            }
            if (pattern.matches(name)) {
                told.put(name, true);
            } else if (pattern.listsLevels()) {
                for (int at = name.indexOf(delimiter); at > 0; at = name.indexOf(delimiter, at + 1)) {
                    String above = name.substring(0, at);
                    if (pattern.matches(above)) {
                        told.putIfAbsent(above, false);
                    }
                }
            }
        }
        told.forEach((name, subscribed) -> responder.respond(
                new Untagged("* LSUB (" + (subscribed ? "" : "\\Noselect") + ") \"" + delimiter + "\" ", utf8)
                        .name(name)));
        return Ending.ok();
    }
}

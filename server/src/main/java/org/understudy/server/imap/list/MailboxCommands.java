package org.understudy.server.imap.list;

import java.util.Map;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.metrics.api.MetricFactory;

/** The processors of this package, by what they process. */
public final class MailboxCommands {
    private MailboxCommands() {}

    /** @param appendLimit the largest message that a client may send, in octets */
    public static Map<Class<? extends ImapMessage>, ImapProcessor> all(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            StatusResponseFactory responses,
            MetricFactory metrics,
            long appendLimit) {
        MailboxStatus status = new MailboxStatus(mailboxes, appendLimit);
        return Map.of(
                Requests.ListMailboxes.class,
                new ListCommand(mailboxes, subscriptions, status, responses, metrics),
                Requests.Lsub.class,
                new LsubCommand(mailboxes, subscriptions, responses, metrics),
                Requests.Status.class,
                new StatusCommand(mailboxes, status, responses, metrics),
                Requests.Create.class,
                new CreateCommand(mailboxes, subscriptions, responses, metrics),
                Requests.Delete.class,
                new DeleteCommand(mailboxes, responses, metrics),
                Requests.Rename.class,
                new RenameCommand(mailboxes, subscriptions, responses, metrics));
    }
}

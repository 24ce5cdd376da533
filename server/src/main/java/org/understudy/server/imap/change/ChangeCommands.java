package org.understudy.server.imap.change;

import java.util.Map;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.message.request.CopyRequest;
import org.apache.james.imap.message.request.ExpungeRequest;
import org.apache.james.imap.message.request.MoveRequest;
import org.apache.james.imap.message.request.StoreRequest;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.metrics.api.MetricFactory;

/** The commands that change messages of the selected mailbox. */
public final class ChangeCommands {
    private ChangeCommands() {}

    /** By the request that each carries out. */
    public static Map<Class<? extends ImapMessage>, ImapProcessor> all(
            MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        return Map.of(
                StoreRequest.class, new StoreCommand(mailboxes, responses, metrics),
                CopyRequest.class, new TransferCommand.Copy(mailboxes, responses, metrics),
                MoveRequest.class, new TransferCommand.Move(mailboxes, responses, metrics),
                ExpungeRequest.class, new ExpungeCommand(mailboxes, responses, metrics));
    }
}

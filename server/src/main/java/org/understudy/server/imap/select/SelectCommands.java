package org.understudy.server.imap.select;

import java.util.Map;
import java.util.Set;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.CloseRequest;
import org.apache.james.imap.message.request.ExamineRequest;
import org.apache.james.imap.message.request.SelectRequest;
import org.apache.james.imap.message.request.UnselectRequest;
import org.apache.james.mailbox.MailboxManager;

/** The commands of this package, and what they forbid to others. */
public final class SelectCommands {
    private static final Set<String> CHANGING = Set.of("STORE", "EXPUNGE", "MOVE", "REPLACE");

    private SelectCommands() {}

    /** By the request that each carries out. */
    public static Map<Class<? extends ImapMessage>, ImapProcessor> all(
            MailboxNews news, MailboxManager mailboxes, StatusResponseFactory responses) {
        return Map.of(
                SelectRequest.class,
                SelectCommand.select(news, mailboxes, responses),
                ExamineRequest.class,
                SelectCommand.examine(news, mailboxes, responses),
                CloseRequest.class,
                new CloseCommand(mailboxes, responses),
                UnselectRequest.class,
                new UnselectCommand(responses));
    }

    /** Whether a request would change a mailbox that the session has opened for reading only (EXAMINE). */
    public static boolean forbidden(ImapMessage message, ImapSession session) {
        return message instanceof ImapRequest request
                && session.getSelected() instanceof SelectedView view
                && view.readOnly()
                && CHANGING.contains(request.getCommand().getName());
    }
}

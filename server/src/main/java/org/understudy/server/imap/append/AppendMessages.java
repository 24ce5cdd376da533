package org.understudy.server.imap.append;

import java.util.List;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.message.request.AbstractImapRequest;
import org.understudy.server.mailbox.Arriving;

/** An APPEND of one or more messages. */
public final class AppendMessages extends AbstractImapRequest {
    private final String mailbox;
    private final List<Arriving> messages;

    /** @param mailbox its name, decoded */
    AppendMessages(Tag tag, String mailbox, List<Arriving> messages) {
        super(tag, ImapConstants.APPEND_COMMAND);
        this.mailbox = mailbox;
        this.messages = List.copyOf(messages);
    }

    String mailbox() {
        return mailbox;
    }

    List<Arriving> messages() {
        return messages;
    }
}

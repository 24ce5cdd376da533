package org.understudy.server.imap.fetch;

import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MessageUid;

/** Sequence numbers of messages that are met in UID order, so that most are one more than the last. Not thread-safe. */
final class MessageNumbers {
    private final SelectedMailbox selected;
    private int next;

    MessageNumbers(SelectedMailbox selected) {
        this.selected = selected;
    }

    /** The sequence number of a message, or 0 if the session does not know it. */
    int of(long uid) {
        if (next > 0) {
            MessageUid there = selected.uid(next).orElse(null);
            if (there != null && there.asLong() == uid) {
                return next++;
            }
        }
        int number = selected.msn(MessageUid.of(uid)).foldSilent(() -> 0, found -> found.asInt());
        next = number > 0 ? number + 1 : 0;
        return number;
    }
}

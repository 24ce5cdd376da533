package org.understudy.server.imap;

import org.apache.james.imap.api.process.ImapSession;

/** A session as processors meet it here: one that can be ended from outside, and tells when it is over. Thread-safe. */
public interface EndableSession extends ImapSession {
    /** The client's IP address. */
    String client();

    /**
     * Says BYE and closes: at once when the client has the word, IDLE included, else after the running command.
     *
     * @param text for the client, plain ASCII
     * @param reason for the log
     */
    void end(String text, String reason);

    /** Whether the client has hung up, so that whatever is being done for it is in vain. */
    boolean clientGone();

    /** Runs {@code work} on a command thread when the connection is gone, after the last command. */
    void whenOver(Runnable work);
}

package org.understudy.server.pop3;

import java.util.concurrent.atomic.LongAdder;
import org.apache.james.mailbox.MailboxManager;
import org.understudy.server.account.LoginCounts;
import org.understudy.server.imap.LoginThrottle;
import org.understudy.server.imap.sasl.Door;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.line.Dialogue;
import org.understudy.server.line.LineListener;
import org.understudy.storage.MailStore;

/** What the POP3 sessions of a server share. Thread-safe. */
public final class Pop3Service {
    private final Pop3Settings settings;
    private final MailboxManager mailboxes;
    private final Logins logins;
    private final Door door;
    private final LoginThrottle throttle;
    private final LoginCounts counts;
    private final Maildrops maildrops;
    private final LongAdder sessions = new LongAdder();
    private final LongAdder retrieved = new LongAdder();
    private final LongAdder deleted = new LongAdder();

    public Pop3Service(
            Pop3Settings settings,
            MailStore store,
            MailboxManager mailboxes,
            Logins logins,
            Door door,
            LoginThrottle throttle) {
        this.settings = settings;
        this.mailboxes = mailboxes;
        this.logins = logins;
        this.door = door;
        this.throttle = throttle;
        this.counts = logins.counts();
        this.maildrops = new Maildrops(store);
    }

    /** @param startTls whether TLS is offered, and demanded before a login */
    public Dialogue dialogue(LineListener.Caller caller, boolean startTls) {
        return new Pop3Dialogue(this, caller, startTls);
    }

    Pop3Settings settings() {
        return settings;
    }

    MailboxManager mailboxes() {
        return mailboxes;
    }

    Logins logins() {
        return logins;
    }

    Door door() {
        return door;
    }

    LoginThrottle throttle() {
        return throttle;
    }

    /** Logins of all protocols. */
    LoginCounts counts() {
        return counts;
    }

    Maildrops maildrops() {
        return maildrops;
    }

    void began() {
        sessions.increment();
    }

    void wasRetrieved() {
        retrieved.increment();
    }

    void wereDeleted(long messages) {
        deleted.add(messages);
    }

    /** Sessions that logged in, since the server began. */
    public double sessions() {
        return sessions.sum();
    }

    /** Messages sent whole. */
    public double retrieved() {
        return retrieved.sum();
    }

    /** Messages deleted. */
    public double deleted() {
        return deleted.sum();
    }
}

package org.understudy.server.boot;

import java.util.concurrent.locks.ReentrantLock;
import org.apache.james.core.Username;
import org.apache.james.mailbox.Authenticator;
import org.apache.james.mailbox.exception.MailboxException;
import org.jspecify.annotations.Nullable;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxPath;

/** Gives a user who has no mailbox yet the default ones, once the password was right; of several logins at once, the first. */
final class FirstLogin implements Authenticator {
    private final Authenticator passwords;
    private final MailStore store;
    private final ReentrantLock provisioning = new ReentrantLock();
    private volatile @Nullable MailboxWiring mail;

    FirstLogin(Authenticator passwords, MailStore store) {
        this.passwords = passwords;
        this.store = store;
    }

    /** To be called before the first login. */
    void provisionBy(MailboxWiring wiring) {
        mail = wiring;
    }

    @Override
    public boolean isAuthentic(Username user, CharSequence password) throws MailboxException {
        boolean right = passwords.isAuthentic(user, password);
        if (right) {
            provide(user);
        }
        return right;
    }

    /** Gives a user who is known to be who it says the default mailboxes, if there is none yet. */
    void provide(Username user) throws MailboxException {
        MailboxWiring wiring = mail;
        if (wiring == null || !hasNone(user)) {
            return;
        }
        provisioning.lock();
        try {
            if (hasNone(user)) {
                wiring.provision(user);
            }
        } finally {
            provisioning.unlock();
        }
    }

    private boolean hasNone(Username user) {
        return store.mailboxes().ofOwner(MailboxPath.PRIVATE, user.asString()).isEmpty();
    }
}

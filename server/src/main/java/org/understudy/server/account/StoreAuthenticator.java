package org.understudy.server.account;

import org.apache.james.core.Username;
import org.apache.james.mailbox.Authenticator;
import org.apache.james.mailbox.exception.MailboxException;

/** James's question whether user and password belong together, answered by {@link AccountService}. */
public final class StoreAuthenticator implements Authenticator {
    private final AccountService accounts;

    public StoreAuthenticator(AccountService accounts) {
        this.accounts = accounts;
    }

    /** @throws MailboxException if the password could not be checked, which says nothing about it */
    @Override
    public boolean isAuthentic(Username user, CharSequence password) throws MailboxException {
        try {
            return accounts.login(user.asString(), password).isPresent();
        } catch (LoginNotCheckedException e) {
            throw new MailboxException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailboxException("interrupted before the password was checked", e);
        }
    }
}

package org.understudy.server.account;

import org.apache.james.core.Username;
import org.apache.james.mailbox.Authorizator;

/** Nobody may act as somebody else. */
public final class OwnerOnlyAuthorizator implements Authorizator {
    private final AccountService accounts;

    public OwnerOnlyAuthorizator(AccountService accounts) {
        this.accounts = accounts;
    }

    @Override
    public AuthorizationState canLoginAsOtherUser(Username user, Username other) {
        if (!accounts.exists(other.asString())) {
            return AuthorizationState.UNKNOWN_USER;
        }
        return user.equals(other) ? AuthorizationState.ALLOWED : AuthorizationState.FORBIDDEN;
    }
}

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
        if (user.equals(other)) {
            return accounts.exists(other.asString()) ? AuthorizationState.ALLOWED : AuthorizationState.UNKNOWN_USER;
        }
        return accounts.knownName(other.asString()).isPresent()
                ? AuthorizationState.FORBIDDEN
                : AuthorizationState.UNKNOWN_USER;
    }
}

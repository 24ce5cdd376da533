package org.understudy.server.account;

import org.understudy.restore.operation.ApprovalRules;
import org.understudy.server.config.Configuration;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Who may approve plans, as the configuration says; checked against the accounts like any login. */
public final class Approvers {
    private Approvers() {}

    public static ApprovalRules of(Configuration configuration, AccountService accounts) {
        return new ApprovalRules(
                configuration.restore().approvals(), configuration.roles().approvers(), (user, password) -> {
                    try {
                        return accounts.login(user, password);
                    } catch (LoginNotCheckedException e) {
                        throw new OperatorException(
                                Reason.BUSY,
                                String.valueOf(e.getMessage()),
                                "Nothing was approved; give the command again.",
                                e);
                    }
                });
    }

    /** Whether a name alone is not enough. */
    public static boolean needLogin(Configuration configuration) {
        return configuration.restore().approvals() > 1
                || !configuration.roles().approvers().isEmpty();
    }
}

package org.understudy.server.account;

import org.understudy.server.audit.AuditStatus;

/** How logins, the directory and the audit log stand. */
public record AccountsStatus(LoginCounts.Seen logins, Directory.Status directory, AuditStatus audit) {
    public static final AccountsStatus NONE =
            new AccountsStatus(LoginCounts.Seen.NONE, Directory.Status.NONE, AuditStatus.OFF);

    public static AccountsStatus of(AccountService accounts) {
        return new AccountsStatus(
                accounts.counts().seen(),
                accounts.directory().map(Directory::status).orElse(Directory.Status.NONE),
                accounts.audit().status());
    }
}

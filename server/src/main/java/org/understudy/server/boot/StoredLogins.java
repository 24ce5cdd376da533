package org.understudy.server.boot;

import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.BadCredentialsException;
import org.apache.james.mailbox.exception.MailboxException;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.imap.sasl.BearerTokens;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.tls.ClientCertificates;

/** The store's accounts, as logins need them. */
final class StoredLogins implements Logins {
    private final AccountService accounts;
    private final MailboxWiring mail;
    private final FirstLogin first;
    private final Optional<BearerTokens> tokens;
    private final Optional<ClientCertificates> certificates;

    StoredLogins(
            AccountService accounts,
            MailboxWiring mail,
            FirstLogin first,
            Optional<BearerTokens> tokens,
            Optional<ClientCertificates> certificates) {
        this.accounts = accounts;
        this.mail = mail;
        this.first = first;
        this.tokens = tokens;
        this.certificates = certificates;
    }

    @Override
    public Optional<ScramAccounts> scram() {
        return Optional.of(accounts.scram());
    }

    @Override
    public Optional<BearerTokens> tokens() {
        return tokens;
    }

    @Override
    public Optional<ClientCertificates> certificates() {
        return certificates;
    }

    @Override
    public Optional<String> storedName(String user) {
        return accounts.storedName(user);
    }

    @Override
    public MailboxSession open(String user) throws MailboxException {
        Username name = Username.of(accounts.storedName(user).orElseThrow(() -> new BadCredentialsException()));
        first.provide(name);
        return mail.mailboxes().createSystemSession(name);
    }
}

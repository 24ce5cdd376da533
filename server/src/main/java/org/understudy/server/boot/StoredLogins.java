package org.understudy.server.boot;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.james.core.Username;
import org.apache.james.core.quota.QuotaSizeLimit;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.QuotaRoot;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.Directory;
import org.understudy.server.account.LoginCounts;
import org.understudy.server.account.LoginNotCheckedException;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.imap.sasl.BearerTokens;
import org.understudy.server.imap.sasl.LoginRefusedException;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.imap.sasl.StaffLogins;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.tls.ClientCertificates;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreHealth;
import org.understudy.storage.keyspace.MailboxPath;

/** The accounts of the store, and of the directory beside it, as logins need them. */
final class StoredLogins implements Logins, Logins.Passwords {
    private final AccountService accounts;
    private final MailStore store;
    private final MailboxWiring mail;
    private final FirstLogin first;
    private final Optional<BearerTokens> tokens;
    private final StaffLogins staff;
    private final Optional<ClientCertificates> certificates;

    StoredLogins(
            AccountService accounts,
            MailStore store,
            MailboxWiring mail,
            FirstLogin first,
            Optional<BearerTokens> tokens,
            StaffLogins staff,
            Optional<ClientCertificates> certificates) {
        this.accounts = accounts;
        this.store = store;
        this.mail = mail;
        this.first = first;
        this.tokens = tokens;
        this.staff = staff;
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
    public Optional<Passwords> passwords() {
        return Optional.of(this);
    }

    @Override
    public LoginCounts counts() {
        return accounts.counts();
    }

    @Override
    public StaffLogins staff() {
        return staff;
    }

    @Override
    public Optional<ClientCertificates> certificates() {
        return certificates;
    }

    @Override
    public Optional<String> storedName(String user) {
        return accounts.knownName(user);
    }

    @Override
    public Optional<String> check(String user, String password) throws MailboxException {
        try {
            return accounts.login(user, password);
        } catch (LoginNotCheckedException e) {
            throw new MailboxException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailboxException("interrupted before the password was checked", e);
        }
    }

    @Override
    public Optional<String> find(String user) throws MailboxException {
        try {
            return accounts.storedName(user);
        } catch (LoginNotCheckedException e) {
            throw new MailboxException(e.getMessage(), e);
        }
    }

    @Override
    public MailboxSession open(String user) throws MailboxException {
        Username name = Username.of(user);
        Optional<Directory.Entry> entry = accounts.entry(user);
        if (entry.isPresent()) {
            requireMailboxes(user);
            keepQuota(name, entry.get().quota());
        }
        first.provide(name);
        return mail.mailboxes().authenticate(name).withoutDelegation();
    }

    private void requireMailboxes(String user) throws LoginRefusedException {
        boolean made = accounts.directory().map(Directory::makesMailboxes).orElse(true);
        if (!made && store.mailboxes().ofOwner(MailboxPath.PRIVATE, user).isEmpty()) {
            throw new LoginRefusedException(
                    "AUTHORIZATIONFAILED", "There are no mailboxes for you on this server; ask who runs it.");
        }
    }

    /** The directory's limit becomes the user's; where it tells none, the limit here stays. */
    private void keepQuota(Username user, OptionalLong octets) throws MailboxException {
        if (octets.isEmpty() || store.health().state() == StoreHealth.State.READ_ONLY) {
            return;
        }
        QuotaRoot root = mail.quotaRoots().forUser(user);
        QuotaSizeLimit limit = QuotaSizeLimit.size(octets.getAsLong());
        if (!Optional.of(limit).equals(mail.quotaLimits().getMaxStorage(root))) {
            mail.quotaLimits().setMaxStorage(root, limit);
        }
    }

    @Override
    public MailboxSession openFor(String master, String user) throws MailboxException {
        MailboxSession own = mail.mailboxes().authenticate(Username.of(user)).withoutDelegation();
        return new MailboxSession(
                own.getSessionId(),
                own.getUser(),
                Optional.of(Username.of(master)),
                own.getLocalePreferences(),
                own.getPathDelimiter(),
                MailboxSession.SessionType.User);
    }
}

package org.understudy.server.account;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.Accounts;
import org.understudy.storage.Accounts.Account;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Author;

/** Checks logins against the store. Thread-safe; blocks the calling thread for some tens of milliseconds. */
public final class AccountService {
    private static final Logger LOG = LoggerFactory.getLogger(AccountService.class);

    private final Accounts accounts;
    private final PasswordHash hashes;
    private final ScramAccounts scram;
    private final int concurrentLogins;
    private final Semaphore places;
    private final Duration patience;
    private final VerifiedPasswords verified;

    /**
     * @param concurrentLogins how many passwords are checked at once
     * @param patience how long a login waits for its turn
     */
    public AccountService(Accounts accounts, PasswordHash hashes, int concurrentLogins, Duration patience) {
        this(
                accounts,
                hashes,
                concurrentLogins,
                patience,
                new VerifiedPasswords(Duration.ZERO, new SecureRandom(), System::nanoTime));
    }

    private AccountService(
            Accounts accounts,
            PasswordHash hashes,
            int concurrentLogins,
            Duration patience,
            VerifiedPasswords verified) {
        this.verified = verified;
        this.accounts = accounts;
        this.hashes = hashes;
        this.scram = new ScramAccounts(accounts, new SecureRandom());
        this.concurrentLogins = concurrentLogins;
        this.places = new Semaphore(concurrentLogins, true);
        this.patience = patience;
    }

    /** The keys of accounts for logins without sending a password. */
    public ScramAccounts scram() {
        return scram;
    }

    /** The name as it is stored, if there is such a user. */
    public Optional<String> storedName(String user) {
        return UserName.tryNormalise(user).flatMap(accounts::find).map(Account::name);
    }

    /**
     * One that remembers right passwords for a while.
     *
     * @param remember how long, zero for not at all
     */
    public AccountService remembering(Duration remember, SecureRandom random) {
        return remembering(new VerifiedPasswords(remember, random, System::nanoTime));
    }

    AccountService remembering(VerifiedPasswords passwords) {
        return new AccountService(accounts, hashes, concurrentLogins, patience, passwords);
    }

    /** True if there is a user of that name, in any case. */
    public boolean exists(String user) {
        return UserName.tryNormalise(user).flatMap(accounts::find).isPresent();
    }

    /**
     * The user's name as it is stored, if user and password belong together. A hash of another cost than today's is
     * renewed, and SCRAM keys that are missing are made.
     *
     * @throws LoginStormException if the login's turn did not come in time
     * @throws InterruptedException while waiting for that turn
     */
    public Optional<String> login(String user, CharSequence password) throws InterruptedException {
        Optional<Account> present = UserName.tryNormalise(user).flatMap(accounts::find);
        if (present.isPresent()
                && verified.knows(present.get().name(), present.get().passwordHash(), password)) {
            return present.map(Account::name);
        }
        if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new LoginStormException(
                    "too many logins at once: this one was not checked within " + patience.toSeconds() + " s");
        }
        try {
            Optional<Account> account = UserName.tryNormalise(user).flatMap(accounts::find);
            if (account.isEmpty()) {
                hashes.verifyNobody(password);
                return Optional.empty();
            }
            if (!hashes.verify(account.get().passwordHash(), password)) {
                return Optional.empty();
            }
            verified.remember(account.get().name(), account.get().passwordHash(), password);
            renewOutdated(account.get(), password);
            return account.map(Account::name);
        } finally {
            places.release();
        }
    }

    private void renewOutdated(Account account, CharSequence password) {
        boolean outdated = hashes.outdated(account.passwordHash());
        if (!outdated && !account.scramKeys().isEmpty()) {
            return;
        }
        char[] characters = password.toString().toCharArray();
        try {
            accounts.renewPasswordHash(
                    account.name(),
                    account.passwordHash(),
                    outdated ? hashes.hash(characters) : account.passwordHash(),
                    scram.keysOf(password),
                    new Author.Housekeeping("renew-password-hash"));
        } catch (OperatorException e) {
            LOG.warn("The password hash of {} keeps its old form: {}", account.name(), e.getMessage());
        } finally {
            Arrays.fill(characters, '\0');
        }
    }
}

package org.understudy.server.account;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.audit.AuditLog;
import org.understudy.storage.Accounts;
import org.understudy.storage.Accounts.Account;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Author;

/**
 * Checks logins against the store and, for names that the store does not have, against a directory where there is one.
 * Thread-safe; blocks the calling thread for some tens of milliseconds, and for as long as the directory takes.
 */
public final class AccountService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccountService.class);

    private final Accounts accounts;
    private final PasswordHash hashes;
    private final ScramAccounts scram;
    private final int concurrentLogins;
    private final Semaphore places;
    private final Duration patience;
    private final VerifiedPasswords verified;
    private final @Nullable DirectoryUsers directory;
    private final LoginCounts counts;
    private final AuditLog audit;

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
                new VerifiedPasswords(Duration.ZERO, new SecureRandom(), System::nanoTime),
                null,
                AuditLog.none());
    }

    private AccountService(
            Accounts accounts,
            PasswordHash hashes,
            int concurrentLogins,
            Duration patience,
            VerifiedPasswords verified,
            @Nullable Directory directory,
            AuditLog audit) {
        this.verified = verified;
        this.accounts = accounts;
        this.hashes = hashes;
        this.scram = new ScramAccounts(accounts, new SecureRandom(), directory == null);
        this.concurrentLogins = concurrentLogins;
        this.counts = new LoginCounts();
        this.audit = audit;
        this.places = new Semaphore(concurrentLogins, true);
        this.patience = patience;
        this.directory = directory == null ? null : new DirectoryUsers(directory, accounts, verified, System::nanoTime);
    }

    /** The keys of accounts for logins without sending a password. */
    public ScramAccounts scram() {
        return scram;
    }

    /**
     * The user's name here if there is such a user.
     *
     * @throws DirectoryAwayException if the store has none, and the directory cannot be asked
     */
    public Optional<String> storedName(String user) {
        return switch (presence(user)) {
            case Presence.Yes(String name) -> Optional.of(name);
            case Presence.No no -> Optional.empty();
            case Presence.Unknown(String why) -> throw new DirectoryAwayException(why);
        };
    }

    /**
     * The name here of the user to whom mail for an address goes, if there is one.
     *
     * @throws DirectoryAwayException if the store has none of that name, and the directory cannot be asked
     */
    public Optional<String> recipientName(String address) {
        Optional<String> name = UserName.tryNormalise(address);
        Optional<String> stored = name.flatMap(accounts::find).map(Account::name);
        DirectoryUsers beside = directory;
        if (stored.isPresent() || name.isEmpty() || beside == null) {
            return stored;
        }
        return switch (beside.recipient(name.get())) {
            case Presence.Yes(String user) -> Optional.of(user);
            case Presence.No no -> Optional.empty();
            case Presence.Unknown(String why) -> throw new DirectoryAwayException(why);
        };
    }

    /** The user's name here, of users of the store and of those whom the directory told of lately; asks nobody. */
    public Optional<String> knownName(String user) {
        Optional<String> name = UserName.tryNormalise(user);
        Optional<String> stored = name.flatMap(accounts::find).map(Account::name);
        DirectoryUsers beside = directory;
        return stored.isPresent() || beside == null
                ? stored
                : name.flatMap(beside::known).map(Directory.Entry::name);
    }

    /** Whether there is such a user, by any name that the directory knows it by; may wait for the directory. */
    public Presence presence(String user) {
        Optional<String> name = UserName.tryNormalise(user);
        if (name.isEmpty()) {
            return new Presence.No();
        }
        Optional<Account> stored = accounts.find(name.get());
        DirectoryUsers beside = directory;
        if (stored.isPresent() || beside == null) {
            return stored.<Presence>map(account -> new Presence.Yes(account.name()))
                    .orElseGet(Presence.No::new);
        }
        return beside.presence(name.get());
    }

    /** What the directory said last of a user who is none of the store's. */
    public Optional<Directory.Entry> entry(String user) {
        DirectoryUsers beside = directory;
        Optional<String> name = UserName.tryNormalise(user);
        return beside == null || name.isEmpty() || accounts.find(name.get()).isPresent()
                ? Optional.empty()
                : beside.known(name.get());
    }

    /** The directory beside the store. */
    public Optional<Directory> directory() {
        return Optional.ofNullable(directory).map(DirectoryUsers::directory);
    }

    /** One that asks a directory about those whom the store does not have, and closes it in the end. */
    public AccountService beside(Directory other) {
        return new AccountService(accounts, hashes, concurrentLogins, patience, verified, other, audit);
    }

    /** One whose logins of staff are noted there. */
    public AccountService noting(AuditLog log) {
        return new AccountService(
                accounts,
                hashes,
                concurrentLogins,
                patience,
                verified,
                directory().orElse(null),
                log);
    }

    /** Where logins of staff are noted. */
    public AuditLog audit() {
        return audit;
    }

    /** What has come of logins. */
    public LoginCounts counts() {
        return counts;
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
        return new AccountService(
                accounts,
                hashes,
                concurrentLogins,
                patience,
                passwords,
                directory().orElse(null),
                audit);
    }

    /**
     * True if there is a user of that name, in any case.
     *
     * @throws DirectoryAwayException if the store has none, and the directory cannot be asked
     */
    public boolean exists(String user) {
        return storedName(user).isPresent();
    }

    /**
     * The user's name as it is stored, if user and password belong together. A hash of another cost than today's is
     * renewed, and SCRAM keys that are missing are made.
     *
     * @throws LoginNotCheckedException if the login's turn did not come in time, or the directory cannot be asked
     * @throws InterruptedException while waiting for that turn
     */
    public Optional<String> login(String user, CharSequence password) throws InterruptedException {
        Optional<String> name = UserName.tryNormalise(user);
        Optional<Account> present = name.flatMap(accounts::find);
        if (present.isPresent()
                && verified.knows(present.get().name(), present.get().passwordHash(), password)) {
            return present.map(Account::name);
        }
        DirectoryUsers beside = directory;
        if (present.isEmpty() && name.isPresent() && beside != null) {
            Optional<String> known = beside.remembered(name.get(), password);
            Optional<String> right = known.isPresent() ? known : beside.check(name.get(), password);
            if (right.isPresent()) {
                return right;
            }
        }
        takePlace();
        try {
            Optional<Account> account = name.flatMap(accounts::find);
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

    private void takePlace() throws InterruptedException {
        if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new LoginStormException(
                    "too many logins at once: this one was not checked within " + patience.toSeconds() + " s");
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

    /** Lets go of the directory. */
    @Override
    public void close() {
        directory().ifPresent(Directory::close);
    }
}

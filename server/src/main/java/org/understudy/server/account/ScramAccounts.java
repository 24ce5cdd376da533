package org.understudy.server.account;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.Accounts;
import org.understudy.storage.Accounts.Account;

/**
 * The SCRAM keys of accounts: where to find them, and whether SCRAM may be offered. It is offered when every account has
 * keys, since a program that sees it offered does not try a password; accounts of older stores get theirs at the next login
 * with a password. Beside a directory, which alone checks the passwords of its users, it is never offered. Thread-safe.
 */
public final class ScramAccounts {
    /** How many iterations new keys have; RFC 7677 demands 4,096. */
    public static final int ITERATIONS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ScramAccounts.class);
    private static final int SALT_BYTES = 16;
    private static final long LOOK_AGAIN_NANOS = 60_000_000_000L;

    private final Accounts accounts;
    private final SecureRandom random;
    private final byte[] secret = new byte[32];
    private final boolean alone;
    private boolean complete;
    private long lookedAt;
    private boolean looked;

    public ScramAccounts(Accounts accounts, SecureRandom random) {
        this(accounts, random, true);
    }

    /** @param alone whether the store has all users that there are */
    ScramAccounts(Accounts accounts, SecureRandom random, boolean alone) {
        this.accounts = accounts;
        this.alone = alone;
        this.random = random;
        random.nextBytes(secret);
    }

    /** Keys of a new password. */
    public static String keysOf(char[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        StringBuilder characters = new StringBuilder(password.length).append(password);
        try {
            return ScramKeys.compute(characters, ITERATIONS, salt).text();
        } finally {
            for (int i = 0; i < characters.length(); i++) {
                characters.setCharAt(i, '\0');
            }
        }
    }

    String keysOf(CharSequence password) {
        char[] characters = password.toString().toCharArray();
        try {
            return keysOf(characters, random);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /** Whether every account has keys; looked up again every minute. */
    public synchronized boolean offered() {
        if (!alone) {
            return false;
        }
        long now = System.nanoTime();
        if (!looked || now - lookedAt > LOOK_AGAIN_NANOS) {
            boolean all = accounts.all().stream()
                    .allMatch(account -> ScramKeys.parse(account.scramKeys()).isPresent());
            if (looked && all != complete) {
                LOG.info(
                        all
                                ? "SCRAM-SHA-256 is offered from now"
                                : "SCRAM-SHA-256 is not offered: an account has no keys");
            }
            complete = all;
            looked = true;
            lookedAt = now;
        }
        return complete;
    }

    /** A user's stored name with the keys, or for nobody keys that no password has. */
    public record Found(Optional<String> user, ScramKeys keys) {}

    /** The keys to ask a client about; who there is cannot be told from them. */
    public Found find(String user) {
        Optional<Account> account = UserName.tryNormalise(user).flatMap(accounts::find);
        Optional<ScramKeys> keys = account.flatMap(found -> ScramKeys.parse(found.scramKeys()));
        if (keys.isPresent()) {
            return new Found(account.map(Account::name), keys.get());
        }
        byte[] made = ScramKeys.hmac(secret, user.getBytes(StandardCharsets.UTF_8));
        return new Found(
                Optional.empty(),
                ScramKeys.ofNobody(ITERATIONS, Arrays.copyOf(made, SALT_BYTES), ScramKeys.hmac(secret, made)));
    }
}

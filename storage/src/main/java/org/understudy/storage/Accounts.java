package org.understudy.storage;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** Users and their password hashes. Names are lower case. */
public final class Accounts {
    private final Engine engine;
    private final Clock clock;

    Accounts(Engine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /**
     * @param passwordHash PHC string, for example {@code $argon2id$v=19$m=19456,t=2,p=1$...}
     * @param scramKeys of the same password, {@code SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY} (RFC 5803); empty
     *     where none were made
     */
    public record Account(String name, String passwordHash, String scramKeys, Instant createdAt) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** @throws OperatorException {@link Reason#CONFLICT} if there is such a user */
    public synchronized void add(String name, String passwordHash, Author author) {
        add(name, passwordHash, "", author);
    }

    /**
     * Adds a user with SCRAM keys, or empty.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if there is such a user
     */
    public synchronized void add(String name, String passwordHash, String scramKeys, Author author) {
        if (find(name).isPresent()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "there is a user " + name + " already",
                    "Change the password with 'understudy user passwd " + name + "'.");
        }
        put(name, passwordHash, scramKeys, clock.instant(), author);
    }

    /**
     * Takes SCRAM keys of the old password away.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no such user
     */
    public synchronized void setPasswordHash(String name, String passwordHash, Author author) {
        setPasswordHash(name, passwordHash, "", author);
    }

    /**
     * Sets the hash and the SCRAM keys of one password, or no keys where they are empty.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no such user
     */
    public synchronized void setPasswordHash(String name, String passwordHash, String scramKeys, Author author) {
        put(name, passwordHash, scramKeys, known(name).createdAt(), author);
    }

    /** The same where the hash is {@code expected} still; else it does nothing, since the password is another now. */
    public synchronized void renewPasswordHash(
            String name, String expected, String passwordHash, String scramKeys, Author author) {
        Account account = known(name);
        if (account.passwordHash().equals(expected)) {
            put(name, passwordHash, scramKeys, account.createdAt(), author);
        }
    }

    /**
     * Deletes the account only; its mailboxes stay until they are deleted.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no such user
     */
    public synchronized void delete(String name, Author author) {
        engine.commit(
                new Effect(author).delete(Family.ACCOUNT, Keys.text(known(name).name())));
    }

    public Optional<Account> find(String name) {
        byte[] key = Keys.text(name);
        return engine.latest().get(Family.ACCOUNT, key).map(value -> account(key, value));
    }

    /** By name. */
    public List<Account> all() {
        List<Account> accounts = new ArrayList<>();
        engine.latest().scan(Family.ACCOUNT, new byte[0], null, (key, value) -> {
            accounts.add(account(key, value));
            return true;
        });
        return accounts;
    }

    private Account known(String name) {
        return find(name)
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND, "there is no user " + name, "List the users with 'understudy user list'."));
    }

    private void put(String name, String passwordHash, String scramKeys, Instant createdAt, Author author) {
        engine.commit(new Effect(author)
                .put(Family.ACCOUNT, Keys.text(name), Codec.encodeAccount(createdAt, passwordHash, scramKeys)));
    }

    private static Account account(byte[] key, byte[] value) {
        Codec.AccountValue account = Codec.account(key, value);
        return new Account(
                new String(key, StandardCharsets.UTF_8),
                account.passwordHash(),
                account.scramKeys(),
                account.createdAt());
    }
}

package org.understudy.storage;

import java.util.List;
import java.util.Optional;
import org.understudy.storage.keyspace.Author;

/** Users and their password hashes. Names are lower case. */
public final class Accounts {
    Accounts() {}

    /** @param passwordHash PHC string, for example {@code $argon2id$v=19$m=19456,t=2,p=1$...} */
    public record Account(String name, String passwordHash, java.time.Instant createdAt) {}

    /** @throws OperatorException {@link Reason#CONFLICT} if there is such a user */
    public void add(String name, String passwordHash, Author author) {
        throw new IllegalStateException();
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if there is no such user */
    public void setPasswordHash(String name, String passwordHash, Author author) {
        throw new IllegalStateException();
    }

    /** Deletes the account only; its mailboxes stay until they are deleted. */
    public void delete(String name, Author author) {
        throw new IllegalStateException();
    }

    public Optional<Account> find(String name) {
        throw new IllegalStateException();
    }

    /** By name. */
    public List<Account> all() {
        throw new IllegalStateException();
    }
}

package org.understudy.server.account;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.Accounts;

/**
 * The users of a directory, but for those whose names the store has: there the store's account counts, and the directory's
 * entry is as if it were not. What the directory said of a name is kept for a minute; passwords that were right for as long
 * as {@link VerifiedPasswords} keeps them. Thread-safe.
 */
final class DirectoryUsers {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryUsers.class);
    private static final int MOST = 20_000;
    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
    /** No user's name has it, so that entries of the store and of the directory are never the same. */
    private static final String MARK = "directory\0";

    /** Before an address, whose answer is another than that to a login by the same text. */
    private static final String RECIPIENT = "recipient\0";

    private final Directory directory;
    private final Accounts accounts;
    private final VerifiedPasswords verified;
    private final LongSupplier nanoTime;
    private final Map<String, Seen> seen = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MOST;
        }
    };

    private record Seen(Directory.Entry entry, long at) {}

    DirectoryUsers(Directory directory, Accounts accounts, VerifiedPasswords verified, LongSupplier nanoTime) {
        this.directory = directory;
        this.accounts = accounts;
        this.verified = verified;
        this.nanoTime = nanoTime;
    }

    /** The user's name here if this password was right not long ago. The directory is not asked. */
    Optional<String> remembered(String user, CharSequence password) {
        Seen one = seen(user);
        return one != null && verified.knows(MARK + user, mark(one.entry), password) && !inStore(one.entry)
                ? Optional.of(one.entry.name())
                : Optional.empty();
    }

    /**
     * Asks the directory.
     *
     * @return the user's name here, or empty if name and password do not belong together
     * @throws DirectoryAwayException if it cannot be asked
     */
    Optional<String> check(String user, CharSequence password) {
        return switch (directory.check(user, password)) {
            case Directory.Checked.Right(Directory.Entry entry) -> {
                if (inStore(entry)) {
                    LOG.warn("{} of the directory is refused: the store has a user {}", entry.dn(), entry.name());
                    yield Optional.empty();
                }
                keep(user, entry);
                verified.remember(MARK + user, mark(entry), password);
                yield Optional.of(entry.name());
            }
            case Directory.Checked.Wrong wrong -> Optional.empty();
            case Directory.Checked.Away(String why) -> throw new DirectoryAwayException(why);
        };
    }

    Presence presence(String user) {
        Seen one = fresh(user);
        return one != null ? new Presence.Yes(one.entry.name()) : said(user, user, directory.find(user));
    }

    /** Whose mail comes to an address. */
    Presence recipient(String address) {
        String key = RECIPIENT + address;
        Seen one = fresh(key);
        return one != null ? new Presence.Yes(one.entry.name()) : said(address, key, directory.recipient(address));
    }

    private @Nullable Seen fresh(String key) {
        Seen one = seen(key);
        return one != null && nanoTime.getAsLong() - one.at < FRESH_NANOS && !inStore(one.entry) ? one : null;
    }

    /** @param key by which the answer is remembered */
    private Presence said(String asked, String key, Directory.Found found) {
        return switch (found) {
            case Directory.Found.One(Directory.Entry entry) -> {
                if (inStore(entry)) {
                    if (!key.equals(asked)) {
                        LOG.warn(
                                "{} of the directory gets no mail by an address: the store has a user {}",
                                entry.dn(),
                                entry.name());
                    }
                    yield new Presence.No();
                }
                keep(key, entry);
                yield new Presence.Yes(entry.name());
            }
            case Directory.Found.None none -> new Presence.No();
            case Directory.Found.Away(String why) -> new Presence.Unknown(why);
        };
    }

    /** What was last heard of a user, without asking. */
    Optional<Directory.Entry> known(String user) {
        return Optional.ofNullable(seen(user)).map(Seen::entry);
    }

    Directory directory() {
        return directory;
    }

    /** A name of the directory that is also one of the store means the store's user. */
    private boolean inStore(Directory.Entry entry) {
        return accounts.find(entry.name()).isPresent();
    }

    private void keep(String user, Directory.Entry entry) {
        Seen now = new Seen(entry, nanoTime.getAsLong());
        synchronized (seen) {
            seen.put(user, now);
            seen.put(entry.name(), now);
        }
    }

    private @Nullable Seen seen(String user) {
        synchronized (seen) {
            return seen.get(user);
        }
    }

    private static String mark(Directory.Entry entry) {
        return entry.name() + "\0" + entry.dn();
    }
}

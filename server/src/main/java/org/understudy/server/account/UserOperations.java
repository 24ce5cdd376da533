package org.understudy.server.account;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.Accounts;
import org.understudy.storage.Accounts.Account;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.Usage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxPath;

/** The work behind {@code understudy user}. */
public final class UserOperations {
    private UserOperations() {}

    public static List<Operation<?, ?>> all() {
        return List.of(new Add(), new SetPassword(), new ListAll(), new Delete());
    }

    /**
     * The password itself never leaves the process that read it.
     *
     * @param passwordHash PHC string of Argon2id
     * @param scramKeys of the same password; null where an older command line made none
     */
    public record Credentials(
            String user, String passwordHash, @Nullable String scramKeys) {
        /** Without the hash. */
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }

    public record Named(String user) {
        public Named {
            Objects.requireNonNull(user, "'user' is missing");
        }
    }

    public record Everyone() {}

    public record Users(List<User> users) {}

    /**
     * @param messages in all mailboxes of the user
     * @param bytes sum of their sizes
     */
    public record User(String user, Instant createdAt, long mailboxes, long messages, long bytes) {}

    /** @param mailboxes how many mailboxes of the user stay behind, and {@code messages} in them */
    public record Deleted(String user, long mailboxes, long messages) {}

    /** {@code user.add}. */
    public static final class Add implements Operation<Credentials, User> {
        @Override
        public String name() {
            return "user.add";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Credentials> requestType() {
            return Credentials.class;
        }

        @Override
        public Class<User> resultType() {
            return User.class;
        }

        @Override
        public User run(Credentials request, Workplace workplace, Progress progress) {
            String user = UserName.normalise(request.user());
            Accounts accounts = workplace.live().accounts();
            if (accounts.find(user).isPresent()) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        "there is a user '" + user + "' already",
                        "set a new password with 'understudy user passwd " + user + "', or choose another name");
            }
            accounts.add(user, checked(request), scramKeys(request), new Author.Housekeeping(name()));
            return describe(workplace.live(), existing(accounts, user));
        }
    }

    /** {@code user.passwd}. */
    public static final class SetPassword implements Operation<Credentials, User> {
        @Override
        public String name() {
            return "user.passwd";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Credentials> requestType() {
            return Credentials.class;
        }

        @Override
        public Class<User> resultType() {
            return User.class;
        }

        @Override
        public User run(Credentials request, Workplace workplace, Progress progress) {
            Accounts accounts = workplace.live().accounts();
            Account account = existing(accounts, UserName.normalise(request.user()));
            accounts.setPasswordHash(
                    account.name(), checked(request), scramKeys(request), new Author.Housekeeping(name()));
            return describe(workplace.live(), account);
        }
    }

    /** {@code user.list}. */
    public static final class ListAll implements Operation<Everyone, Users> {
        @Override
        public String name() {
            return "user.list";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public Class<Everyone> requestType() {
            return Everyone.class;
        }

        @Override
        public Class<Users> resultType() {
            return Users.class;
        }

        @Override
        public Users run(Everyone request, Workplace workplace, Progress progress) throws InterruptedException {
            List<Account> accounts = workplace.live().accounts().all();
            List<User> users = new ArrayList<>(accounts.size());
            progress.begin("counting mail", accounts.size(), "users");
            for (Account account : accounts) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                users.add(describe(workplace.live(), account));
                progress.advance(users.size(), 0);
            }
            return new Users(users);
        }
    }

    /** {@code user.delete}: nobody can log in as the user any more; the mail stays. */
    public static final class Delete implements Operation<Named, Deleted> {
        @Override
        public String name() {
            return "user.delete";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Named> requestType() {
            return Named.class;
        }

        @Override
        public Class<Deleted> resultType() {
            return Deleted.class;
        }

        @Override
        public Deleted run(Named request, Workplace workplace, Progress progress) {
            Accounts accounts = workplace.live().accounts();
            Account account = existing(accounts, UserName.normalise(request.user()));
            User last = describe(workplace.live(), account);
            accounts.delete(account.name(), new Author.Housekeeping(name()));
            return new Deleted(account.name(), last.mailboxes(), last.messages());
        }
    }

    private static String checked(Credentials request) {
        if (!PasswordHash.isHash(request.passwordHash())) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the password hash is not an Argon2id PHC string of version 19",
                    "let the command line of the same version make it");
        }
        return request.passwordHash();
    }

    private static String scramKeys(Credentials request) {
        String keys = request.scramKeys();
        if (keys == null || keys.isEmpty()) {
            return "";
        }
        if (ScramKeys.parse(keys).isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the SCRAM keys are not of the form SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY",
                    "let the command line of the same version make them");
        }
        return keys;
    }

    private static Account existing(Accounts accounts, String user) {
        return accounts.find(user)
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND, "there is no user '" + user + "'", "'understudy user list' shows all users"));
    }

    private static User describe(MailStore live, Account account) {
        Usage usage = live.usage(MailboxPath.PRIVATE, account.name());
        int mailboxes =
                live.mailboxes().ofOwner(MailboxPath.PRIVATE, account.name()).size();
        return new User(account.name(), account.createdAt(), mailboxes, usage.messages(), usage.bytes());
    }
}

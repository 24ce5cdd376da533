package org.understudy.server.account;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.UserOperations.Named;
import org.understudy.storage.keyspace.MailboxPath;

/** {@code user.check}: where an account comes from, and what the directory says of it. */
public final class CheckUser implements Operation<Named, CheckUser.Answer> {
    private final Function<Workplace, AccountService> accounts;
    private final boolean closing;

    private CheckUser(Function<Workplace, AccountService> accounts, boolean closing) {
        this.accounts = accounts;
        this.closing = closing;
    }

    /** One that makes its own accounts of a workplace, and closes them. */
    public static CheckUser making(Function<Workplace, AccountService> accounts) {
        return new CheckUser(accounts, true);
    }

    /** One over a server's accounts. */
    public static CheckUser over(AccountService accounts) {
        return new CheckUser(workplace -> accounts, false);
    }

    /** One that a server puts its own accounts into. */
    public static CheckUser inServer() {
        return new CheckUser(
                workplace -> {
                    throw new IllegalStateException("the server puts its own operation in place of this one");
                },
                false);
    }

    /** Which account counts. */
    public enum Source {
        STORE,
        DIRECTORY,
        /** There is no such user. */
        NONE,
        /** The store has none, and the directory cannot be asked now. */
        UNKNOWN
    }

    /**
     * @param name by which the user's mailboxes are known; empty where nobody is
     * @param directory where it is; empty where there is none
     * @param said what the directory answered: {@code found}, {@code none}, {@code away}, or empty where there is none
     * @param why it is away, or empty
     * @param dn where the directory has the user, or empty
     * @param quota octets, by the directory; null where it tells none
     * @param mailboxes that the user has here
     */
    public record Answer(
            Source source,
            String name,
            String directory,
            String said,
            String why,
            String dn,
            List<String> addresses,
            @Nullable Long quota,
            long mailboxes) {
        public Answer {
            addresses = List.copyOf(addresses);
        }
    }

    @Override
    public String name() {
        return "user.check";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Class<Named> requestType() {
        return Named.class;
    }

    @Override
    public Class<Answer> resultType() {
        return Answer.class;
    }

    @Override
    public Answer run(Named request, Workplace workplace, Progress progress) {
        AccountService all = accounts.apply(workplace);
        try {
            return check(request, workplace, all);
        } finally {
            if (closing) {
                all.close();
            }
        }
    }

    private static Answer check(Named request, Workplace workplace, AccountService all) {
        String user = UserName.normalise(request.user());
        boolean stored = workplace.live().accounts().find(user).isPresent();
        Directory.@Nullable Found found =
                all.directory().map(directory -> directory.find(user)).orElse(null);
        String where = all.directory().map(one -> one.status().where()).orElse("");
        return switch (found) {
            case Directory.Found.One(Directory.Entry entry) -> {
                boolean taken = workplace.live().accounts().find(entry.name()).isPresent();
                Source source = stored ? Source.STORE : taken ? Source.NONE : Source.DIRECTORY;
                String name = stored ? user : taken ? "" : entry.name();
                OptionalLong quota = entry.quota();
                yield new Answer(
                        source,
                        name,
                        where,
                        "found",
                        taken && !stored ? "the store has a user " + entry.name() + ", who counts" : "",
                        entry.dn(),
                        entry.addresses(),
                        quota.isPresent() ? quota.getAsLong() : null,
                        mailboxes(workplace, name));
            }
            case Directory.Found.Away(String why) ->
                plain(workplace, stored, stored ? Source.STORE : Source.UNKNOWN, user, where, "away", why);
            case Directory.Found.None none ->
                plain(workplace, stored, stored ? Source.STORE : Source.NONE, user, where, "none", "");
            case null -> plain(workplace, stored, stored ? Source.STORE : Source.NONE, user, where, "", "");
        };
    }

    private static Answer plain(
            Workplace workplace, boolean stored, Source source, String user, String where, String said, String why) {
        return new Answer(
                source, stored ? user : "", where, said, why, "", List.of(), null, mailboxes(workplace, user));
    }

    private static long mailboxes(Workplace workplace, String user) {
        return user.isEmpty()
                ? 0
                : workplace
                        .live()
                        .mailboxes()
                        .ofOwner(MailboxPath.PRIVATE, user)
                        .size();
    }
}

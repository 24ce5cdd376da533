package org.understudy.server.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.OperationVerb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.server.account.CheckUser;
import org.understudy.server.account.UserName;
import org.understudy.server.account.UserOperations;
import org.understudy.server.account.UserOperations.Credentials;
import org.understudy.server.account.UserOperations.Deleted;
import org.understudy.server.account.UserOperations.Everyone;
import org.understudy.server.account.UserOperations.Named;
import org.understudy.server.account.UserOperations.User;
import org.understudy.server.account.UserOperations.Users;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy user}. */
final class UserVerbs {
    private UserVerbs() {}

    static CommandLine group(Frame frame, Supplier<Session> session) {
        return VerbGroup.of(
                "user",
                "Add, list and delete users, and set their passwords.",
                List.of(
                        new AddVerb(frame, session),
                        new PasswordVerb(frame, session),
                        new ListVerb(frame),
                        new CheckVerb(frame, session),
                        new DeleteVerb(frame)));
    }

    @Command(
            name = "add",
            description = {
                "Add a user, who can then log in over IMAP.",
                "The password is asked for twice, unseen; it is never taken from the command line, where others could"
                        + " read it."
            },
            footer = {
                "",
                "Example: understudy user add anna",
                "         pwgen 20 1 | understudy user add anna --password-stdin"
            })
    static final class AddVerb extends OperationVerb<Credentials, User> {
        private final Supplier<Session> session;

        @Parameters(paramLabel = "NAME", description = "User name, for example anna or anna@example.org.")
        private String name;

        @Option(names = "--password-stdin", description = "Read the password from standard input, as one line.")
        private boolean passwordStdin;

        AddVerb(Frame frame, Supplier<Session> session) {
            super(frame, new UserOperations.Add());
            this.session = session;
        }

        @Override
        protected Credentials request(Invocation invocation) throws IOException {
            String user = UserName.normalise(name);
            return NewPassword.credentials(invocation, session.get(), user, passwordStdin);
        }

        @Override
        protected void print(User result, PrintStream out) {
            out.println("User " + result.user() + " was added.");
            if (result.messages() > 0) {
                out.println("Mail of an earlier user of that name is there again: " + result.messages()
                        + " messages in " + result.mailboxes() + " mailboxes.");
            }
        }
    }

    @Command(
            name = "passwd",
            description = {"Set a user's password.", "Sessions that are logged in go on."},
            footer = {"", "Example: understudy user passwd anna"})
    static final class PasswordVerb extends OperationVerb<Credentials, User> {
        private final Supplier<Session> session;

        @Parameters(paramLabel = "NAME", description = "User name.")
        private String name;

        @Option(names = "--password-stdin", description = "Read the password from standard input, as one line.")
        private boolean passwordStdin;

        PasswordVerb(Frame frame, Supplier<Session> session) {
            super(frame, new UserOperations.SetPassword());
            this.session = session;
        }

        @Override
        protected Credentials request(Invocation invocation) throws IOException {
            String user = UserName.normalise(name);
            return NewPassword.credentials(invocation, session.get(), user, passwordStdin);
        }

        @Override
        protected void print(User result, PrintStream out) {
            out.println("The password of " + result.user() + " was changed.");
        }
    }

    @Command(
            name = "list",
            description = "List all users with what their mailboxes hold.",
            footer = {"", "Example: understudy user list --json"})
    static final class ListVerb extends OperationVerb<Everyone, Users> {
        ListVerb(Frame frame) {
            super(frame, new UserOperations.ListAll());
        }

        @Override
        protected Everyone request(Invocation invocation) {
            return new Everyone();
        }

        @Override
        protected void print(Users result, PrintStream out) {
            if (result.users().isEmpty()) {
                out.println("There are no users. 'understudy user add NAME' adds one.");
                return;
            }
            int width = result.users().stream()
                    .mapToInt(u -> u.user().length())
                    .max()
                    .orElse(0);
            String form = "%-" + Math.max(4, width) + "s  %9s  %10s  %12s%n";
            out.printf(Locale.ROOT, form, "user", "mailboxes", "messages", "MB");
            for (User user : result.users()) {
                out.printf(
                        Locale.ROOT,
                        form,
                        user.user(),
                        String.format(Locale.ROOT, "%,d", user.mailboxes()),
                        String.format(Locale.ROOT, "%,d", user.messages()),
                        String.format(Locale.ROOT, "%,.1f", user.bytes() / 1e6));
            }
        }
    }

    @Command(
            name = "check",
            description = {
                "Say where a user's account comes from, and what the directory answers.",
                "No password is asked for; nothing is changed."
            },
            footer = {"", "Example: understudy user check anna@example.org"})
    static final class CheckVerb extends OperationVerb<Named, CheckUser.Answer> {
        @Parameters(paramLabel = "NAME", description = "User name, or an address that the directory has.")
        private String name;

        CheckVerb(Frame frame, Supplier<Session> session) {
            super(
                    frame,
                    CheckUser.making(workplace -> ServerProcess.accounts(
                            session.get().configuration(), workplace.live(), new SecureRandom())));
        }

        @Override
        protected Named request(Invocation invocation) {
            return new Named(UserName.normalise(name));
        }

        @Override
        protected void print(CheckUser.Answer result, PrintStream out) {
            AccountsText.print(result, out);
        }

        @Override
        protected int exitCode(CheckUser.Answer result) {
            return switch (result.source()) {
                case STORE, DIRECTORY -> 0;
                case NONE -> Reason.NOT_FOUND.exitCode();
                case UNKNOWN -> Reason.UNREACHABLE.exitCode();
            };
        }
    }

    @Command(
            name = "delete",
            description = {
                "Delete a user, who can then no longer log in.",
                "The user's mail stays in the store: adding a user of the same name gives it back."
            },
            footer = {"", "Example: understudy user delete anna"})
    static final class DeleteVerb extends OperationVerb<Named, Deleted> {
        @Parameters(paramLabel = "NAME", description = "User name.")
        private String name;

        DeleteVerb(Frame frame) {
            super(frame, new UserOperations.Delete());
        }

        @Override
        protected Named request(Invocation invocation) {
            return new Named(UserName.normalise(name));
        }

        @Override
        protected void print(Deleted result, PrintStream out) {
            out.println("User " + result.user() + " was deleted.");
            if (result.mailboxes() > 0) {
                out.printf(
                        Locale.ROOT,
                        "The mail stays: %,d messages in %,d mailboxes.%n",
                        result.messages(),
                        result.mailboxes());
            }
        }
    }
}

package org.understudy.server.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.UserName;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The work behind {@code understudy token}. */
public final class TokenOperations {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Duration LONGEST = Duration.ofDays(3660);

    private TokenOperations() {}

    /** Where no server runs: each reads the file that there is. */
    public static List<Operation<?, ?>> all() {
        return of(workplace -> TokenBook.open(workplace.dataFolder(), workplace.clock()));
    }

    /** In a server, whose tokens these are. */
    public static List<Operation<?, ?>> in(TokenBook book) {
        return of(workplace -> book);
    }

    private static List<Operation<?, ?>> of(Function<Workplace, TokenBook> books) {
        return List.of(new Make(books), new ListAll(books), new Revoke(books));
    }

    /**
     * The secret never leaves the process that made it, but for the person who asked.
     *
     * @param id of the token, from its secret
     * @param role in lower case
     * @param sha256 of the secret
     * @param expiresAt null for never
     */
    public record Wanted(
            String id,
            String owner,
            String role,
            String sha256,
            @Nullable Instant expiresAt) {
        public Wanted {
            id = Objects.requireNonNullElse(id, "");
            owner = Objects.requireNonNullElse(owner, "");
            role = Objects.requireNonNullElse(role, "");
            sha256 = Objects.requireNonNullElse(sha256, "");
        }
    }

    public record Everything() {}

    public record Named(String id) {
        public Named {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    /**
     * @param over whether it is refused because its time has come
     * @param lastUsedAt to some minutes; null if it never was
     */
    public record Token(
            String id,
            String owner,
            String role,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            boolean over) {
        static Token of(AccessToken token, Instant now) {
            return new Token(
                    token.id(),
                    token.owner(),
                    token.role().word(),
                    token.createdAt(),
                    token.expiresAt(),
                    token.lastUsedAt(),
                    token.over(now));
        }
    }

    public record Tokens(List<Token> tokens) {
        public Tokens {
            tokens = List.copyOf(tokens);
        }
    }

    /** {@code token.make}. */
    public static final class Make implements Operation<Wanted, Token> {
        private final Function<Workplace, TokenBook> books;

        Make(Function<Workplace, TokenBook> books) {
            this.books = books;
        }

        @Override
        public String name() {
            return "token.make";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Wanted> requestType() {
            return Wanted.class;
        }

        @Override
        public Class<Token> resultType() {
            return Token.class;
        }

        @Override
        public Token run(Wanted request, Workplace workplace, Progress progress) {
            Instant now = workplace.clock().instant();
            Role role = Role.of(request.role())
                    .orElseThrow(() -> wrong(
                            "there is no role '" + request.role() + "'",
                            "The roles are viewer, engineer, approver, admin."));
            Instant end = request.expiresAt();
            if (end != null && (!end.isAfter(now) || end.isAfter(now.plus(LONGEST)))) {
                throw wrong(
                        "a token cannot end at " + end + ": that is past, or more than ten years away",
                        "Say for example '--expires 30d'.");
            }
            if (!ID.matcher(request.id()).matches()
                    || !SHA256.matcher(request.sha256()).matches()) {
                throw wrong(
                        "the token's id or digest is not of the form that tokens have",
                        "Let the command line of the same version make it.");
            }
            AccessToken token = new AccessToken(
                    request.id(), UserName.normalise(request.owner()), role, request.sha256(), now, end, null);
            books.apply(workplace).add(token);
            return Token.of(token, now);
        }
    }

    /** {@code token.list}. */
    public static final class ListAll implements Operation<Everything, Tokens> {
        private final Function<Workplace, TokenBook> books;

        ListAll(Function<Workplace, TokenBook> books) {
            this.books = books;
        }

        @Override
        public String name() {
            return "token.list";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Everything> requestType() {
            return Everything.class;
        }

        @Override
        public Class<Tokens> resultType() {
            return Tokens.class;
        }

        @Override
        public Tokens run(Everything request, Workplace workplace, Progress progress) {
            Instant now = workplace.clock().instant();
            return new Tokens(books.apply(workplace).all().stream()
                    .map(token -> Token.of(token, now))
                    .toList());
        }
    }

    /** {@code token.revoke}: refused from now on. */
    public static final class Revoke implements Operation<Named, Token> {
        private final Function<Workplace, TokenBook> books;

        Revoke(Function<Workplace, TokenBook> books) {
            this.books = books;
        }

        @Override
        public String name() {
            return "token.revoke";
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
        public Class<Token> resultType() {
            return Token.class;
        }

        @Override
        public Token run(Named request, Workplace workplace, Progress progress) {
            return Token.of(
                    books.apply(workplace).revoke(request.id()),
                    workplace.clock().instant());
        }
    }

    private static OperatorException wrong(String message, String hint) {
        return new OperatorException(Reason.USAGE, message, hint);
    }
}

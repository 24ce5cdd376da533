package org.understudy.server.cli;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.OperationVerb;
import org.understudy.restore.cli.Until;
import org.understudy.restore.cli.Verb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.progress.Progress;
import org.understudy.server.access.TokenOperations;
import org.understudy.server.access.TokenOperations.Everything;
import org.understudy.server.access.TokenOperations.Named;
import org.understudy.server.access.TokenOperations.Token;
import org.understudy.server.access.TokenOperations.Tokens;
import org.understudy.server.access.TokenOperations.Wanted;
import org.understudy.server.access.TokenSecret;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy token}. */
final class TokenVerbs {
    private TokenVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of(
                "token",
                "Make, list and revoke tokens for the admin API.",
                List.of(new MakeVerb(frame), new ListVerb(frame), new RevokeVerb(frame)));
    }

    @SuppressWarnings("unchecked")
    private static <Q, R> Operation<Q, R> operation(String name, Class<Q> request, Class<R> result) {
        for (Operation<?, ?> one : TokenOperations.all()) {
            if (one.name().equals(name) && one.requestType() == request && one.resultType() == result) {
                return (Operation<Q, R>) one;
            }
        }
        throw new IllegalStateException("there is no operation " + name);
    }

    @Command(
            name = "make",
            description = {
                "Make a token with which a person uses the admin API (docs/api.md).",
                "It is shown once and kept nowhere: only a digest of it is stored. Over the API, plans are approved in the"
                        + " name of the token's owner."
            },
            footer = {
                "",
                "Roles: viewer reads; engineer restores, and looks after the repository; approver consents to plans; admin"
                        + " does everything.",
                "Example: understudy token make anna --role engineer --expires 30d"
            })
    static final class MakeVerb extends Verb {
        @Parameters(paramLabel = "NAME", description = "The person whom the token stands for.")
        private String name;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                required = true,
                description = "viewer, engineer, approver or admin.")
        private String role;

        @Option(names = "--expires", paramLabel = "WHEN", description = "When it ends: " + Until.FORM + ".")
        @Nullable
        private String expires;

        MakeVerb(Frame frame) {
            super(frame);
        }

        /** @param secret the token's whole text */
        record Made(String secret, Token token) {}

        @Override
        protected int run(Invocation invocation) throws Exception {
            TokenSecret secret = TokenSecret.fresh(new SecureRandom());
            Instant end = expires == null
                    ? null
                    : Until.parse(expires, invocation.clock().instant());
            Token token = invocation
                    .operations()
                    .run(
                            operation("token.make", Wanted.class, Token.class),
                            new Wanted(secret.id(), name, role.toLowerCase(Locale.ROOT), secret.sha256(), end),
                            Progress.SILENT);
            invocation.console().result(new Made(secret.text(), token), out -> {
                out.println("Token " + token.id() + " for " + token.owner() + ", role " + token.role() + ", "
                        + (token.expiresAt() == null ? "without an end" : "until " + token.expiresAt())
                        + ". It is shown this once:");
                out.println(secret.text());
            });
            return 0;
        }
    }

    @Command(
            name = "list",
            description = "List the tokens that there are; their secrets are not known here.",
            footer = {"", "Example: understudy token list --json"})
    static final class ListVerb extends OperationVerb<Everything, Tokens> {
        ListVerb(Frame frame) {
            super(frame, operation("token.list", Everything.class, Tokens.class));
        }

        @Override
        protected Everything request(Invocation invocation) {
            return new Everything();
        }

        @Override
        protected void print(Tokens result, PrintStream out) {
            if (result.tokens().isEmpty()) {
                out.println("There are no tokens. 'understudy token make NAME --role ROLE' makes one.");
                return;
            }
            int width = result.tokens().stream()
                    .mapToInt(token -> token.owner().length())
                    .max()
                    .orElse(0);
            String form = "%-8s  %-" + Math.max(5, width) + "s  %-8s  %-20s  %-20s%n";
            out.printf(Locale.ROOT, form, "id", "owner", "role", "expires", "last used");
            for (Token token : result.tokens()) {
                out.printf(
                        Locale.ROOT,
                        form,
                        token.id(),
                        token.owner(),
                        token.role(),
                        token.over() ? "over" : shown(token.expiresAt()),
                        shown(token.lastUsedAt()));
            }
        }

        private static String shown(@Nullable Instant at) {
            return at == null
                    ? "never"
                    : at.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
        }
    }

    @Command(
            name = "revoke",
            description = "Revoke a token: it is refused from now on, by a running server too.",
            footer = {"", "Example: understudy token revoke 3fa94c01"})
    static final class RevokeVerb extends OperationVerb<Named, Token> {
        @Parameters(paramLabel = "ID", description = "The token's id, as 'understudy token list' shows it.")
        private String id;

        RevokeVerb(Frame frame) {
            super(frame, operation("token.revoke", Named.class, Token.class));
        }

        @Override
        protected Named request(Invocation invocation) {
            return new Named(id);
        }

        @Override
        protected void print(Token result, PrintStream out) {
            out.println("Token " + result.id() + " of " + result.owner() + " (" + result.role() + ") was revoked.");
        }
    }
}

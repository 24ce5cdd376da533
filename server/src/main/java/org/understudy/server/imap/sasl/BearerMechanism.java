package org.understudy.server.imap.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.imap.api.process.ImapSession;

/**
 * OAUTHBEARER (RFC 7628), and XOAUTH2, which older programs use: a token from an issuer that the configuration names. A
 * failure is told as JSON, which the client acknowledges before the command is answered.
 */
final class BearerMechanism implements Mechanism {
    private static final Pattern BEARER =
            Pattern.compile("(?:n|y),(?:a=([^,]*))?,((?:\\x01[A-Za-z]+=[^\\x01]*)*)\\x01\\x01", Pattern.DOTALL);
    private static final Pattern XOAUTH2 =
            Pattern.compile("user=([^\\x01]*)((?:\\x01[A-Za-z]+=[^\\x01]*)*)\\x01\\x01", Pattern.DOTALL);
    private static final Pattern TOKEN =
            Pattern.compile("\\x01auth=bearer +([A-Za-z0-9._~+/=-]+)", Pattern.CASE_INSENSITIVE);

    private final BearerTokens tokens;
    private final boolean old;

    /** @param old XOAUTH2 instead of OAUTHBEARER */
    BearerMechanism(BearerTokens tokens, boolean old) {
        this.tokens = tokens;
        this.old = old;
    }

    @Override
    public String name() {
        return old ? "XOAUTH2" : "OAUTHBEARER";
    }

    @Override
    public boolean offered(ImapSession session) {
        return !session.isPlainAuthDisallowed();
    }

    @Override
    public Exchange begin(ImapSession session) {
        return new Exchange() {
            private Optional<Step> ending = Optional.empty();

            @Override
            public Step respond(byte[] response) {
                if (ending.isPresent()) {
                    return ending.get();
                }
                Judged judged = check(new String(response, StandardCharsets.UTF_8));
                if (judged.error().isEmpty()) {
                    return judged.step();
                }
                ending = Optional.of(judged.step());
                return new Step.Challenge(failure(judged));
            }
        };
    }

    /**
     * @param error the word of RFC 6750 section 3.1 and RFC 6749 section 4.1.2.1 for it; empty where it needs none
     * @param token that was given, or empty
     */
    private record Judged(Step step, String error, String token) {}

    private Judged check(String text) {
        Matcher matcher = (old ? XOAUTH2 : BEARER).matcher(text);
        if (!matcher.matches()) {
            return new Judged(new Step.Malformed(), "", "");
        }
        String asked = matcher.group(1) == null ? "" : matcher.group(1);
        Matcher found = TOKEN.matcher(matcher.group(2));
        if (!found.find()) {
            return new Judged(new Step.Refused(asked, "no bearer token"), "invalid_request", "");
        }
        String token = found.group(1);
        return switch (tokens.check(token)) {
            case BearerTokens.Answer.Valid(String user) -> {
                boolean same = asked.isEmpty() || asked.toLowerCase(Locale.ROOT).equals(user.toLowerCase(Locale.ROOT));
                yield same
                        ? new Judged(new Step.Done(new Proven.Name("", user)), "", "")
                        : new Judged(new Step.Refused(asked, "the token is somebody else's"), "invalid_token", token);
            }
            case BearerTokens.Answer.Invalid(String why) ->
                new Judged(new Step.Refused(asked, why), "invalid_token", token);
            case BearerTokens.Answer.Insufficient(String why) ->
                new Judged(new Step.Refused(asked, why), "insufficient_scope", token);
            case BearerTokens.Answer.Unknown(String why) ->
                new Judged(new Step.Unavailable(why), "temporarily_unavailable", token);
        };
    }

    /** The error of RFC 7628 section 3.2.2; XOAUTH2 has an HTTP status where that has a word. */
    private String failure(Judged judged) {
        BearerTokens.Advice advice = tokens.advice(judged.token());
        StringBuilder json = new StringBuilder("{\"status\":\"")
                .append(old ? status(judged.error()) : judged.error())
                .append('"');
        if (old) {
            json.append(",\"schemes\":\"bearer\"");
        }
        json.append(",\"scope\":\"").append(escaped(advice.scope())).append('"');
        if (!old) {
            json.append(",\"openid-configuration\":\"")
                    .append(escaped(advice.discovery()))
                    .append('"');
        }
        return json.append('}').toString();
    }

    private static String status(String error) {
        return switch (error) {
            case "temporarily_unavailable" -> "503";
            case "insufficient_scope" -> "403";
            case "invalid_request" -> "400";
            default -> "401";
        };
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}

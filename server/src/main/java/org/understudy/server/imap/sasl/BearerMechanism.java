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
                Step step = check(new String(response, StandardCharsets.UTF_8));
                if (step instanceof Step.Refused) {
                    ending = Optional.of(step);
                    return new Step.Challenge(failure());
                }
                return step;
            }
        };
    }

    private Step check(String text) {
        Matcher matcher = (old ? XOAUTH2 : BEARER).matcher(text);
        if (!matcher.matches()) {
            return new Step.Malformed();
        }
        String asked = matcher.group(1) == null ? "" : matcher.group(1);
        Matcher token = TOKEN.matcher(matcher.group(2));
        if (!token.find()) {
            return new Step.Refused(asked, "no bearer token");
        }
        return switch (tokens.check(token.group(1))) {
            case BearerTokens.Answer.Valid(String user) -> {
                boolean same = asked.isEmpty() || asked.toLowerCase(Locale.ROOT).equals(user.toLowerCase(Locale.ROOT));
                yield same
                        ? new Step.Done(new Proven.Name("", user))
                        : new Step.Refused(asked, "the token is somebody else's");
            }
            case BearerTokens.Answer.Invalid(String why) -> new Step.Refused(asked, why);
            case BearerTokens.Answer.Unknown(String why) -> new Step.Refused(asked, why);
        };
    }

    /** The error of RFC 7628 section 3.2.2; XOAUTH2 has status 401 where that has a word. */
    private String failure() {
        StringBuilder json = new StringBuilder("{\"status\":\"")
                .append(old ? "401" : "invalid_token")
                .append('"');
        if (old) {
            json.append(",\"schemes\":\"bearer\"");
        }
        json.append(",\"scope\":\"").append(escaped(tokens.scope())).append('"');
        if (!old) {
            tokens.discovery()
                    .ifPresent(place -> json.append(",\"openid-configuration\":\"")
                            .append(escaped(place))
                            .append('"'));
        }
        return json.append('}').toString();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}

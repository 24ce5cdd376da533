package org.understudy.server.oauth;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.server.config.OauthSettings;
import org.understudy.server.imap.sasl.BearerTokens;

/**
 * The issuers of the configuration. A JSON Web Token is checked by the one that it names, and by no other; an opaque one is
 * asked about at each that can be asked, until one knows it. Thread-safe.
 */
public final class Issuers implements BearerTokens {
    private final List<Issuer> issuers = new ArrayList<>();

    /** @param introspection null where the issuer is not asked */
    private record Issuer(
            OauthSettings settings,
            JwtTokens signed,
            @Nullable Introspection introspection) {
        Answer check(JWT token, String text) {
            Answer answer = signed.check(token);
            Introspection asking = introspection;
            OauthSettings.Introspection how = settings.introspection();
            return answer instanceof Answer.Valid && asking != null && how != null && how.always()
                    ? asking.check(text)
                    : answer;
        }

        Advice advice() {
            return new Advice(settings.scope(), Discovery.place(settings.issuer()));
        }
    }

    Issuers(List<OauthSettings> all, Clock clock, LongSupplier nanoTime) {
        for (OauthSettings one : all) {
            IssuerWeb web = new IssuerWeb(one.caFile());
            Discovery discovery = new Discovery(one.issuer(), web, nanoTime);
            OauthSettings.Introspection how = one.introspection();
            issuers.add(new Issuer(
                    one,
                    new JwtTokens(one, discovery),
                    how == null ? null : new Introspection(one, how, discovery, web, clock)));
        }
    }

    /**
     * Empty where no issuer is configured.
     *
     * @throws org.understudy.storage.OperatorException if a file that the configuration names cannot be used
     */
    public static Optional<BearerTokens> of(List<OauthSettings> all) {
        return all.isEmpty() ? Optional.empty() : Optional.of(new Issuers(all, Clock.systemUTC(), System::nanoTime));
    }

    @Override
    public Answer check(String token) {
        Optional<JWT> parsed = parsed(token);
        if (parsed.isEmpty()) {
            return opaque(token);
        }
        Optional<Issuer> issuer = named(parsed.get());
        return issuer.isEmpty()
                ? new Answer.Invalid("the token names no issuer of the configuration")
                : issuer.get().check(parsed.get(), token);
    }

    private Answer opaque(String token) {
        Answer last = new Answer.Invalid("the token is no signed JSON Web Token, and no issuer is asked about others");
        for (Issuer issuer : issuers) {
            Introspection asking = issuer.introspection();
            if (asking != null) {
                Answer answer = asking.check(token);
                if (answer instanceof Answer.Valid || answer instanceof Answer.Insufficient) {
                    return answer;
                }
                last = last instanceof Answer.Unknown ? last : answer;
            }
        }
        return last;
    }

    @Override
    public Advice advice(String token) {
        return parsed(token).flatMap(this::named).orElseGet(issuers::getFirst).advice();
    }

    private static Optional<JWT> parsed(String token) {
        try {
            return Optional.of(JWTParser.parse(token));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** Whom the token claims to be of, which its signature has yet to prove. */
    private Optional<Issuer> named(JWT token) {
        try {
            String name = token.getJWTClaimsSet() == null
                    ? ""
                    : token.getJWTClaimsSet().getIssuer();
            return issuers.stream()
                    .filter(one -> one.settings().issuer().equals(name))
                    .findFirst();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}

package org.understudy.server.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.server.config.OauthSettings;
import org.understudy.server.imap.sasl.BearerTokens;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Checks signed tokens by the issuer's keys, from a file or from a URL; from there they are fetched when first needed, kept
 * for minutes, and fetched again when a token names a key that is not among them. Thread-safe; a check may wait for the
 * network for a few seconds.
 */
public final class JwtTokens implements BearerTokens {
    private static final int WAIT_MILLIS = 3_000;
    private static final int LARGEST_KEYS = 256 * 1024;

    /** Signatures only by key pairs: what checks a token cannot make one. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final OauthSettings settings;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /** @throws OperatorException {@link Reason#CONFIG} if the file with the keys cannot be read */
    public JwtTokens(OauthSettings settings) {
        this.settings = settings;
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(settings)));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                settings.audience(),
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                Set.of("exp", settings.userClaim())));
    }

    private static JWKSource<SecurityContext> keys(OauthSettings settings) {
        Path file = settings.keysFile();
        URI url = settings.keysUrl();
        try {
            if (file != null) {
                return new ImmutableJWKSet<>(JWKSet.load(file.toFile()));
            }
            if (url == null) {
                throw new IllegalStateException("neither keys-file nor keys-url");
            }
            return JWKSourceBuilder.<SecurityContext>create(
                            url.toURL(), new DefaultResourceRetriever(WAIT_MILLIS, WAIT_MILLIS, LARGEST_KEYS))
                    .retrying(true)
                    .build();
        } catch (ParseException | IOException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "the keys of the token issuer cannot be read: " + e.getMessage(),
                    "accounts.oauth.keys-file must be a JWK set (RFC 7517), keys-url the address of one.",
                    e);
        }
    }

    @Override
    public Answer check(String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            if (!hasScope(claims)) {
                return new Answer.Invalid("the token has not the scope " + settings.scope());
            }
            String user = claims.getStringClaim(settings.userClaim());
            return user == null || user.isBlank()
                    ? new Answer.Invalid("the token names no user in " + settings.userClaim())
                    : new Answer.Valid(user);
        } catch (KeySourceException e) {
            return new Answer.Unknown("the issuer's keys cannot be had: " + e.getMessage());
        } catch (BadJOSEException e) {
            return new Answer.Invalid("the token is not valid: " + e.getMessage());
        } catch (ParseException e) {
            return new Answer.Invalid("the token is no signed JSON Web Token");
        } catch (JOSEException e) {
            return new Answer.Unknown("the token cannot be checked: " + e.getMessage());
        }
    }

    private boolean hasScope(JWTClaimsSet claims) throws ParseException {
        if (settings.scope().isEmpty()) {
            return true;
        }
        @Nullable Object scope = claims.getClaim("scope") == null ? claims.getClaim("scp") : claims.getClaim("scope");
        List<?> scopes = switch (scope) {
            case String text -> Arrays.asList(text.split(" "));
            case List<?> list -> list;
            case null, default -> List.of();
        };
        return scopes.contains(settings.scope());
    }

    @Override
    public Optional<String> discovery() {
        return Optional.of(settings.issuer().replaceAll("/$", "") + "/.well-known/openid-configuration");
    }

    @Override
    public String scope() {
        return settings.scope();
    }
}

package org.understudy.server.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;
import org.understudy.server.config.OauthSettings;
import org.understudy.server.imap.sasl.BearerTokens.Answer;
import org.understudy.server.tls.TrustedAuthorities;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Checks signed tokens of one issuer by its keys, from a file, from a URL, or from where its discovery document says.
 * Thread-safe; a check may wait for the network for a few seconds.
 */
final class JwtTokens {
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
    JwtTokens(OauthSettings settings, Discovery discovery) {
        this.settings = settings;
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(settings, discovery)));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                settings.audience(),
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                Set.of("exp", settings.userClaim()));
        claims.setMaxClockSkew(Math.toIntExact(settings.clockSkew().toSeconds()));
        processor.setJWTClaimsSetVerifier(claims);
    }

    private static JWKSource<SecurityContext> keys(OauthSettings settings, Discovery discovery) {
        Path file = settings.keysFile();
        URI url = settings.keysUrl();
        try {
            if (file != null) {
                return new ImmutableJWKSet<>(JWKSet.load(file.toFile()));
            }
            SSLSocketFactory tls = TrustedAuthorities.context(settings.caFile(), "accounts.oauth.ca-file")
                    .getSocketFactory();
            return url == null ? new IssuerKeys(discovery, tls) : IssuerKeys.at(url, tls);
        } catch (ParseException | IOException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "the keys of the token issuer cannot be read: " + e.getMessage(),
                    "accounts.oauth.keys-file must be a JWK set (RFC 7517), keys-url the address of one.",
                    e);
        }
    }

    Answer check(JWT token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            Object scope = claims.getClaim("scope") == null ? claims.getClaim("scp") : claims.getClaim("scope");
            return Claims.answer(settings, scope, claims.getStringClaim(settings.userClaim()));
        } catch (KeySourceException e) {
            return new Answer.Unknown("the issuer's keys cannot be had: " + e.getMessage());
        } catch (BadJOSEException e) {
            return new Answer.Invalid("the token is not valid: " + e.getMessage());
        } catch (ParseException e) {
            return new Answer.Invalid("the token's claims are of other kinds than they should be");
        } catch (JOSEException e) {
            return new Answer.Unknown("the token cannot be checked: " + e.getMessage());
        }
    }
}

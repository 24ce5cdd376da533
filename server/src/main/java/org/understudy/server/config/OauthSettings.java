package org.understudy.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One issuer whose tokens let users in instead of passwords (RFC 7628). One of {@code keysUrl} and {@code keysFile} may be
 * there; without both the issuer's discovery document says where its keys are.
 *
 * @param issuer as tokens name it in {@code iss}
 * @param audience what {@code aud} must contain
 * @param keysUrl where the issuer publishes its keys (RFC 7517)
 * @param keysFile the same as a file
 * @param userClaim which claim holds the user's name here
 * @param scope what {@code scope} or {@code scp} must contain; empty for anything
 * @param clockSkew how far its clock may be from ours
 * @param caFile PEM, the certificates that its servers' certificates must lead to; null for those that Java trusts
 * @param introspection how it is asked about tokens; null where it is not
 */
public record OauthSettings(
        String issuer,
        String audience,
        @Nullable URI keysUrl,
        @Nullable Path keysFile,
        String userClaim,
        String scope,
        Duration clockSkew,
        @Nullable Path caFile,
        @Nullable Introspection introspection) {
    /**
     * Asking the issuer (RFC 7662).
     *
     * @param url null where the discovery document says it
     * @param secretFile the client's secret, in a file closed to others
     * @param always whether it is asked about signed tokens, too, so that a revoked one is refused
     */
    public record Introspection(@Nullable URI url, String clientId, Path secretFile, boolean always) {}
}

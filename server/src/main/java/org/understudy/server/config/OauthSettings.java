package org.understudy.server.config;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens let users in instead of passwords (RFC 7628). One of {@code keysUrl} and {@code keysFile} is null.
 *
 * @param issuer as tokens name it in {@code iss}
 * @param audience what {@code aud} must contain
 * @param keysUrl where the issuer publishes its keys (RFC 7517)
 * @param keysFile the same as a file
 * @param userClaim which claim holds the user's name here
 * @param scope what {@code scope} or {@code scp} must contain; empty for anything
 */
public record OauthSettings(
        String issuer,
        String audience,
        @Nullable URI keysUrl,
        @Nullable Path keysFile,
        String userClaim,
        String scope) {}

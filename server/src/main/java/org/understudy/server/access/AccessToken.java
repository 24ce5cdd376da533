package org.understudy.server.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.Role;

/**
 * A token as it is kept.
 *
 * @param id 8 hexadecimal digits, public
 * @param owner the person it stands for, lower case
 * @param sha256 of the token's whole text, 64 hexadecimal digits
 * @param expiresAt from this moment on it is refused; null for never
 * @param lastUsedAt null if it never was
 */
record AccessToken(
        String id,
        String owner,
        Role role,
        String sha256,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {
    boolean over(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    Caller caller() {
        return new Caller(owner, role, "token " + id);
    }

    AccessToken usedAt(Instant now) {
        return new AccessToken(id, owner, role, sha256, createdAt, expiresAt, now);
    }
}

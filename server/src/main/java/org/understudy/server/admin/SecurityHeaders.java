package org.understudy.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;

/** What browsers that got hold of an answer are told: to keep nothing, run nothing, guess nothing, and show it nowhere. */
final class SecurityHeaders {
    private SecurityHeaders() {}

    /** @param secure over TLS */
    static void set(ServerResponseHeaders headers, boolean secure) {
        headers.set(HeaderNames.CACHE_CONTROL, "no-store");
        headers.set(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        headers.set(HeaderNames.create("X-Frame-Options"), "DENY");
        headers.set(HeaderNames.create("Referrer-Policy"), "no-referrer");
        headers.set(HeaderNames.create("Cross-Origin-Resource-Policy"), "same-origin");
        headers.set(
                HeaderNames.create("Content-Security-Policy"),
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        if (secure) {
            headers.set(HeaderNames.create("Strict-Transport-Security"), "max-age=31536000");
        }
    }
}

package org.understudy.server.oauth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's keys from the address that its discovery document names. They are kept for minutes, and fetched again when a
 * token names one that is not among them, though not more than a few times a minute. Thread-safe.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {
    private static final int WAIT_MILLIS = 3_000;
    private static final int LARGEST_KEYS = 256 * 1024;
    /** Within it keys are fetched twice at most. */
    private static final long FETCH_AGAIN_MILLIS = 10_000;

    private final Discovery discovery;
    private final SSLSocketFactory tls;
    private @Nullable URI from;
    private @Nullable JWKSource<SecurityContext> keys;

    IssuerKeys(Discovery discovery, SSLSocketFactory tls) {
        this.discovery = discovery;
        this.tls = tls;
    }

    static JWKSource<SecurityContext> at(URI url, SSLSocketFactory tls) throws MalformedURLException {
        return JWKSourceBuilder.<SecurityContext>create(
                        url.toURL(), new DefaultResourceRetriever(WAIT_MILLIS, WAIT_MILLIS, LARGEST_KEYS, true, tls))
                .retrying(true)
                .rateLimited(FETCH_AGAIN_MILLIS)
                .build();
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        return keys().get(selector, context);
    }

    private synchronized JWKSource<SecurityContext> keys() throws KeySourceException {
        try {
            URI now = discovery.document().keys();
            JWKSource<SecurityContext> known = keys;
            if (known == null || !now.equals(from)) {
                known = at(now, tls);
                keys = known;
                from = now;
            }
            return known;
        } catch (IOException e) {
            throw new RemoteKeySourceException(String.valueOf(e.getMessage()), e);
        }
    }
}

package org.understudy.server.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import java.net.IDN;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a server by host name, and a default for clients that name no host or one that is unknown
 * (RFC 6066 section 3). Threads may look up and change entries at the same time; a change holds for the next handshake
 * and leaves established connections alone.
 */
public final class CertificateDirectory implements Mapping<String, SslContext> {
    private static final String WILDCARD = "*.";

    private final Map<String, SslContext> byHost = new ConcurrentHashMap<>();
    private final TlsTerms terms;
    private volatile SslContext fallback;

    public CertificateDirectory(ServerCertificate fallback, TlsEngine engine) {
        this(fallback, TlsTerms.of(engine));
    }

    public CertificateDirectory(ServerCertificate fallback, TlsTerms terms) {
        this.terms = terms;
        this.fallback = fallback.sslContext(terms);
    }

    /** Uses {@code certificate} from now on where no host name matches. */
    public void replaceDefault(ServerCertificate certificate) {
        fallback = certificate.sslContext(terms);
    }

    /**
     * Uses {@code certificate} from now on for {@code host}.
     *
     * @param host a host name, or {@code *.} and a domain for every name that has one label more (RFC 9525 section 6.3)
     */
    public void put(String host, ServerCertificate certificate) {
        byHost.put(normal(host), certificate.sslContext(terms));
    }

    /** Forgets {@code host}; clients that ask for it get the default. */
    public void remove(String host) {
        byHost.remove(normal(host));
    }

    /** The host names and wildcards that have a certificate of their own, in alphabetical order. */
    public Set<String> hosts() {
        return new TreeSet<>(byHost.keySet());
    }

    /** The context for the host name of a ClientHello: the exact name, else its wildcard, else the default. */
    @Override
    public SslContext map(@Nullable String host) {
        if (host == null) {
            return fallback;
        }
        String name = normal(host);
        SslContext exact = byHost.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        SslContext wildcard = dot < 0 ? null : byHost.get(WILDCARD + name.substring(dot + 1));
        return wildcard != null ? wildcard : fallback;
    }

    static String normal(String host) {
        String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String ascii = bare.startsWith(WILDCARD)
                ? WILDCARD + IDN.toASCII(bare.substring(WILDCARD.length()), IDN.ALLOW_UNASSIGNED)
                : IDN.toASCII(bare, IDN.ALLOW_UNASSIGNED);
        return ascii.toLowerCase(Locale.ROOT);
    }
}

package org.understudy.server.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** What does the work of TLS. */
public enum TlsEngine {
    /** Java's own: every platform; since Java 25 with what SCRAM binds itself to over TLS 1.3 (RFC 9266). */
    JAVA(SslProvider.JDK),
    /** BoringSSL: less than half the CPU for handshakes and for mail, but no such binding over TLS 1.3. */
    NATIVE(SslProvider.OPENSSL);

    private final SslProvider provider;

    TlsEngine(SslProvider provider) {
        this.provider = provider;
    }

    SslProvider provider() {
        return provider;
    }

    /** Whether it can pass on what an authority says of a certificate, without asking itself during the handshake. */
    public boolean staples() {
        return this == NATIVE && OpenSsl.isOcspSupported();
    }

    /** What the configuration asks for. */
    public enum Wish {
        AUTO,
        JAVA,
        NATIVE
    }

    /**
     * The engine for a wish; for {@link Wish#AUTO} the native one where its library can be loaded.
     *
     * @throws OperatorException {@link Reason#CONFIG} if the native one is wished for and cannot be loaded
     */
    public static TlsEngine of(Wish wish) {
        return switch (wish) {
            case AUTO -> OpenSsl.isAvailable() ? NATIVE : JAVA;
            case JAVA -> JAVA;
            case NATIVE -> {
                if (!OpenSsl.isAvailable()) {
                    throw new OperatorException(
                            Reason.CONFIG,
                            "tls.engine is 'native', but the library for it cannot be loaded here: "
                                    + OpenSsl.unavailabilityCause().getMessage(),
                            "Set tls.engine to 'auto' or 'java'.",
                            OpenSsl.unavailabilityCause());
                }
                yield NATIVE;
            }
        };
    }
}

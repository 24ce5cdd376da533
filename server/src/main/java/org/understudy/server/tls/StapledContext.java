package org.understudy.server.tls;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;

/** Gives each handshake of BoringSSL what is known at that moment of the certificate's state. Never waits. */
final class StapledContext extends DelegatingSslContext {
    private final OcspStaples staples;
    private final X509Certificate certificate;

    StapledContext(SslContext context, OcspStaples staples, X509Certificate certificate) {
        super(context);
        this.staples = staples;
        this.certificate = certificate;
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine open) {
            staples.of(certificate).ifPresent(open::setOcspResponse);
        }
    }
}

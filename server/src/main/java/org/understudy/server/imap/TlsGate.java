package org.understudy.server.imap;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.tls.CertificateDirectory;

/** Waits in a pipeline until TLS is agreed or has failed, says so once, and leaves. */
public final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final int HELLO_OCTETS = 64 << 10;

    /** Whom a gate tells, on the event loop. */
    public interface Outcome {
        /** @param host the host name that the client asked for, if any */
        void agreed(SSLSession session, @Nullable String host);

        void failed(Throwable cause, @Nullable String host);
    }

    private final Outcome outcome;
    private @Nullable String host;
    private boolean told;

    private TlsGate(Outcome outcome) {
        this.outcome = outcome;
    }

    /** Puts TLS first into {@code pipeline}, with a gate right behind it. */
    public static void into(
            ChannelPipeline pipeline, CertificateDirectory certificates, long handshakeMillis, Outcome outcome) {
        pipeline.addFirst("gate", new TlsGate(outcome));
        pipeline.addFirst("sni", new SniHandler(certificates, HELLO_OCTETS, handshakeMillis));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SniCompletionEvent sni) {
            host = sni.hostname();
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                SSLSession session =
                        ctx.pipeline().get(SslHandler.class).engine().getSession();
                told = true;
                ctx.pipeline().remove(this);
                outcome.agreed(session, host);
            } else {
                fail(handshake.cause());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    private void fail(Throwable cause) {
        if (!told) {
            told = true;
            outcome.failed(cause, host);
        }
    }
}

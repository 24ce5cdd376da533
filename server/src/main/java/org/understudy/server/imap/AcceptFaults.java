package org.understudy.server.imap;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, once a minute at most, that a listener could not take a connection, for instance because too many files are
 * open. Netty tries again a second later; clients wait meanwhile in the kernel's queue. Last in a listener's pipeline.
 */
final class AcceptFaults extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFaults.class);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String listener;
    private long saidAt;
    private long unsaid;

    AcceptFaults(String listener) {
        this.listener = listener;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        long now = System.nanoTime();
        if (saidAt != 0 && now - saidAt < PAUSE_NANOS) {
            unsaid++;
            return;
        }
        LOG.warn(
                "{} cannot take new connections for now: {}{}. They wait, sessions go on. If files are short, raise"
                        + " LimitNOFILE of the service or lower limits.connections.",
                listener,
                cause.getMessage(),
                unsaid == 0 ? "" : " (and " + unsaid + " times since this was last said)");
        saidAt = now;
        unsaid = 0;
    }
}

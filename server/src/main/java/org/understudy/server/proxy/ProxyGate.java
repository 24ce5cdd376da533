package org.understudy.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a proxy's header before anything else is done with a connection, notes whose it is, and leaves. A connection
 * whose header is wrong, or is not there in time, is closed. Octets after the header reach whatever the continuation has put
 * into the pipeline. With LOCAL (a proxy's own check) and UNKNOWN the client is the proxy itself. TLVs are passed over.
 */
public final class ProxyGate extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyGate.class);

    /** How long a proxy may take to send its header. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Runnable next;
    private final Duration patience;
    private final List<ByteBuf> held = new ArrayList<>();
    private @Nullable ScheduledFuture<?> deadline;
    private boolean known;
    private boolean through;

    private ProxyGate(Runnable next, Duration patience) {
        this.next = next;
        this.patience = patience;
    }

    /**
     * Calls {@code next}: at once for a connection that comes from elsewhere than {@code proxies}, else when its header has
     * been read. On the event loop, with automatic reading off.
     */
    public static void before(Channel channel, Networks proxies, Runnable next) {
        before(channel, proxies, PATIENCE, next);
    }

    static void before(Channel channel, Networks proxies, Duration patience, Runnable next) {
        if (channel.remoteAddress() == null || !proxies.contains(channel.remoteAddress())) {
            next.run();
            return;
        }
        channel.pipeline().addLast("proxy-header", new HAProxyMessageDecoder());
        channel.pipeline().addLast("proxy-gate", new ProxyGate(next, patience));
        channel.eventLoop().execute(channel::read);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor()
                .schedule(
                        () -> refuse(ctx, "no PROXY header came within " + patience.toMillis() + " ms"),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HAProxyMessage header) {
            try {
                note(ctx.channel(), header);
                known = true;
                ctx.executor().execute(() -> leave(ctx));
            } catch (UnknownHostException e) {
                refuse(ctx, "a PROXY header names an address that is none");
            } finally {
                header.release();
            }
        } else if (message instanceof ByteBuf octets) {
            held.add(octets);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private static void note(Channel channel, HAProxyMessage header) throws UnknownHostException {
        AddressFamily family = header.proxiedProtocol().addressFamily();
        boolean onNetwork = family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6;
        if (header.command() == HAProxyCommand.PROXY && onNetwork && header.sourceAddress() != null) {
            byte[] address = NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
            if (address == null) {
                throw new UnknownHostException("not an address");
            }
            ClientAddress.tell(channel, new InetSocketAddress(InetAddress.getByAddress(address), header.sourcePort()));
        }
    }

    /** In a task of its own, when the decoder has passed on what came after the header. */
    private void leave(ChannelHandlerContext ctx) {
        ChannelPipeline pipeline = ctx.pipeline();
        if (through || !ctx.channel().isActive()) {
            return;
        }
        through = true;
        forget();
        pipeline.remove(this);
        next.run();
        List<ByteBuf> octets = List.copyOf(held);
        held.clear();
        octets.forEach(pipeline::fireChannelRead);
        if (!octets.isEmpty()) {
            pipeline.fireChannelReadComplete();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!known) {
            ctx.read();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(ctx, "what came is no PROXY header");
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forget();
        held.forEach(ByteBuf::release);
        held.clear();
        ctx.fireChannelInactive();
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        if (!through) {
            through = true;
            LOG.warn(
                    "A connection from the proxy {} is closed: {}",
                    ctx.channel().remoteAddress(),
                    why);
            var unused = ctx.close();
        }
    }

    private void forget() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

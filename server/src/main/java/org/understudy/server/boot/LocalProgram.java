package org.understudy.server.boot;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The simplest of mail programs, in the server's own process: says one command at a time and looks only whether it went
 * well.
 */
final class LocalProgram implements AutoCloseable {
    private static final String TAG = "r";
    private static final String GONE = "";

    /** More than the longest response that matters, which is the last line. */
    private static final int TAIL = 1024;

    private final EventLoopGroup loop = new DefaultEventLoopGroup(1, new DefaultThreadFactory("local-program", true));
    private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();
    private final Duration patience;
    private Channel channel;
    private int said;

    /** @param patience how long an answer may take */
    LocalProgram(LocalAddress server, Duration patience) {
        this.patience = patience;
        boolean connected = false;
        try {
            channel = new Bootstrap()
                    .group(loop)
                    .channel(LocalChannel.class)
                    .handler(new Endings())
                    .connect(server)
                    .syncUninterruptibly()
                    .channel();
            connected = true;
        } finally {
            if (!connected) {
                stop();
            }
        }
    }

    /**
     * Says a command, and waits until it is answered.
     *
     * @param command without tag and line end
     * @throws IllegalStateException if it is not answered OK
     */
    void say(String command) throws InterruptedException {
        String tag = TAG + ++said + " ";
        var unused = channel.writeAndFlush(Unpooled.copiedBuffer(tag + command + "\r\n", StandardCharsets.ISO_8859_1));
        String ending;
        do {
            ending = endings.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } while (ending != null && !ending.equals(GONE) && !ending.startsWith(tag));
        if (ending == null || !ending.startsWith(tag + "OK")) {
            String verb = command.substring(0, command.indexOf(' ') < 0 ? command.length() : command.indexOf(' '));
            throw new IllegalStateException(
                    verb + ": " + (ending == null ? "no answer" : ending.isEmpty() ? "hung up" : ending));
        }
    }

    /** How many commands were answered. */
    int said() {
        return said;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        stop();
    }

    private void stop() {
        loop.shutdownGracefully(0, patience.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    /** Passes on each line that ends what has come so far, if it may be that of a command. */
    private final class Endings extends SimpleChannelInboundHandler<ByteBuf> {
        private String tail = "";

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf octets) {
            int last = Math.min(TAIL, octets.readableBytes());
            tail += octets.toString(octets.writerIndex() - last, last, StandardCharsets.ISO_8859_1);
            tail = tail.substring(Math.max(0, tail.length() - TAIL));
            if (tail.endsWith("\r\n")) {
                String line = tail.substring(tail.lastIndexOf('\n', tail.length() - 2) + 1, tail.length() - 2);
                if (line.startsWith(TAG)) {
                    endings.add(line);
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            endings.add(GONE);
        }
    }
}

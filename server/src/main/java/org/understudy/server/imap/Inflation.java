package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.DecompressionException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates what a client sends after COMPRESS DEFLATE (RFC 4978, raw deflate of RFC 1951). It inflates at most 16 KiB
 * for each read that is asked for, so that a few compressed octets cannot fill memory. Runs on the event loop.
 */
final class Inflation extends ChannelDuplexHandler {
    private static final int PIECE = 16 << 10;

    private final Inflater inflater = new Inflater(true);
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private boolean more;
    private boolean ended;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf compressed = (ByteBuf) message;
        byte[] octets;
        try {
            octets = ByteBufUtil.getBytes(compressed);
        } finally {
            compressed.release();
        }
        // One read of the socket can bring several TLS records, and so several pieces.
        waiting.add(octets);
        more = true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        inflate(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (more) {
            ctx.executor().execute(() -> inflate(ctx));
        } else {
            ctx.read();
        }
    }

    private void inflate(ChannelHandlerContext ctx) {
        if (ended || ctx.isRemoved()) {
            return;
        }
        byte[] plain = new byte[PIECE];
        int count;
        if (inflater.needsInput() && !waiting.isEmpty()) {
            inflater.setInput(waiting.remove());
        }
        try {
            count = inflater.inflate(plain);
        } catch (DataFormatException e) {
            ended = true;
            ctx.fireExceptionCaught(new DecompressionException("not deflated: " + e.getMessage(), e));
            return;
        }
        more = count == PIECE || !waiting.isEmpty();
        if (count > 0) {
            ctx.fireChannelRead(ctx.alloc().buffer(count).writeBytes(plain, 0, count));
            ctx.fireChannelReadComplete();
        } else if (inflater.finished() || inflater.needsDictionary()) {
            ended = true;
            ctx.fireExceptionCaught(new DecompressionException("the deflated stream has an end"));
        } else if (more) {
            inflate(ctx);
        } else {
            ctx.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ended = true;
        inflater.end();
    }
}

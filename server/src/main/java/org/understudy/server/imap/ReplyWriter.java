package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.james.imap.encode.ImapResponseWriter;
import org.apache.james.imap.message.Literal;
import org.understudy.server.imap.reply.ReplySink;

/**
 * Takes the octets of replies to the socket, in pieces of 32 KiB, flushed every 64 KiB and at the end of a turn. When
 * the client does not keep up, the writing thread waits; at most the channel's high water mark and one piece, or one
 * buffer of a caller's, are held.
 *
 * <p>One turn writes at a time. {@link #clientMoved()} may be called from any thread.
 */
public final class ReplyWriter implements ImapResponseWriter, ReplySink {
    private static final int PIECE = 32 << 10;
    private static final int FLUSH = 64 << 10;

    /** Up to so many octets of a caller's buffer are copied into the piece; sending them apart would cost more. */
    private static final int COPIED = 8 << 10;

    private final Channel channel;
    private final CommandThreads threads;
    private final Duration stall;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final AtomicLong octets = new AtomicLong();
    private Runnable beforeLiteral = () -> {};
    private ByteBuf piece = Unpooled.EMPTY_BUFFER;
    private int unflushed;

    /** @param stall how long a client may take in nothing before it counts as gone */
    public ReplyWriter(Channel channel, CommandThreads threads, Duration stall) {
        this.channel = channel;
        this.threads = threads;
        this.stall = stall;
    }

    /** @param action moves what an encoder has buffered to this writer; runs before each literal */
    void beforeLiteral(Runnable action) {
        beforeLiteral = action;
    }

    /** Octets accepted since the connection began. */
    public long octets() {
        return octets.get();
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    @Override
    public void write(byte[] source, int from, int to) {
        int done = from;
        while (done < to) {
            ByteBuf room = room();
            int count = Math.min(room.writableBytes(), to - done);
            room.writeBytes(source, done, count);
            done += count;
        }
        octets.addAndGet((long) to - from);
    }

    private void copy(ByteBuf own) {
        octets.addAndGet(own.readableBytes());
        while (own.isReadable()) {
            ByteBuf room = room();
            room.writeBytes(own, Math.min(room.writableBytes(), own.readableBytes()));
        }
    }

    @Override
    public void write(ByteBuf own) {
        if (!channel.isActive()) {
            own.release();
            throw new ClientGoneException("the connection is closed");
        }
        if (own.readableBytes() <= COPIED) {
            try {
                copy(own);
            } finally {
                own.release();
            }
            return;
        }
        if (piece.isReadable()) {
            ByteBuf before = piece;
            piece = Unpooled.EMPTY_BUFFER;
            unflushed += before.readableBytes();
            var unused = channel.write(before, channel.voidPromise());
        }
        octets.addAndGet(own.readableBytes());
        unflushed += own.readableBytes();
        var unused = channel.write(own, channel.voidPromise());
        if (unflushed >= FLUSH || !channel.isWritable()) {
            channel.flush();
            unflushed = 0;
            awaitClient();
        }
    }

    /** @throws IOException if the literal cannot be read or has not the size that the client was told */
    @Override
    public void write(Literal literal) throws IOException {
        beforeLiteral.run();
        long missing = literal.size();
        try (InputStream in = literal.getInputStream()) {
            while (missing > 0) {
                ByteBuf room = room();
                int count = room.writeBytes(in, (int) Math.min(room.writableBytes(), missing));
                if (count < 0) {
                    throw new IOException("a literal ended " + missing + " octets before its size");
                }
                missing -= count;
                octets.addAndGet(count);
            }
        }
    }

    /**
     * Takes back everything accepted since {@link #octets()} was {@code mark}.
     *
     * @return false if part of it is on its way to the client already
     */
    boolean rollBack(long mark) {
        long excess = octets.get() - mark;
        if (excess > piece.readableBytes()) {
            return false;
        }
        piece.writerIndex(piece.writerIndex() - (int) excess);
        octets.set(mark);
        return true;
    }

    /** The octets that are not on their way yet; the caller sends and releases them. */
    public ByteBuf take() {
        ByteBuf rest = piece;
        piece = Unpooled.EMPTY_BUFFER;
        unflushed = 0;
        return rest;
    }

    /** Whether the client keeps up with what it is sent. */
    boolean keepsUp() {
        return channel.isWritable();
    }

    /** Whether the connection is closed. */
    boolean clientGone() {
        return !channel.isActive();
    }

    /** Tells a waiting writer that the client has taken in something, or has gone. */
    public void clientMoved() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ByteBuf room() {
        if (piece.isWritable()) {
            return piece;
        }
        if (piece.isReadable()) {
            unflushed += piece.readableBytes();
            ByteBuf full = piece;
            piece = Unpooled.EMPTY_BUFFER;
            var unused = channel.write(full, channel.voidPromise());
            if (unflushed >= FLUSH || !channel.isWritable()) {
                channel.flush();
                unflushed = 0;
            }
            awaitClient();
        }
        if (!channel.isActive()) {
            throw new ClientGoneException("the connection is closed");
        }
        piece = channel.alloc().buffer(PIECE, PIECE);
        return piece;
    }

    private void awaitClient() {
        if (channel.isWritable()) {
            return;
        }
        threads.stepAside();
        lock.lock();
        try {
            long backlog = Long.MAX_VALUE;
            while (!channel.isWritable() && channel.isActive()) {
                long now = channel.bytesBeforeWritable();
                if (now >= backlog) {
                    var unused = channel.close();
                    throw new ClientGoneException("the client took in nothing for " + stall.toSeconds() + " s");
                }
                backlog = now;
                long left = stall.toNanos();
                while (left > 0 && !channel.isWritable() && channel.isActive()) {
                    left = moved.awaitNanos(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException("the server is stopping");
        } finally {
            lock.unlock();
            threads.stepBack();
        }
    }
}

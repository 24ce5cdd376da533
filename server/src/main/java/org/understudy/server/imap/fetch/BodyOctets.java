package org.understudy.server.imap.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.understudy.server.imap.reply.ReplySink;
import org.understudy.storage.Bodies;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * One body's octets, read before any is sent: held in direct buffers, or, where there is no room for all chunks, read once
 * to see that they are sound and again as they are sent. To be closed by who made it.
 */
final class BodyOctets implements AutoCloseable {
    /** Bodies up to this many octets are held where there is room. */
    private static final long MOST_HELD = 8L << 20;

    private final Bodies bodies;
    private final BodyId id;
    private final long size;
    private final LargeBodies large;
    private final List<ByteBuf> chunks = new ArrayList<>(1);
    private long taken;

    private BodyOctets(Bodies bodies, BodyId id, long size, LargeBodies large) {
        this.bodies = bodies;
        this.id = id;
        this.size = size;
        this.large = large;
    }

    /** @throws CorruptionException if any of the octets cannot be read, or there are not {@code size} */
    static BodyOctets read(Bodies bodies, BodyId id, long size, LargeBodies large) {
        BodyOctets octets = new BodyOctets(bodies, id, size, large);
        boolean read = false;
        try {
            octets.read();
            read = true;
            return octets;
        } finally {
            if (!read) {
                octets.close();
            }
        }
    }

    private void read() {
        int count = BodyCodec.chunks(size);
        boolean held = count == 1 || size <= MOST_HELD && large.take(size);
        if (held && count > 1) {
            taken = size;
        }
        for (int i = 0; i < count; i++) {
            ByteBuf chunk = chunk(i);
            if (held) {
                chunks.add(chunk);
            } else {
                chunk.release();
            }
        }
    }

    private ByteBuf chunk(int number) {
        int expected = (int) Math.min(BodyCodec.CHUNK_BYTES, size - (long) number * BodyCodec.CHUNK_BYTES);
        int room = expected + Bodies.HEAD_ROOM;
        while (true) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(room, room);
            boolean kept = false;
            try {
                ByteBuffer into = buffer.nioBuffer(0, room);
                int needed = bodies.read(id, number, into);
                if (needed == 0) {
                    if (into.remaining() != expected) {
                        throw new CorruptionException(
                                Family.BODY.columnFamily(),
                                HexFormat.of().formatHex(Keys.body(id, number)),
                                "chunk " + number + " of body " + id + " should have " + expected + " octets and has "
                                        + into.remaining(),
                                null);
                    }
                    buffer.setIndex(into.position(), into.limit());
                    kept = true;
                    return buffer;
                }
                room = needed;
            } finally {
                if (!kept) {
                    buffer.release();
                }
            }
        }
    }

    long size() {
        return size;
    }

    /** Copies a range, which must lie within the body. */
    void copy(long from, long to, Line out) {
        visit(from, to, (chunk, at, length) -> {
            byte[] octets = new byte[length];
            chunk.getBytes(at, octets);
            out.put(octets);
        });
    }

    byte[] copy(long from, long to) {
        byte[] octets = new byte[Math.toIntExact(to - from)];
        int[] filled = new int[1];
        visit(from, to, (chunk, at, length) -> {
            chunk.getBytes(at, octets, filled[0], length);
            filled[0] += length;
        });
        return octets;
    }

    /** Sends a range, which must lie within the body. */
    void send(long from, long to, ReplySink out) {
        visit(from, to, (chunk, at, length) -> out.write(chunk.retainedSlice(at, length)));
    }

    private interface Visitor {
        void piece(ByteBuf chunk, int at, int length);
    }

    private void visit(long from, long to, Visitor visitor) {
        long at = from;
        while (at < to) {
            int number = (int) (at / BodyCodec.CHUNK_BYTES);
            int offset = (int) (at % BodyCodec.CHUNK_BYTES);
            boolean held = number < chunks.size();
            ByteBuf chunk = held ? chunks.get(number) : chunk(number);
            try {
                int length = (int) Math.min(chunk.readableBytes() - offset, to - at);
                visitor.piece(chunk, chunk.readerIndex() + offset, length);
                at += length;
            } finally {
                if (!held) {
                    chunk.release();
                }
            }
        }
    }

    @Override
    public void close() {
        chunks.forEach(ByteBuf::release);
        chunks.clear();
        if (taken > 0) {
            large.giveBack(taken);
            taken = 0;
        }
    }
}

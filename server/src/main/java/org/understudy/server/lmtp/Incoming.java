package org.understudy.server.lmtp;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.server.line.Spool;
import org.understudy.storage.Content;

/** A message that is being received. What is too large, or cannot be spooled, is read to its end and thrown away. */
final class Incoming implements DotReader.Sink, AutoCloseable {
    private static final byte[] CR = {'\r'};

    private final Spool spool;
    private final long limit;
    private final DotReader dots = new DotReader();
    private boolean tooLarge;
    private @Nullable IOException fault;

    /** @param traced the trace fields, which do not count to the limit */
    Incoming(Path folder, int heapOctets, long limit, byte[] traced) {
        this.spool = new Spool(folder, heapOctets);
        this.limit = limit + traced.length;
        try {
            spool.write(traced);
        } catch (IOException e) {
            fault = e;
        }
    }

    /** Takes octets of DATA. @return whether its end has come */
    boolean readDots(ByteBuf in) {
        return dots.read(in, this);
    }

    /** Takes octets as they are. */
    void readRaw(ByteBuf in, int length) {
        take(in, in.readerIndex(), length);
        in.skipBytes(length);
    }

    @Override
    public void take(ByteBuf from, int index, int length) {
        if (tooLarge || fault != null) {
            return;
        }
        if (spool.size() + length > limit) {
            tooLarge = true;
            return;
        }
        try {
            spool.write(from, index, length);
        } catch (IOException e) {
            fault = e;
        }
    }

    @Override
    public void takeCr() {
        if (!tooLarge && fault == null) {
            try {
                spool.write(CR);
            } catch (IOException e) {
                fault = e;
            }
        }
    }

    boolean tooLarge() {
        return tooLarge;
    }

    /** Why it could not be spooled; null if it could. */
    @Nullable
    IOException fault() {
        return fault;
    }

    Content content() {
        return spool.content();
    }

    @Override
    public void close() {
        try {
            spool.close();
        } catch (IOException e) {
            throw new IllegalStateException("a file without name cannot be closed", e);
        }
    }
}

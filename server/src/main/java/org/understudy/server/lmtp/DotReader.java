package org.understudy.server.lmtp;

import io.netty.buffer.ByteBuf;

/**
 * Reads a message as DATA sends it (RFC 5321 section 4.5.2): a dot at the beginning of a line is left out, and a line of one
 * dot ends the message. Lines end with CRLF; a CR or LF alone is an octet like others.
 */
final class DotReader {
    /** Takes octets of the message; {@code index} and {@code length} are of the buffer. */
    interface Sink {
        void take(ByteBuf from, int index, int length);

        /** A CR that came with an earlier buffer. */
        void takeCr();
    }

    private enum State {
        LINE,
        DOT,
        DOT_CR,
        MIDDLE,
        CR
    }

    private State state = State.LINE;

    /** @return whether the end has been read; octets after it are left */
    boolean read(ByteBuf in, Sink sink) {
        int run = in.readerIndex();
        int end = in.writerIndex();
        for (int at = run; at < end; at++) {
            byte octet = in.getByte(at);
            switch (state) {
                case LINE -> {
                    if (octet == '.') {
                        give(in, run, at, sink);
                        run = at + 1;
                        state = State.DOT;
                    } else {
                        state = octet == '\r' ? State.CR : State.MIDDLE;
                    }
                }
                case DOT -> {
                    if (octet == '\r') {
                        run = at + 1;
                        state = State.DOT_CR;
                    } else {
                        state = State.MIDDLE;
                    }
                }
                case DOT_CR -> {
                    if (octet == '\n') {
                        in.readerIndex(at + 1);
                        return true;
                    }
                    sink.takeCr();
                    state = octet == '\r' ? State.CR : State.MIDDLE;
                }
                case MIDDLE -> {
                    if (octet == '\r') {
                        state = State.CR;
                    } else {
                        int cr = in.indexOf(at, end, (byte) '\r');
                        at = (cr < 0 ? end : cr) - 1;
                    }
                }
                case CR -> state = octet == '\n' ? State.LINE : octet == '\r' ? State.CR : State.MIDDLE;
            }
        }
        give(in, run, end, sink);
        in.readerIndex(end);
        return false;
    }

    private static void give(ByteBuf in, int from, int to, Sink sink) {
        if (to > from) {
            sink.take(in, from, to - from);
        }
    }
}

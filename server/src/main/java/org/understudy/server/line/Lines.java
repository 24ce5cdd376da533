package org.understudy.server.line;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes command lines out of a buffer. */
public final class Lines {
    private Lines() {}

    /**
     * A line without its end.
     *
     * @param text in UTF-8; octets that are not become U+FFFD
     * @param whole whether it ended with CRLF, as it must
     */
    public record Line(String text, boolean whole) {}

    /** The next line, or null if its end has not come yet. */
    public static @Nullable Line next(ByteBuf in) {
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        if (end < 0) {
            return null;
        }
        int length = end - in.readerIndex();
        boolean whole = length > 0 && in.getByte(end - 1) == '\r';
        String text = in.toString(in.readerIndex(), whole ? length - 1 : length, StandardCharsets.UTF_8);
        in.readerIndex(end + 1);
        return new Line(text, whole);
    }
}

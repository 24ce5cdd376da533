package org.understudy.server.search;

import java.util.Arrays;

/** Decodes transfer encodings (RFC 2045 section 6) as far as they are sound. */
final class Transfer {
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < 64; i++) {
            VALUES[digits.charAt(i)] = (byte) i;
        }
    }

    private Transfer() {}

    static byte[] base64(byte[] source, int from, int to) {
        byte[] out = new byte[(to - from) / 4 * 3 + 3];
        int size = 0;
        int bits = 0;
        int value = 0;
        for (int i = from; i < to; i++) {
            byte digit = VALUES[source[i] & 0xFF];
            if (digit >= 0) {
                value = value << 6 | digit;
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    out[size++] = (byte) (value >> bits);
                }
            } else if (source[i] == '=') {
                bits = 0;
                value = 0;
            }
        }
        return Arrays.copyOf(out, size);
    }

    static byte[] quotedPrintable(byte[] source, int from, int to) {
        byte[] out = new byte[to - from];
        int size = 0;
        int lineText = 0;
        int i = from;
        while (i < to) {
            byte c = source[i];
            if (c == '\n' || c == '\r') {
                if (c == '\n') {
                    boolean crlf = i > from && source[i - 1] == '\r';
                    // Blanks before a line end were added on the way.
                    while (size > lineText && (out[size - 1] == ' ' || out[size - 1] == '\t')) {
                        size--;
                    }
                    if (crlf) {
                        out[size++] = '\r';
                    }
                    out[size++] = '\n';
                    lineText = size;
                }
                i++;
            } else if (c == '=') {
                int soft = softBreak(source, i + 1, to);
                if (soft > 0) {
                    i = soft;
                    lineText = size;
                } else if (i + 2 < to && hex(source[i + 1]) >= 0 && hex(source[i + 2]) >= 0) {
                    out[size++] = (byte) (hex(source[i + 1]) << 4 | hex(source[i + 2]));
                    lineText = size;
                    i += 3;
                } else {
                    out[size++] = c;
                    i++;
                }
            } else {
                out[size++] = c;
                i++;
            }
        }
        return Arrays.copyOf(out, size);
    }

    /** The offset behind the line end that follows, or -1 if other than blanks do. */
    private static int softBreak(byte[] source, int from, int to) {
        int i = from;
        while (i < to && (source[i] == ' ' || source[i] == '\t' || source[i] == '\r')) {
            i++;
        }
        return i == to ? to : source[i] == '\n' ? i + 1 : -1;
    }

    private static int hex(byte c) {
        return Character.digit(c, 16);
    }
}

package org.understudy.server.imap.fetch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Octets of responses that are being made. */
final class Line {
    private static final byte[] NOTHING = {};

    private byte[] octets = new byte[48 << 10];
    private int length;

    byte[] octets() {
        return octets;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Takes back what came after the first {@code count} octets. */
    void cut(int count) {
        length = count;
    }

    static byte[] ascii(String text) {
        return text.isEmpty() ? NOTHING : text.getBytes(StandardCharsets.US_ASCII);
    }

    Line put(byte[] more) {
        return put(more, 0, more.length);
    }

    Line put(byte[] more, int from, int to) {
        room(to - from);
        System.arraycopy(more, from, octets, length, to - from);
        length += to - from;
        return this;
    }

    Line put(char octet) {
        room(1);
        octets[length++] = (byte) octet;
        return this;
    }

    /** In decimal; not negative. */
    Line number(long number) {
        room(20);
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            octets[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** With leading zeros. */
    Line number(int number, int digits) {
        room(digits);
        int rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            octets[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    private void room(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(length + more, octets.length * 2));
        }
    }
}

package org.understudy.restore.validate;

/**
 * Kinds of octets in a line, as a set of bits: found once, so that checks can pass over lines that hold nothing for them.
 * A line whose set is empty holds letters, digits, plus signs and slashes alone, as most lines of base64 do.
 */
final class Octets {
    /** 0x80 to 0xFF. */
    static final int HIGH = 1;
    /** 0x00 to 0x1F and 0x7F, tab included. */
    static final int CONTROL = 2;
    /** Space or tab. */
    static final int BLANK = 4;

    static final int COLON = 8;
    static final int EQUALS = 16;
    /** Any other octet that is no character of base64. */
    static final int OTHER = 32;

    private static final byte[] KINDS = new byte[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            KINDS[octet] = (byte) (octet >= 0x80 ? HIGH : octet < ' ' || octet == 0x7F ? CONTROL : OTHER);
        }
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray()) {
            KINDS[c] = 0;
        }
        KINDS[' '] = BLANK;
        KINDS['\t'] = BLANK | CONTROL;
        KINDS[':'] = COLON;
        KINDS['='] = EQUALS;
    }

    private Octets() {}

    /** The kinds in {@code buffer[from, to)}. */
    static int kinds(byte[] buffer, int from, int to) {
        byte[] kinds = KINDS;
        int even = 0;
        int odd = 0;
        int i = from;
        for (; i < to - 3; i += 4) {
            even |= kinds[buffer[i] & 0xFF] | kinds[buffer[i + 1] & 0xFF];
            odd |= kinds[buffer[i + 2] & 0xFF] | kinds[buffer[i + 3] & 0xFF];
        }
        for (; i < to; i++) {
            even |= kinds[buffer[i] & 0xFF];
        }
        return even | odd;
    }

    static boolean none(int kinds, int of) {
        return (kinds & of) == 0;
    }
}

package org.understudy.restore.source.maildir;

/**
 * Mailbox names in modified UTF-7 (RFC 3501 section 5.1.3): printable ASCII stands for itself, {@code &-} for the
 * ampersand, and {@code &...-} holds UTF-16 in base64 with {@code ,} for {@code /} and without padding.
 */
public final class ModifiedUtf7 {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

    private ModifiedUtf7() {}

    /** The name that {@code text} encodes, or {@code text} itself if it is not modified UTF-7. */
    public static String decode(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                return text;
            }
            if (c != '&') {
                decoded.append(c);
                i++;
                continue;
            }
            int end = text.indexOf('-', i);
            if (end < 0 || (end > i + 1 && !appendUtf16(text.substring(i + 1, end), decoded))) {
                return text;
            }
            if (end == i + 1) {
                decoded.append('&');
            }
            i = end + 1;
        }
        return decoded.toString();
    }

    private static boolean appendUtf16(String base64, StringBuilder to) {
        int bits = 0;
        int held = 0;
        StringBuilder units = new StringBuilder();
        for (int i = 0; i < base64.length(); i++) {
            int value = ALPHABET.indexOf(base64.charAt(i));
            if (value < 0) {
                return false;
            }
            bits = bits << 6 | value;
            held += 6;
            if (held >= 16) {
                held -= 16;
                units.append((char) (bits >>> held & 0xffff));
                bits &= (1 << held) - 1;
            }
        }
        if (held >= 6 || bits != 0 || !isWellFormed(units)) {
            return false;
        }
        to.append(units);
        return true;
    }

    private static boolean isWellFormed(CharSequence units) {
        for (int i = 0; i < units.length(); i++) {
            if (Character.isHighSurrogate(units.charAt(i))) {
                if (i + 1 == units.length() || !Character.isLowSurrogate(units.charAt(++i))) {
                    return false;
                }
            } else if (Character.isLowSurrogate(units.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}

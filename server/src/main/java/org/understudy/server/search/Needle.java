package org.understudy.server.search;

/** What is searched for, in the form of {@link FoldedText}; finds itself in other folded text. */
final class Needle {
    private final byte[] bytes;
    private final int[] skip = new int[256];

    Needle(String text) {
        bytes = FoldedText.of(text);
        java.util.Arrays.fill(skip, Math.max(1, bytes.length));
        for (int i = 0; i < bytes.length - 1; i++) {
            skip[bytes[i] & 0xFF] = bytes.length - 1 - i;
        }
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    boolean in(byte[] text) {
        return in(text, 0, text.length);
    }

    /** Whether it occurs between {@code from} and before {@code to}; the empty needle does everywhere. */
    boolean in(byte[] text, int from, int to) {
        int last = bytes.length - 1;
        if (last < 0) {
            return true;
        }
        byte end = bytes[last];
        int at = from + last;
        while (at < to) {
            byte found = text[at];
            if (found == end && before(text, at - last, last)) {
                return true;
            }
            at += skip[found & 0xFF];
        }
        return false;
    }

    private boolean before(byte[] text, int from, int count) {
        for (int i = 0; i < count; i++) {
            if (text[from + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}

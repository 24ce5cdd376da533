package org.understudy.server.search;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * Text in the form in which it is compared: decomposed for compatibility, each character in title case, in UTF-8, much as
 * i;unicode-casemap has it (RFC 5051), which does not look at case again after the decomposition. A text that contains
 * another contains it in this form too, byte by byte. Grows as text is added.
 */
final class FoldedText {
    private static final int PIECE = 64 << 10;

    private byte[] bytes;
    private int size;

    FoldedText(int expected) {
        bytes = new byte[Math.max(expected, 64)];
    }

    /** The form of one text. */
    static byte[] of(String text) {
        FoldedText folded = new FoldedText(text.length() + 16);
        folded.add(text);
        return folded.toBytes();
    }

    void add(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // From the character before on: a combining mark may join with it.
                int from = Math.max(0, i - 1);
                size -= i - from;
                addComposed(text.substring(from));
                return;
            }
            bytes[size++] = upper((byte) c);
        }
    }

    private void addComposed(String text) {
        for (int from = 0; from < text.length(); ) {
            int to = pieceEnd(text, from);
            addPiece(text.substring(from, to));
            from = to;
        }
    }

    /** Cuts between two ASCII characters where there are such, so that no character and its marks are parted. */
    private static int pieceEnd(String text, int from) {
        int to = from + PIECE;
        if (to >= text.length()) {
            return text.length();
        }
        for (int at = to; at > from + 1; at--) {
            if (text.charAt(at) < 0x80 && text.charAt(at - 1) < 0x80) {
                return at;
            }
        }
        return Character.isLowSurrogate(text.charAt(to)) ? to + 1 : to;
    }

    private void addPiece(String text) {
        StringBuilder titled = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFKD)
                .codePoints()
                .forEach(c -> titled.appendCodePoint(Character.toTitleCase(Character.toLowerCase(c))));
        byte[] utf8 = titled.toString().getBytes(StandardCharsets.UTF_8);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    /** Adds octets below 0x80. */
    void addAscii(byte[] source, int from, int to) {
        room(to - from);
        byte[] into = bytes;
        int at = size;
        for (int i = from; i < to; i++) {
            into[at++] = upper(source[i]);
        }
        size = at;
    }

    void add(byte octet) {
        room(1);
        bytes[size++] = octet;
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private static byte upper(byte c) {
        return c >= 'a' && c <= 'z' ? (byte) (c - 32) : c;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
        }
    }
}

package org.understudy.storage.mime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts IMAP data together (RFC 9051 section 4). Texts are Latin-1: each character is one octet. */
final class Octets {
    private byte[] bytes;
    private int length;

    Octets(int expected) {
        bytes = new byte[expected];
    }

    int length() {
        return length;
    }

    byte[] done() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    Octets octet(char octet) {
        room(1);
        bytes[length++] = (byte) octet;
        return this;
    }

    /** As it stands. */
    Octets plain(String text) {
        room(text.length());
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(octets, 0, bytes, length, octets.length);
        length += octets.length;
        return this;
    }

    Octets raw(byte[] more, int from, int to) {
        room(to - from);
        System.arraycopy(more, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    Octets number(long number) {
        return plain(Long.toString(number));
    }

    Octets nil() {
        return plain("NIL");
    }

    /** A string, or NIL for null. */
    Octets nstring(@Nullable String text) {
        return text == null ? nil() : string(text);
    }

    /** Quoted where that can be, a literal where octets have eight bits. NUL, which IMAP cannot send, becomes "?". */
    Octets string(String text) {
        boolean eight = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            eight |= c > 0x7F || c == '\r' || c == '\n';
        }
        if (eight) {
            octet('{').number(text.length()).plain("}\r\n");
            return plain(text.replace('\0', '?'));
        }
        room(text.length() + 2);
        octet('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                octet('\\');
            }
            octet(c == 0 ? '?' : c);
        }
        return octet('"');
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}

package org.understudy.server.search;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads header values as text: raw octets as UTF-8 where they are, else as Windows-1252; encoded words decoded (RFC 2047),
 * those side by side as one run of octets, so that a character that is cut between two comes out whole. What is no sound
 * encoded word stays as it stands.
 */
final class HeaderText {
    private static final Charset WESTERN = Charset.forName("windows-1252");

    private HeaderText() {}

    /** Octets of a header that were never given a charset. */
    static String raw(byte[] octets, int from, int to) {
        boolean ascii = true;
        for (int i = from; i < to && ascii; i++) {
            ascii = octets[i] >= 0;
        }
        if (ascii) {
            return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(octets, from, to - from))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(octets, from, to - from, WESTERN);
        }
    }

    /** One encoded word. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    private record Word(Charset charset, byte[] octets, int end) {}

    /** The value with its encoded words decoded. */
    static String decode(String value) {
        int start = value.indexOf("=?");
        if (start < 0) {
            return value;
        }
        StringBuilder out = new StringBuilder(value.length());
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        Charset runCharset = null;
        int done = 0;
        while (start >= 0) {
            Word word = word(value, start);
            if (word == null) {
                start = value.indexOf("=?", start + 2);
                continue;
            }
            boolean joined = runCharset != null && value.substring(done, start).isBlank();
            if (runCharset != null && !(joined && runCharset.equals(word.charset()))) {
                out.append(run.toString(runCharset));
                run.reset();
            }
            if (!joined) {
                out.append(value, done, start);
            }
            run.writeBytes(word.octets());
            runCharset = word.charset();
            done = word.end();
            start = value.indexOf("=?", done);
        }
        if (runCharset != null) {
            out.append(run.toString(runCharset));
        }
        return out.append(value, done, value.length()).toString();
    }

    private static @Nullable Word word(String value, int start) {
        int charsetEnd = value.indexOf('?', start + 2);
        if (charsetEnd < 0 || charsetEnd + 2 >= value.length() || value.charAt(charsetEnd + 2) != '?') {
            return null;
        }
        int end = value.indexOf("?=", charsetEnd + 3);
        if (end < 0) {
            return null;
        }
        String name = value.substring(start + 2, charsetEnd);
        int language = name.indexOf('*');
        Charset charset = charset(language < 0 ? name : name.substring(0, language));
        String text = value.substring(charsetEnd + 3, end);
        byte[] octets = switch (value.charAt(charsetEnd + 1)) {
            case 'B', 'b' -> base64(text);
            case 'Q', 'q' -> quoted(text);
            default -> null;
        };
        return charset == null || octets == null ? null : new Word(charset, octets, end + 2);
    }

    private static byte @Nullable [] base64(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] quoted(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '_') {
                out.write(' ');
            } else if (c == '=' && hex(text, i + 1) >= 0) {
                out.write(hex(text, i + 1));
                i += 2;
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    private static int hex(String text, int at) {
        if (at + 1 >= text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** The charset of a name as mail has it, or null if this program has none of that name. */
    static @Nullable Charset charset(String name) {
        try {
            Charset found = Charset.forName(name.strip());
            // Mail that says US-ASCII or Latin-1 and holds more means the superset.
            return found.equals(StandardCharsets.US_ASCII) || found.equals(StandardCharsets.ISO_8859_1)
                    ? WESTERN
                    : found;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return null;
        } catch (IllegalArgumentException noName) {
            return null;
        }
    }
}

package org.understudy.restore.source.maildir;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * File names as text, exactly: file names are bytes, and the JVM's own decoding loses those that the locale does not
 * know.
 */
public final class NameText {
    private static final boolean JVM_DECODES_UTF8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

    private NameText() {}

    /** A level of a mailbox's name as ours can hold it: a dot or a control character becomes {@code _}. */
    public static String level(String level) {
        if (level.isEmpty()) {
            return "_";
        }
        StringBuilder clean = new StringBuilder(level.length());
        for (int i = 0; i < level.length(); i++) {
            char c = level.charAt(i);
            clean.append(c == '.' || Character.isISOControl(c) ? '_' : c);
        }
        return clean.toString();
    }

    /** The last name of a path: its bytes as UTF-8, or if they are not, each byte above 0x7F as {@code \xHH}. */
    public static String of(Path path) {
        Path last = path.getFileName();
        if (last == null) {
            return "";
        }
        String text = last.toString();
        if (isAscii(text) || (JVM_DECODES_UTF8 && text.indexOf('\uFFFD') < 0)) {
            return text;
        }
        String raw = path.toUri().getRawPath();
        if (raw.endsWith("/")) {
            raw = raw.substring(0, raw.length() - 1);
        }
        return decode(unescape(raw.substring(raw.lastIndexOf('/') + 1)));
    }

    /** As {@link #of}, for bytes that an index states. */
    static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            StringBuilder text = new StringBuilder(bytes.length + 8);
            for (byte b : bytes) {
                if (b >= 0) {
                    text.append((char) b);
                } else {
                    text.append("\\x").append(HexFormat.of().toHexDigits(b));
                }
            }
            return text.toString();
        }
    }

    /** A line that was read as ISO 8859-1, decoded as {@link #decode} does. */
    static String decodeLatin1(String line) {
        return isAscii(line) ? line : decode(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static byte[] unescape(String percentEncoded) {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream(percentEncoded.length());
        for (int i = 0; i < percentEncoded.length(); i++) {
            char c = percentEncoded.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(percentEncoded, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}

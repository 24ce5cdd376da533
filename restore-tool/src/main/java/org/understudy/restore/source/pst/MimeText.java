package org.understudy.restore.source.pst;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Text in the forms that MIME has for it (RFC 2045, RFC 2047, RFC 2231). The same text always becomes the same octets. */
final class MimeText {
    private static final int LINE = 76;
    private static final int LONGEST_PLAIN = 900;
    private static final int ENCODED_WORD_OCTETS = 42;
    private static final String HEX = "0123456789ABCDEF";

    /** How a body's octets are written down. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Encoded(String encoding, byte[] bytes) {}

    private MimeText() {}

    /**
     * Octets of a text: as they are where they are plain ASCII in lines that end with CRLF, else quoted-printable. Never
     * holds {@code =_}, which every delimiter of {@link Entity} does.
     */
    static Encoded text(byte[] bytes) {
        return isPlain(bytes) ? new Encoded("7bit", bytes) : new Encoded("quoted-printable", quotedPrintable(bytes));
    }

    private static boolean isPlain(byte[] bytes) {
        int column = 0;
        for (int i = 0; i < bytes.length; i++) {
            int octet = bytes[i];
            boolean lineEnd = octet == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n';
            if (lineEnd) {
                i++;
                column = 0;
            } else if (octet < ' ' && octet != '\t' || octet == 0x7f || ++column > LONGEST_PLAIN) {
                return false;
            } else if (octet == '=' && i + 1 < bytes.length && bytes[i + 1] == '_') {
                return false;
            }
        }
        return true;
    }

    private static byte[] quotedPrintable(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + bytes.length / 4);
        int column = 0;
        for (int i = 0; i < bytes.length; i++) {
            int octet = bytes[i] & 0xff;
            boolean atEnd = i + 1 == bytes.length;
            if (octet == '\r' && !atEnd && bytes[i + 1] == '\n') {
                out.write('\r');
                out.write('\n');
                i++;
                column = 0;
                continue;
            }
            boolean beforeLineEnd = atEnd || bytes[i + 1] == '\r';
            boolean blank = octet == ' ' || octet == '\t';
            boolean plain = octet > ' ' && octet < 0x7f && octet != '=' || blank && !beforeLineEnd;
            int width = plain ? 1 : 3;
            if (column + width > LINE - 1) {
                out.write('=');
                out.write('\r');
                out.write('\n');
                column = 0;
            }
            if (plain) {
                out.write(octet);
            } else {
                out.write('=');
                out.write(HEX.charAt(octet >> 4));
                out.write(HEX.charAt(octet & 0xf));
            }
            column += width;
        }
        return out.toByteArray();
    }

    /** Text with CRLF at the end of each line. */
    static String lines(String text) {
        StringBuilder lines = new StringBuilder(text.length() + text.length() / 32);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                lines.append("\r\n");
                i += c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? 1 : 0;
            } else {
                lines.append(c);
            }
        }
        return lines.toString();
    }

    /** With a line end at its end, unless it is empty. */
    static String ended(String text) {
        return text.isEmpty() || text.endsWith("\r\n") ? text : text + "\r\n";
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x7f && (c >= ' ' || c == '\t' || c == '\r' || c == '\n'));
    }

    /** A value of a field for people: as it is, or as encoded words; one line. */
    static String words(String text) {
        String line = text.replaceAll("[\\x00-\\x1f\\x7f]+", " ").strip();
        return isAscii(line) && !line.contains("=?") ? line : encodedWords(line);
    }

    /** A name before an address. */
    static String phrase(String name) {
        String line = name.replaceAll("[\\x00-\\x1f\\x7f]+", " ").strip();
        if (!isAscii(line) || line.contains("=?")) {
            return encodedWords(line);
        }
        return line.matches("[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
                ? line
                : '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String encodedWords(String text) {
        StringBuilder words = new StringBuilder();
        StringBuilder word = new StringBuilder();
        int octets = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int width = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (octets + width > ENCODED_WORD_OCTETS) {
                add(words, word);
                octets = 0;
            }
            word.appendCodePoint(c);
            octets += width;
        }
        if (!word.isEmpty()) {
            add(words, word);
        }
        return words.toString();
    }

    private static void add(StringBuilder words, StringBuilder word) {
        words.append(words.isEmpty() ? "" : "\r\n ").append("=?UTF-8?B?");
        words.append(Base64.getEncoder().encodeToString(word.toString().getBytes(StandardCharsets.UTF_8)));
        words.append("?=");
        word.setLength(0);
    }

    /** A parameter of Content-Type or Content-Disposition, with what goes before it. */
    static String parameter(String name, String value) {
        String line = value.replaceAll("[\\x00-\\x1f\\x7f]+", " ").strip();
        if (isAscii(line)) {
            return ";\r\n\t" + name + "=\"" + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        StringBuilder encoded = new StringBuilder(";\r\n\t").append(name).append("*=UTF-8''");
        for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
            int octet = b & 0xff;
            if (octet < 0x80 && (Character.isLetterOrDigit(octet) || octet == '.' || octet == '-' || octet == '_')) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 0xf));
            }
        }
        return encoded.toString();
    }
}

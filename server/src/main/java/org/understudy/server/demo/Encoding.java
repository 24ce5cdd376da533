package org.understudy.server.demo;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** MIME's transfer encodings and encoded words (RFC 2045, RFC 2047), for text that is written here. */
final class Encoding {
    private static final int LINE = 72;

    private Encoding() {}

    /** The encoded text, one char an octet. */
    static String encode(String text, Charset charset, String encoding) {
        byte[] bytes = text.getBytes(charset);
        return switch (encoding) {
            case "base64" -> Base64.getMimeEncoder().encodeToString(bytes) + "\r\n";
            case "quoted-printable" -> quotedPrintable(bytes);
            default -> new String(bytes, StandardCharsets.ISO_8859_1);
        };
    }

    static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    /** As it is, if it is plain ASCII, else as one encoded word, in UTF-8 where the charset lacks a letter. */
    static String header(String text, Charset charset) {
        if (isAscii(text)) {
            return text;
        }
        Charset usable = charset.newEncoder().canEncode(text) ? charset : StandardCharsets.UTF_8;
        return "=?" + usable.name() + "?B?" + Base64.getEncoder().encodeToString(text.getBytes(usable)) + "?=";
    }

    private static String quotedPrintable(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        int column = 0;
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xFF;
            if (b == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n') {
                out.append("\r\n");
                column = 0;
                i++;
                continue;
            }
            boolean lineEnds = i + 1 == bytes.length || bytes[i + 1] == '\r';
            boolean plain = b > ' ' && b < 127 && b != '=' || b == ' ' && !lineEnds;
            String piece = plain ? String.valueOf((char) b) : String.format("=%02X", b);
            if (column + piece.length() > LINE) {
                out.append("=\r\n");
                column = 0;
            }
            out.append(piece);
            column += piece.length();
        }
        return out.toString();
    }
}

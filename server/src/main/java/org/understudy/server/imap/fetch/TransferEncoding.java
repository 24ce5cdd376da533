package org.understudy.server.imap.fetch;

import java.io.ByteArrayOutputStream;

/** Undoes transfer encodings as mail programs do, passing over what does not belong (RFC 2045 sections 6.7 and 6.8). */
final class TransferEncoding {
    private static final byte[] BASE64 = new byte[128];

    static {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        java.util.Arrays.fill(BASE64, (byte) -1);
        for (int i = 0; i < alphabet.length(); i++) {
            BASE64[alphabet.charAt(i)] = (byte) i;
        }
    }

    private TransferEncoding() {}

    static byte[] base64(byte[] encoded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length * 3 / 4 + 3);
        int bits = 0;
        int group = 0;
        for (byte octet : encoded) {
            if (octet == '=') {
                bits = 0;
                group = 0;
                continue;
            }
            int value = octet < 0 ? -1 : BASE64[octet];
            if (value >= 0) {
                group = group << 6 | value;
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    out.write(group >> bits);
                    group &= (1 << bits) - 1;
                }
            }
        }
        return out.toByteArray();
    }

    static byte[] quotedPrintable(byte[] encoded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length);
        int blanks = 0;
        for (int i = 0; i < encoded.length; i++) {
            byte octet = encoded[i];
            if (octet == ' ' || octet == '\t') {
                blanks++;
                continue;
            }
            boolean lineEnd = octet == '\n' || octet == '\r' && i + 1 < encoded.length && encoded[i + 1] == '\n';
            if (!lineEnd) {
                out.write(encoded, i - blanks, blanks);
            }
            blanks = 0;
            if (octet != '=') {
                out.write(octet);
                continue;
            }
            int softEnd = softLineEnd(encoded, i + 1);
            if (softEnd > 0) {
                i = softEnd - 1;
            } else if (i + 2 < encoded.length && digit(encoded[i + 1]) >= 0 && digit(encoded[i + 2]) >= 0) {
                out.write(digit(encoded[i + 1]) << 4 | digit(encoded[i + 2]));
                i += 2;
            } else {
                out.write('=');
            }
        }
        return out.toByteArray();
    }

    /** Behind the line end that follows, with blanks before it, or -1 if there is none. */
    private static int softLineEnd(byte[] encoded, int from) {
        int at = from;
        while (at < encoded.length && (encoded[at] == ' ' || encoded[at] == '\t' || encoded[at] == '\r')) {
            at++;
        }
        return at >= encoded.length ? encoded.length : encoded[at] == '\n' ? at + 1 : -1;
    }

    private static int digit(byte octet) {
        return octet >= '0' && octet <= '9'
                ? octet - '0'
                : octet >= 'A' && octet <= 'F'
                        ? octet - 'A' + 10
                        : octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
    }
}

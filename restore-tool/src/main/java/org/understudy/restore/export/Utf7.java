package org.understudy.restore.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes mailbox names in modified UTF-7 (RFC 3501 section 5.1.3), and what no file name can have in the same way. */
final class Utf7 {
    private Utf7() {}

    /** Printable ASCII but the ampersand and the slash as it is, the ampersand as {@code &-}, the rest in base64. */
    static String encode(String level) {
        StringBuilder encoded = new StringBuilder();
        StringBuilder held = new StringBuilder();
        for (int i = 0; i < level.length(); i++) {
            char c = level.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '/') {
                held.append(c);
                continue;
            }
            flush(held, encoded);
            encoded.append(c == '&' ? "&-" : String.valueOf(c));
        }
        flush(held, encoded);
        return encoded.toString();
    }

    private static void flush(StringBuilder held, StringBuilder to) {
        if (held.isEmpty()) {
            return;
        }
        ByteArrayOutputStream units = new ByteArrayOutputStream();
        for (int i = 0; i < held.length(); i++) {
            units.write(held.charAt(i) >>> 8);
            units.write(held.charAt(i));
        }
        String base64 =
                new String(Base64.getEncoder().withoutPadding().encode(units.toByteArray()), StandardCharsets.US_ASCII);
        to.append('&').append(base64.replace('/', ',')).append('-');
        held.setLength(0);
    }
}

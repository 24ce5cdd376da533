package org.understudy.server.imap.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.jspecify.annotations.Nullable;

/**
 * Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8 once a session has enabled {@code
 * UTF8=ACCEPT} (RFC 6855 section 3).
 */
public final class MailboxName {
    private static final String UTF8 = "org.understudy.imap.UTF8";

    private MailboxName() {}

    /** From now on the session's names are UTF-8. */
    public static void useUtf8(ImapSession session, boolean on) {
        session.setAttribute(UTF8, on ? Boolean.TRUE : null);
    }

    public static boolean usesUtf8(@Nullable ImapSession session) {
        return session != null && session.getAttribute(UTF8) != null;
    }

    /**
     * The name that a client means.
     *
     * @throws DecodingException if the octets are not a name in the session's encoding, in words for the client
     */
    public static String decode(byte[] octets, boolean utf8) throws DecodingException {
        String name = utf8 ? fromUtf8(octets) : fromUtf7(new String(octets, StandardCharsets.ISO_8859_1));
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                throw Arguments.bad("failed. A mailbox name must not have control characters.");
            }
        }
        return name.equalsIgnoreCase("INBOX") ? "INBOX" : name;
    }

    private static String fromUtf8(byte[] octets) throws DecodingException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Arguments.bad("failed. The mailbox name is not UTF-8, which this session has enabled.");
        }
    }

    private static String fromUtf7(String text) throws DecodingException {
        return utf7(text).orElseThrow(() -> Arguments.bad("failed. The mailbox name is not modified UTF-7."));
    }

    private static Optional<String> utf7(String text) {
        StringBuilder name = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); ) {
            char c = text.charAt(at);
            if (c >= 0x7f) {
                return Optional.empty();
            }
            if (c != '&') {
                name.append(c);
                at++;
                continue;
            }
            int end = text.indexOf('-', at);
            if (end < 0) {
                return Optional.empty();
            }
            if (end == at + 1) {
                name.append('&');
            } else {
                Optional<String> shifted = shifted(text.substring(at + 1, end));
                if (shifted.isEmpty()) {
                    return Optional.empty();
                }
                name.append(shifted.get());
            }
            at = end + 1;
        }
        return Optional.of(name.toString());
    }

    /** What a run of Base64 stands for: whole UTF-16 units, without half surrogate pairs or bits left over. */
    private static Optional<String> shifted(String base64) {
        try {
            byte[] units = Base64.getDecoder().decode(base64.replace(',', '/'));
            return base64(units).equals(base64)
                    ? Optional.of(StandardCharsets.UTF_16BE
                            .newDecoder()
                            .decode(ByteBuffer.wrap(units))
                            .toString())
                    : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String base64(byte[] units) {
        return Base64.getEncoder().withoutPadding().encodeToString(units).replace('/', ',');
    }

    /** The name as the session wants it, in quotes. */
    public static byte[] quoted(String name, boolean utf8) {
        byte[] octets =
                utf8 ? name.getBytes(StandardCharsets.UTF_8) : toUtf7(name).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream quoted = new ByteArrayOutputStream(octets.length + 2);
        quoted.write('"');
        for (byte octet : octets) {
            if (octet == '"' || octet == '\\') {
                quoted.write('\\');
            }
            quoted.write(octet);
        }
        quoted.write('"');
        return quoted.toByteArray();
    }

    static String toUtf7(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int at = 0; at < name.length(); ) {
            char c = name.charAt(at);
            if (printable(c)) {
                text.append(c);
                if (c == '&') {
                    text.append('-');
                }
                at++;
                continue;
            }
            int end = at;
            while (end < name.length() && !printable(name.charAt(end))) {
                end++;
            }
            text.append('&')
                    .append(base64(name.substring(at, end).getBytes(StandardCharsets.UTF_16BE)))
                    .append('-');
            at = end;
        }
        return text.toString();
    }

    private static boolean printable(char c) {
        return c >= 0x20 && c <= 0x7e;
    }
}

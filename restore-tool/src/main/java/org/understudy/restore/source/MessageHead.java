package org.understudy.restore.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Whether a file begins as a message does. */
public final class MessageHead {
    private static final int LOOKED_AT = 16 << 10;

    /** Fields of which a message has at least one near its begin (RFC 5322 section 3.6, RFC 2045, RFC 6376). */
    private static final Set<String> MAIL = Set.of(
            "received",
            "return-path",
            "delivered-to",
            "from",
            "to",
            "cc",
            "date",
            "subject",
            "message-id",
            "mime-version",
            "reply-to",
            "sender",
            "dkim-signature",
            "authentication-results",
            "envelope-to",
            "x-original-to");

    private MessageHead() {}

    /** False too for a file that cannot be read, and for what is no plain file. */
    public static boolean isOfMessage(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return isOfMessage(new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false; // its directory is told of when it is listed
        }
    }

    private static boolean isOfMessage(String head) {
        boolean first = true;
        for (String line : head.split("\\r?\\n", -1)) {
            if (line.isEmpty()) {
                return false;
            }
            boolean goesOn = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            int colon = line.indexOf(':');
            String name = colon < 1 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            boolean field = name.matches("[\\x21-\\x39\\x3b-\\x7e]+");
            if (first && !field && !line.startsWith("From ") || !first && !field && !goesOn) {
                return false;
            }
            if (MAIL.contains(name)) {
                return true;
            }
            first = false;
        }
        return false;
    }
}

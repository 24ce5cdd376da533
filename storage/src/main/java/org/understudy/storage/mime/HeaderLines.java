package org.understudy.storage.mime;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A header block's fields as they stand in its octets (RFC 5322 section 2.2). A line without a colon, or with a blank in
 * what precedes it, is passed over.
 */
public final class HeaderLines {
    /** Takes fields in order. */
    public interface Visitor {
        /**
         * One field from the first octet of its name to behind its last line end.
         *
         * @param nameEnd behind the name's last octet
         * @param value behind the colon
         */
        void field(int from, int nameEnd, int value, int to);
    }

    private HeaderLines() {}

    /** Visits the fields of {@code octets[from, to)}, up to the first empty line if there is one. */
    public static void visit(byte[] octets, int from, int to, Visitor visitor) {
        int at = from;
        while (at < to && octets[at] != '\n' && !(octets[at] == '\r' && at + 1 < to && octets[at + 1] == '\n')) {
            int end = lineEnd(octets, at, to);
            while (end < to && (octets[end] == ' ' || octets[end] == '\t')) {
                end = lineEnd(octets, end, to);
            }
            int colon = at;
            while (colon < end && octets[colon] != ':' && octets[colon] != '\n') {
                colon++;
            }
            if (colon < end && octets[colon] == ':') {
                int nameEnd = colon;
                while (nameEnd > at && (octets[nameEnd - 1] == ' ' || octets[nameEnd - 1] == '\t')) {
                    nameEnd--;
                }
                if (nameEnd > at && !hasBlank(octets, at, nameEnd)) {
                    visitor.field(at, nameEnd, colon + 1, end);
                }
            }
            at = end;
        }
    }

    private static boolean hasBlank(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] == ' ' || octets[i] == '\t') {
                return true;
            }
        }
        return false;
    }

    private static int lineEnd(byte[] octets, int from, int to) {
        int at = from;
        while (at < to && octets[at] != '\n') {
            at++;
        }
        return Math.min(to, at + 1);
    }

    /** Whether the name is that one, in any case; {@code name} is in lower case. */
    public static boolean isNamed(byte[] octets, int from, int nameEnd, String name) {
        if (nameEnd - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int octet = octets[from + i];
            int lower = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
            if (lower != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A field's value without line ends and blanks around it, one character an octet. */
    static String unfolded(byte[] octets, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(octets[start])) {
            start++;
        }
        while (end > start && isBlank(octets[end - 1])) {
            end--;
        }
        boolean folded = false;
        for (int i = start; i < end && !folded; i++) {
            folded = octets[i] == '\n' || octets[i] == '\r';
        }
        if (!folded) {
            return new String(octets, start, end - start, StandardCharsets.ISO_8859_1);
        }
        StringBuilder text = new StringBuilder(end - start);
        for (int i = start; i < end; i++) {
            if (octets[i] != '\n' && octets[i] != '\r') {
                text.append((char) (octets[i] & 0xFF));
            }
        }
        return text.toString();
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    }

    /** The unfolded value of the first field of that name (lower case), or null. */
    static @Nullable String first(byte[] octets, int length, String name) {
        String[] found = new String[1];
        visit(octets, 0, length, (from, nameEnd, value, to) -> {
            if (found[0] == null && isNamed(octets, from, nameEnd, name)) {
                found[0] = unfolded(octets, value, to);
            }
        });
        return found[0];
    }
}

package org.understudy.server.lmtp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The argument of MAIL and RCPT: a path in angle brackets and parameters (RFC 5321 section 4.1.2).
 *
 * @param address without brackets, route and quotes; empty for the null path
 * @param parameters by name in capitals; empty values for those without
 */
record Path321(String address, Map<String, String> parameters) {
    private static final int LONGEST_ADDRESS = 1_024;

    /** Empty where the text, which begins after {@code FROM:} or {@code TO:}, is not of that form. */
    static Optional<Path321> parse(String given) {
        String text = given.strip();
        if (!text.startsWith("<")) {
            return Optional.empty();
        }
        int end = end(text);
        if (end < 0) {
            return Optional.empty();
        }
        String path = text.substring(1, end);
        if (path.startsWith("@") && path.indexOf(':') > 0) {
            path = path.substring(path.indexOf(':') + 1);
        }
        String address = unquoted(path);
        if (address.length() > LONGEST_ADDRESS
                || address.chars().anyMatch(c -> c < ' ' || c == 0x7F || c == '<' || c == '>' || c == 0xFFFD)) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : text.substring(end + 1).strip().split(" +")) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                parameters.put(name.toUpperCase(Locale.ROOT), equals < 0 ? "" : parameter.substring(equals + 1));
            }
        }
        return Optional.of(new Path321(address, Map.copyOf(parameters)));
    }

    private static int end(String text) {
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static String unquoted(String path) {
        if (!path.startsWith("\"")) {
            return path;
        }
        StringBuilder address = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' && quoted && i + 1 < path.length()) {
                address.append(path.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            } else {
                address.append(c);
            }
        }
        return address.toString();
    }

    /** Whether the address needs SMTPUTF8 (RFC 6531). */
    boolean international() {
        return address.chars().anyMatch(c -> c > 0x7E);
    }
}

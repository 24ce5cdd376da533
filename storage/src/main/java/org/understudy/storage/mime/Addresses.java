package org.understudy.storage.mime;

import org.jspecify.annotations.Nullable;

/**
 * An address list (RFC 5322 section 3.4) as ENVELOPE shows it: {@code (name route mailbox host)} each, groups between
 * an address with the group's name for its mailbox and one of NILs (RFC 9051 section 7.5.2). Lenient: what is no address
 * becomes a mailbox with an empty host.
 */
final class Addresses {
    private final String text;
    private final Octets out;
    private int at;
    private int written;

    private Addresses(String text, Octets out) {
        this.text = text;
        this.out = out;
    }

    /** Writes the addresses of a field's unfolded value without parentheses around them, and returns how many. */
    static int write(String text, Octets out) {
        Addresses addresses = new Addresses(text, out);
        addresses.list();
        return addresses.written;
    }

    private void list() {
        boolean inGroup = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ';') {
                at++;
                if (inGroup) {
                    address(null, null, null, null);
                    inGroup = false;
                }
            } else if (c == ',' || isBlank(c)) {
                at++;
            } else if (one(inGroup)) {
                inGroup = true;
            }
        }
        if (inGroup) {
            address(null, null, null, null);
        }
    }

    /** @return whether it was the beginning of a group */
    private boolean one(boolean inGroup) {
        StringBuilder words = new StringBuilder();
        String comment = null;
        boolean gap = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '"' -> {
                    space(words, gap);
                    quoted(words);
                    gap = false;
                    continue;
                }
                case '(' -> {
                    comment = comment();
                    gap = true;
                    continue;
                }
                case '<' -> {
                    at++;
                    angle(words.isEmpty() ? comment : words.toString());
                    return false;
                }
                case '@' -> {
                    at++;
                    String host = host();
                    String trailing = trailingComment();
                    address(trailing == null ? comment : trailing, null, words.toString(), host);
                    return false;
                }
                case ':' -> {
                    at++;
                    if (!inGroup) {
                        address(null, null, words.toString(), null);
                        return true;
                    }
                    continue;
                }
                case ',', ';' -> {
                    lone(words, comment);
                    return false;
                }
                default -> {
                    if (isBlank(c)) {
                        gap = true;
                    } else {
                        space(words, gap);
                        words.append(c);
                        gap = false;
                    }
                    at++;
                }
            }
        }
        lone(words, comment);
        return false;
    }

    private void lone(StringBuilder words, @Nullable String comment) {
        if (!words.isEmpty()) {
            address(comment, null, words.toString(), "");
        }
    }

    private static void space(StringBuilder words, boolean gap) {
        if (gap && !words.isEmpty()) {
            words.append(' ');
        }
    }

    /** Behind the angle bracket: an optional route, local part, host, closing bracket. */
    private void angle(@Nullable String name) {
        String route = null;
        StringBuilder local = new StringBuilder();
        String host = null;
        while (at < text.length() && host == null) {
            char c = text.charAt(at);
            if (c == '>') {
                break;
            } else if (c == '"') {
                quoted(local);
            } else if (c == '(') {
                comment();
            } else if (c == '@' && local.isEmpty()) {
                int colon = text.indexOf(':', at);
                int close = text.indexOf('>', at);
                if (colon > at && (close < 0 || colon < close)) {
                    route = text.substring(at, colon).replace(" ", "");
                    at = colon + 1;
                } else {
                    at++;
                    host = host();
                }
            } else if (c == '@') {
                at++;
                host = host();
            } else {
                if (!isBlank(c)) {
                    local.append(c);
                }
                at++;
            }
        }
        int close = text.indexOf('>', at);
        at = close < 0 ? text.length() : close + 1;
        String trailing = trailingComment();
        address(name == null ? trailing : name, route, local.toString(), host == null ? "" : host);
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ';') {
            at++;
        }
    }

    private String host() {
        StringBuilder host = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ',' || c == ';' || c == '>' || c == '<') {
                break;
            }
            if (c == '(') {
                int before = at;
                if (!host.isEmpty() && text.indexOf(')', at) >= 0) {
                    break;
                }
                comment();
                if (at == before) {
                    at++;
                }
            } else {
                if (!isBlank(c)) {
                    host.append(c);
                }
                at++;
            }
        }
        return host.toString();
    }

    private @Nullable String trailingComment() {
        int mark = at;
        while (mark < text.length() && isBlank(text.charAt(mark))) {
            mark++;
        }
        if (mark < text.length() && text.charAt(mark) == '(') {
            at = mark;
            return comment();
        }
        return null;
    }

    /** Adds a quoted string's content, at whose opening quote we are. */
    private void quoted(StringBuilder into) {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < text.length()) {
                into.append(text.charAt(at++));
            } else {
                into.append(c);
            }
        }
    }

    /** The content of a comment, at whose opening parenthesis we are. */
    private String comment() {
        StringBuilder content = new StringBuilder();
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                content.append(text.charAt(at++));
            } else if (c == '(') {
                if (depth++ > 0) {
                    content.append(c);
                }
            } else if (c == ')') {
                if (--depth == 0) {
                    break;
                }
                content.append(c);
            } else {
                content.append(c);
            }
        }
        return content.toString().strip();
    }

    private void address(
            @Nullable String name, @Nullable String route, @Nullable String mailbox, @Nullable String host) {
        out.octet('(').nstring(name == null || name.isEmpty() ? null : name).octet(' ');
        out.nstring(route).octet(' ').nstring(mailbox).octet(' ').nstring(host).octet(')');
        written++;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}

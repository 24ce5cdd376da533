package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the end of a line says of the octets that follow it (RFC 9051 section 4.3, RFC 7888). */
sealed interface Announcement {
    /** The command ends here. */
    record None() implements Announcement {}

    /** A literal follows; when {@code synchronizing}, once the client has been told to go on. */
    record Size(long octets, boolean synchronizing) implements Announcement {}

    /** Something that a client may have meant to announce a literal; what follows cannot be told from a command. */
    record Unclear() implements Announcement {}

    /** Longest end of a line that matters here. */
    int TAIL = 64;

    Pattern LITERAL = Pattern.compile("\\{(\\d{1,18})(\\+?)}");

    /** @param line a line with or without its line end, or the last {@link #TAIL} octets of one */
    static Announcement of(byte[] line) {
        int from = Math.max(0, line.length - TAIL);
        String tail = new String(line, from, line.length - from, StandardCharsets.ISO_8859_1);
        String bare = tail.endsWith("\r\n")
                ? tail.substring(0, tail.length() - 2)
                : tail.endsWith("\n") ? tail.substring(0, tail.length() - 1) : tail;
        int brace = bare.lastIndexOf('{');
        String rest = brace < 0 ? "" : bare.substring(brace);
        if (!rest.stripTrailing().endsWith("}") || rest.indexOf('"') >= 0) {
            return new None();
        }
        Matcher matcher = LITERAL.matcher(rest);
        return matcher.matches()
                ? new Size(Long.parseLong(matcher.group(1)), matcher.group(2).isEmpty())
                : new Unclear();
    }
}

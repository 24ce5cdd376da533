package org.understudy.restore.damage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MIME parts of a message, read the plain way from a string, so that the oracle shares nothing with the checks that it
 * measures. Offsets are octets of the message.
 */
final class PlainMime {
    private static final Pattern HEADER_END = Pattern.compile("\r?\n\r?\n");
    private static final Pattern BOUNDARY =
            Pattern.compile("boundary\\s*=\\s*(?:\"([^\"]+)\"|([^\\s;]+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern CHARSET = Pattern.compile("charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);
    private static final int DEPTH = 30;

    /**
     * A part that holds no others.
     *
     * @param from first octet of its body
     * @param to after its last
     */
    record Leaf(int from, int to, String type, String encoding, String charset) {}

    private PlainMime() {}

    /** The octets as characters of the same number. */
    static String text(byte[] mail) {
        return new String(mail, StandardCharsets.ISO_8859_1);
    }

    /** Where the body begins, or the end. */
    static int body(String mail, int from, int to) {
        Matcher end = HEADER_END.matcher(mail).region(from, to);
        return end.find() ? end.end() : to;
    }

    static List<Leaf> leaves(byte[] mail) {
        List<Leaf> leaves = new ArrayList<>();
        String text = text(mail);
        walk(text, 0, text.length(), 0, leaves);
        return leaves;
    }

    /** The unfolded value of the first field of that name, or empty. */
    static String field(String header, String name) {
        Matcher field = Pattern.compile(
                        "(?:^|\\n)" + Pattern.quote(name) + "[ \\t]*:([^\\n]*(?:\\n[ \\t][^\\n]*)*)",
                        Pattern.CASE_INSENSITIVE)
                .matcher(header);
        return field.find() ? field.group(1).replace("\r", "").replace("\n", "").trim() : "";
    }

    private static void walk(String mail, int from, int to, int depth, List<Leaf> into) {
        int body = body(mail, from, to);
        String header = mail.substring(from, body);
        String type = field(header, "Content-Type").toLowerCase(Locale.ROOT);
        Matcher boundary = BOUNDARY.matcher(field(header, "Content-Type"));
        if (type.startsWith("multipart/") && boundary.find() && depth < DEPTH) {
            String delimiter = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
            Matcher line = Pattern.compile(
                            "(?:^|(?<=\\n))--" + Pattern.quote(delimiter.stripTrailing()) + "(--)?[ \\t]*\\r?(?:\\n|$)")
                    .matcher(mail)
                    .region(body, to);
            int part = -1;
            while (line.find()) {
                if (part >= 0) {
                    walk(mail, part, line.start(), depth + 1, into);
                }
                part = line.end();
                if (line.group(1) != null) {
                    return;
                }
            }
            if (part >= 0) {
                walk(mail, part, to, depth + 1, into);
            }
            return;
        }
        Matcher charset = CHARSET.matcher(type);
        into.add(new Leaf(
                body,
                to,
                type.isEmpty() ? "text/plain" : type.split("[;\\s]", 2)[0],
                field(header, "Content-Transfer-Encoding").toLowerCase(Locale.ROOT),
                charset.find() ? charset.group(1) : ""));
    }
}

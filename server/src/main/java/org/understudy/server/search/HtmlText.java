package org.understudy.server.search;

import java.util.Locale;
import java.util.Map;

/**
 * What a reader sees of HTML: the text between the tags with character references resolved; nothing of comments, scripts
 * and styles. A tag that begins a block or a cell divides words; others, such as {@code <b>}, do not.
 */
final class HtmlText {
    private static final Map<String, String> NAMED = Map.ofEntries(
            Map.entry("amp", "&"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("quot", "\""),
            Map.entry("apos", "'"),
            Map.entry("nbsp", " "),
            Map.entry("shy", ""),
            Map.entry("auml", "ä"),
            Map.entry("ouml", "ö"),
            Map.entry("uuml", "ü"),
            Map.entry("Auml", "Ä"),
            Map.entry("Ouml", "Ö"),
            Map.entry("Uuml", "Ü"),
            Map.entry("szlig", "ß"),
            Map.entry("eacute", "é"),
            Map.entry("Eacute", "É"),
            Map.entry("egrave", "è"),
            Map.entry("ecirc", "ê"),
            Map.entry("agrave", "à"),
            Map.entry("aacute", "á"),
            Map.entry("acirc", "â"),
            Map.entry("aring", "å"),
            Map.entry("aelig", "æ"),
            Map.entry("ccedil", "ç"),
            Map.entry("iacute", "í"),
            Map.entry("icirc", "î"),
            Map.entry("iuml", "ï"),
            Map.entry("ntilde", "ñ"),
            Map.entry("oacute", "ó"),
            Map.entry("ocirc", "ô"),
            Map.entry("oslash", "ø"),
            Map.entry("uacute", "ú"),
            Map.entry("ugrave", "ù"),
            Map.entry("ucirc", "û"),
            Map.entry("euro", "€"),
            Map.entry("pound", "£"),
            Map.entry("copy", "©"),
            Map.entry("reg", "®"),
            Map.entry("hellip", "…"),
            Map.entry("ndash", "–"),
            Map.entry("mdash", "—"),
            Map.entry("lsquo", "‘"),
            Map.entry("rsquo", "’"),
            Map.entry("ldquo", "“"),
            Map.entry("rdquo", "”"),
            Map.entry("bull", "•"));
    private static final java.util.Set<String> INLINE = java.util.Set.of(
            "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "s", "small", "span",
            "strike", "strong", "sub", "sup", "tt", "u", "wbr");

    private HtmlText() {}

    static String of(String html) {
        StringBuilder out = new StringBuilder(html.length());
        int at = 0;
        while (at < html.length()) {
            char c = html.charAt(at);
            if (c == '<') {
                at = tag(html, at, out);
            } else if (c == '&') {
                at = reference(html, at, out);
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    /** Passes over a tag, or over all of a comment, script or style. */
    private static int tag(String html, int at, StringBuilder out) {
        if (html.startsWith("<!--", at)) {
            int end = html.indexOf("-->", at + 4);
            return end < 0 ? html.length() : end + 3;
        }
        int from = at + 1;
        boolean closing = from < html.length() && html.charAt(from) == '/';
        int nameStart = closing ? from + 1 : from;
        int nameEnd = nameStart;
        while (nameEnd < html.length() && Character.isLetterOrDigit(html.charAt(nameEnd))) {
            nameEnd++;
        }
        if (nameEnd == nameStart && !(from < html.length() && (html.charAt(from) == '!' || html.charAt(from) == '?'))) {
            out.append('<');
            return at + 1;
        }
        String name = html.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
        int end = tagEnd(html, nameEnd);
        if (!closing && (name.equals("script") || name.equals("style"))) {
            int close = closing(html, name, end);
            end = close < 0 ? html.length() : tagEnd(html, close);
        }
        if (!INLINE.contains(name)) {
            out.append('\n');
        }
        return end;
    }

    private static int closing(String html, String name, int from) {
        for (int at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2)) {
            if (html.regionMatches(true, at + 2, name, 0, name.length())) {
                return at;
            }
        }
        return -1;
    }

    private static int tagEnd(String html, int from) {
        char quote = 0;
        for (int i = from; i < html.length(); i++) {
            char c = html.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '>') {
                return i + 1;
            } else if ((c == '"' || c == '\'') && html.charAt(i - 1) == '=') {
                quote = c;
            }
        }
        return html.length();
    }

    private static int reference(String html, int at, StringBuilder out) {
        int end = html.indexOf(';', at);
        if (end < 0 || end - at > 10) {
            out.append('&');
            return at + 1;
        }
        String name = html.substring(at + 1, end);
        String text = NAMED.get(name);
        if (text == null && name.length() > 1 && name.charAt(0) == '#') {
            text = numbered(name.substring(1));
        }
        if (text == null) {
            out.append('&');
            return at + 1;
        }
        out.append(text);
        return end + 1;
    }

    private static @org.jspecify.annotations.Nullable String numbered(String digits) {
        try {
            boolean hex = digits.charAt(0) == 'x' || digits.charAt(0) == 'X';
            int code = hex ? Integer.parseInt(digits.substring(1), 16) : Integer.parseInt(digits);
            return Character.isValidCodePoint(code) && code > 0 ? Character.toString(code) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}

package org.understudy.server.autoconfig;

/** Writes XML, element by element, with everything from outside escaped. */
final class Xml {
    private final StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private int depth;

    /** @param attributes name and value in turns */
    Xml open(String name, String... attributes) {
        indent();
        start(name, attributes);
        out.append(">\n");
        depth++;
        return this;
    }

    Xml close(String name) {
        depth--;
        indent();
        out.append("</").append(name).append(">\n");
        return this;
    }

    Xml element(String name, String text, String... attributes) {
        indent();
        start(name, attributes);
        out.append('>').append(escaped(text)).append("</").append(name).append(">\n");
        return this;
    }

    Xml empty(String name) {
        indent();
        out.append('<').append(name).append("/>\n");
        return this;
    }

    /** A line of the prologue, as it is. */
    Xml line(String text) {
        out.append(text).append('\n');
        return this;
    }

    private void start(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
    }

    private void indent() {
        out.append("  ".repeat(depth));
    }

    /** Characters that XML 1.0 cannot carry become U+FFFD. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default ->
                    safe.appendCodePoint(
                            c < 0x20 && c != '\n' && c != '\t'
                                            || c >= 0xD800 && c < 0xE000
                                            || c >= 0xFFFE && c < 0x10000
                                    ? 0xFFFD
                                    : c);
            }
        });
        return safe.toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}

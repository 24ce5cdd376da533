package org.understudy.server.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Writes HTML: elements that nest, text that is escaped. One thread. */
final class Html {
    private static final Set<String> VOID = Set.of("meta", "link", "input", "br", "hr", "rect", "path");

    private final StringBuilder out = new StringBuilder(8_192);
    private final Deque<String> open = new ArrayDeque<>();

    Html doctype() {
        out.append("<!DOCTYPE html>\n");
        return this;
    }

    /** @param attributes name, value, name, value...; an empty name leaves both out, an empty value writes the name alone */
    Html open(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i].isEmpty()) {
                continue;
            }
            out.append(' ').append(attributes[i]);
            if (!attributes[i + 1].isEmpty()) {
                out.append("=\"");
                escape(attributes[i + 1]);
                out.append('"');
            }
        }
        out.append('>');
        if (!VOID.contains(element)) {
            open.push(element);
        }
        return this;
    }

    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    Html close(int elements) {
        for (int i = 0; i < elements; i++) {
            close();
        }
        return line();
    }

    /** Our own words. */
    Html text(String text) {
        escape(text);
        return this;
    }

    /** Text from outside: nothing in it hidden, and its direction of writing kept to itself. */
    Html name(String text) {
        return open("bdi").text(Shown.name(text)).close();
    }

    Html element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    Html link(String to, String words, String... attributes) {
        String[] all = new String[attributes.length + 2];
        all[0] = "href";
        all[1] = to;
        System.arraycopy(attributes, 0, all, 2, attributes.length);
        return element("a", words, all);
    }

    Html line() {
        out.append('\n');
        return this;
    }

    /** What another writer of this program has escaped already. */
    Html ready(String html) {
        out.append(html);
        return this;
    }

    /** @throws IllegalStateException if an element is left open */
    String finished() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements left open: " + open);
        }
        return out.toString();
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
    }
}

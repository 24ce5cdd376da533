package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes elements that nest and text that is escaped, at once; keeps no more than the open elements' names. */
final class Markup {
    private final Appendable out;
    private final Deque<String> open = new ArrayDeque<>();

    Markup(Appendable out) {
        this.out = out;
    }

    /** The line before the root. */
    void doctype() throws IOException {
        out.append("<!DOCTYPE html>\n");
    }

    /** @param attributes name, value, name, value... */
    Markup open(String element, String... attributes) throws IOException {
        start(element, attributes);
        out.append('>');
        open.push(element);
        return this;
    }

    /** An element that has no content: {@code meta} or a shape; none other may be written so in HTML. */
    Markup empty(String element, String... attributes) throws IOException {
        start(element, attributes);
        out.append("/>");
        return this;
    }

    Markup close() throws IOException {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Our own words. */
    Markup text(String text) throws IOException {
        escape(text);
        return this;
    }

    /** A name or path from outside: nothing hidden, not too long, and its direction of writing kept to itself. */
    Markup name(String text) throws IOException {
        return element("bdi", Shown.name(text));
    }

    Markup element(String element, String text, String... attributes) throws IOException {
        return open(element, attributes).text(text).close();
    }

    Markup line() throws IOException {
        out.append('\n');
        return this;
    }

    /** The style sheet, as it is: the policy holds its digest. */
    void style(String sheet) throws IOException {
        out.append("<style>").append(sheet).append("</style>");
    }

    void end() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements left open: " + open);
        }
    }

    private void start(String element, String... attributes) throws IOException {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    private void escape(String text) throws IOException {
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

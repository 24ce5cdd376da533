package org.understudy.server.imap.list;

/**
 * A pattern of LIST: {@code *} stands for any text, {@code %} for any without the hierarchy delimiter (RFC 9051 section
 * 6.3.9). Matching takes time in proportion to name times pattern, whatever the pattern.
 */
final class Pattern {
    private final String text;
    private final char delimiter;

    /** @param text reference and pattern together */
    Pattern(String text, char delimiter) {
        boolean inbox = text.length() >= 5
                && text.substring(0, 5).equalsIgnoreCase("INBOX")
                && (text.length() == 5 || "*%".indexOf(text.charAt(5)) >= 0);
        this.text = inbox ? "INBOX" + text.substring(5) : text;
        this.delimiter = delimiter;
    }

    /** Whether levels of hierarchy that are no mailboxes are listed too. */
    boolean listsLevels() {
        return text.endsWith("%");
    }

    boolean matches(String name) {
        boolean[] reached = new boolean[name.length() + 1];
        reached[0] = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*' || c == '%') {
                for (int at = 1; at <= name.length(); at++) {
                    reached[at] |= reached[at - 1] && (c == '*' || name.charAt(at - 1) != delimiter);
                }
            } else {
                for (int at = name.length(); at > 0; at--) {
                    reached[at] = reached[at - 1] && name.charAt(at - 1) == c;
                }
                reached[0] = false;
            }
        }
        return reached[name.length()];
    }
}

package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of subscribed mailboxes, as levels. Dovecot's {@code subscriptions}: version 1 is a name a line; version 2 begins
 * with {@code V<TAB>2} and an empty line, and has the levels between tabs, in which byte 1 escapes. Courier's {@code
 * courierimapsubscribed}: a name a line, below {@code INBOX}.
 */
public final class Subscriptions {
    public static final Subscriptions NONE = new Subscriptions();

    private final Set<List<String>> names = new HashSet<>();
    private int lineNumber;
    private boolean tabbed;

    private Subscriptions() {}

    public static Subscriptions read(Path file) throws IOException {
        Subscriptions subscriptions = new Subscriptions();
        ControlFile.lines(file, subscriptions::line);
        return subscriptions;
    }

    /** @param levels as decoded from disk; empty for INBOX */
    public boolean contains(List<String> levels) {
        return names.contains(levels);
    }

    private void line(String line) {
        lineNumber++;
        if (lineNumber == 1 && line.startsWith("V\t")) {
            tabbed = true;
        } else if (line.isEmpty()) {
            return;
        } else if (tabbed) {
            List<String> levels = new ArrayList<>();
            for (String level : line.split("\t", -1)) {
                levels.add(ModifiedUtf7.decode(unescape(level)));
            }
            add(levels);
        } else {
            add(decoded(line.split("\\.", -1)));
            add(decoded(line.split("/", -1)));
        }
    }

    /** With and without the level INBOX, which is a prefix for some servers and a mailbox for others. */
    private void add(List<String> levels) {
        names.add(List.copyOf(levels));
        if (levels.get(0).equalsIgnoreCase("INBOX")) {
            names.add(List.copyOf(levels.subList(1, levels.size())));
        }
    }

    private static List<String> decoded(String[] levels) {
        List<String> decoded = new ArrayList<>();
        for (String level : levels) {
            decoded.add(ModifiedUtf7.decode(level));
        }
        return decoded;
    }

    private static String unescape(String text) {
        if (text.indexOf('\1') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\1' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char code = text.charAt(++i);
            plain.append(
                    switch (code) {
                        case '0' -> '\0';
                        case '1' -> '\1';
                        case 't' -> '\t';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        default -> code;
                    });
        }
        return plain.toString();
    }
}

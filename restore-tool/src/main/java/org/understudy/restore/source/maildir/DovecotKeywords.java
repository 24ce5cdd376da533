package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ReadFailure;

/**
 * Names of the keywords that file names give as letters: Dovecot's {@code dovecot-keywords}, a line {@code <n> <name>}
 * each, where 0 is {@code a} and 25 is {@code z}.
 */
final class DovecotKeywords {
    static final DovecotKeywords NONE = new DovecotKeywords();

    private static final int LETTERS = 26;

    private final @Nullable String[] names = new @Nullable String[LETTERS];
    private String condition = "";

    private DovecotKeywords() {}

    static DovecotKeywords read(Path file) {
        DovecotKeywords keywords = new DovecotKeywords();
        try {
            ControlFile.lines(file, keywords::line);
        } catch (IOException e) {
            keywords.condition = "could not be read: " + ReadFailure.words(e);
        }
        return keywords;
    }

    /** Name of the keyword for a letter from {@code a} to {@code z}. */
    String name(char letter) {
        String name = names[letter - 'a'];
        return name == null ? "unknown-" + (letter - 'a') : name;
    }

    /** What is wrong with the file, or the empty text. */
    String condition() {
        return condition;
    }

    private void line(String line) {
        int space = line.indexOf(' ');
        String name = space < 1 ? "" : line.substring(space + 1);
        if (space < 1 || space > 2 || !isNumber(line, space) || !isKeyword(name)) {
            condition = "has a line that names no keyword; letters without a name come as unknown-0 and so on";
            return;
        }
        int index = Integer.parseInt(line.substring(0, space));
        if (index < LETTERS) {
            names[index] = name;
        }
    }

    private static boolean isNumber(String line, int end) {
        for (int i = 0; i < end; i++) {
            if (line.charAt(i) < '0' || line.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Whether a name can be a keyword: an atom (RFC 9051 section 9). */
    static boolean isKeyword(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= 0x20 || c >= 0x7f || "(){%*\"\\]".indexOf(c) >= 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}

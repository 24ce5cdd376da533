package org.understudy.restore.source.cyrus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.source.ReadFailure;

/**
 * What {@code cyrus.header} says of a mailbox.
 *
 * @param name in Cyrus's internal form, for example {@code user.anna.Sent}; empty before 3.6
 * @param type one letter for what it holds, {@code e} for mail, and others for its state; empty before 3.6
 * @param keywords their names by number; an empty text for a number that is not used
 * @param condition what is wrong with the file; empty if nothing
 */
record CyrusHeader(Optional<String> name, String type, List<String> keywords, String condition) {
    static final String NAME = "cyrus.header";

    private static final String MAGIC = "\u00a1\u0002\u008b\rCyrus mailbox header\n";
    private static final int LIMIT = 1 << 20;

    /** Collections, calendars, address books, notifications, submissions, subscriptions, Sieve scripts. */
    private static final String NO_MAIL = "bcajspf";

    boolean isForMail() {
        return type.isEmpty() || NO_MAIL.indexOf(type.charAt(0)) < 0;
    }

    static CyrusHeader read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return without("there is none: the names of keywords are lost");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return parse(new String(in.readNBytes(LIMIT), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return without("it cannot be read: " + ReadFailure.words(e));
        }
    }

    private static CyrusHeader without(String why) {
        return new CyrusHeader(Optional.empty(), "", List.of(), why);
    }

    private static CyrusHeader parse(String text) {
        if (!text.startsWith(MAGIC)) {
            return without("it does not begin as such: the names of keywords are lost");
        }
        // Two lines of a quotation follow the first.
        int start = text.indexOf('\n', text.indexOf('\n', MAGIC.length()) + 1) + 1;
        String body = start <= 0 ? "" : text.substring(start);
        if (body.startsWith("%")) {
            return list(body);
        }
        String[] lines = body.split("\n", -1);
        if (lines.length < 2) {
            return without("it is cut off: the names of keywords are lost");
        }
        return new CyrusHeader(Optional.empty(), "", lines[1].isEmpty() ? List.of() : List.of(lines[1].split(" ")), "");
    }

    /** The form since 3.6: {@code %(T e N user.anna I id A %(anna lrs) U (flag flag))}. */
    private static CyrusHeader list(String body) {
        List<String> tokens = tokens(body);
        Optional<String> name = Optional.empty();
        String type = "";
        List<String> keywords = List.of();
        int depth = 0;
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (token.equals("(")) {
                depth++;
            } else if (token.equals(")")) {
                depth--;
            } else if (depth == 1 && i + 1 < tokens.size()) {
                String value = tokens.get(i + 1);
                switch (token) {
                    case "N" -> {
                        name = Optional.of(value);
                        i++;
                    }
                    case "T" -> {
                        type = value;
                        i++;
                    }
                    case "U" -> {
                        keywords = new ArrayList<>();
                        for (i += 2; i < tokens.size() && !tokens.get(i).equals(")"); i++) {
                            String keyword = tokens.get(i);
                            keywords.add(keyword.equals("NIL") ? "" : keyword);
                        }
                    }
                    default -> {
                        if (!value.equals("(")) {
                            i++;
                        }
                    }
                }
            }
        }
        boolean whole = depth == 0 && !tokens.isEmpty();
        return new CyrusHeader(
                name, type, List.copyOf(keywords), whole ? "" : "it is cut off: the names of keywords may be lost");
    }

    private static List<String> tokens(String body) {
        List<String> tokens = new ArrayList<>();
        int i = 0;
        while (i < body.length()) {
            char c = body.charAt(i);
            if (c == '(' || c == ')') {
                tokens.add(String.valueOf(c));
                i++;
                continue;
            }
            if (c == ' ' || c == '%' || c == '\n' || c == '\r') {
                i++;
                continue;
            }
            StringBuilder token = new StringBuilder();
            if (c == '"') {
                for (i++; i < body.length() && body.charAt(i) != '"'; i++) {
                    if (body.charAt(i) == '\\' && i + 1 < body.length()) {
                        i++;
                    }
                    token.append(body.charAt(i));
                }
                i++;
            } else {
                while (i < body.length() && " ()\n\r".indexOf(body.charAt(i)) < 0) {
                    token.append(body.charAt(i++));
                }
            }
            tokens.add(token.toString());
        }
        return tokens;
    }
}

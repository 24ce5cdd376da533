package org.understudy.storage.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the Content fields of one header block say (RFC 2045, 1864, 2183, 2557, 3282). */
final class ContentFields {
    /** Comments before and behind a value; parentheses within it may be its own. */
    private static final Pattern AROUND = Pattern.compile("^\\s*(?:\\([^()]*\\)\\s*)?|(?:\\s+\\([^()]*\\))?\\s*$");

    /** A value with parameters; names are in lower case, the first of a name counts. */
    record Valued(String value, Map<String, String> parameters) {}

    private static final int PARAMETERS = 1000;

    String type = "text";
    String subType = "plain";
    Map<String, String> parameters = new TreeMap<>();

    @Nullable
    String id;

    @Nullable
    String description;

    String encoding = "7bit";

    @Nullable
    String md5;

    @Nullable
    Valued disposition;

    List<String> languages = List.of();

    @Nullable
    String location;

    /** @param inDigest whether what has no type is a message (RFC 2046 section 5.1.5) */
    static ContentFields read(byte[] header, int length, boolean inDigest) {
        ContentFields fields = new ContentFields();
        if (inDigest) {
            fields.type = "message";
            fields.subType = "rfc822";
        }
        boolean[] typed = new boolean[1];
        HeaderLines.visit(header, 0, length, (from, nameEnd, value, to) -> {
            if (nameEnd - from < 10 || !HeaderLines.isNamed(header, from, from + 8, "content-")) {
                return;
            }
            String name = new String(header, from + 8, nameEnd - from - 8, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .toLowerCase(Locale.ROOT);
            String text = HeaderLines.unfolded(header, value, to);
            if (name.equals("type") && !typed[0]) {
                typed[0] = fields.type(text);
            } else if (!text.isEmpty()) {
                fields.field(name, text);
            }
        });
        if (fields.type.equals("text") && !fields.parameters.containsKey("charset")) {
            fields.parameters.put("charset", "us-ascii");
        }
        return fields;
    }

    private void field(String name, String text) {
        switch (name) {
            case "id" -> id = id == null ? text : id;
            case "description" -> description = description == null ? text : description;
            case "transfer-encoding" -> encoding = token(text);
            case "md5" -> md5 = md5 == null ? text : md5;
            case "disposition" -> disposition = disposition == null ? valued(text) : disposition;
            case "language" -> languages = languages(text);
            case "location" -> location = location == null ? uri(text) : location;
            default -> {}
        }
    }

    private static String token(String text) {
        String bare = valued(text).value();
        return bare.isEmpty() ? "7bit" : bare.toLowerCase(Locale.ROOT);
    }

    private boolean type(String text) {
        Valued valued = valued(text);
        int slash = valued.value().indexOf('/');
        if (slash <= 0 || slash == valued.value().length() - 1) {
            return false;
        }
        type = valued.value().substring(0, slash).strip().toLowerCase(Locale.ROOT);
        subType = valued.value().substring(slash + 1).strip().toLowerCase(Locale.ROOT);
        parameters = new TreeMap<>(valued.parameters());
        return true;
    }

    /** An address (RFC 2557 section 4.4) without comments around it, and without the blanks that folding put in. */
    private static String uri(String text) {
        String bare = AROUND.matcher(text).replaceAll("");
        String address = bare.startsWith("\"") ? word(bare, new int[1], "") : bare;
        return address.replaceAll("\\s", "");
    }

    private static List<String> languages(String text) {
        List<String> languages = new ArrayList<>();
        for (String tag : valued(text).value().split(",", -1)) {
            if (!tag.isBlank()) {
                languages.add(tag.strip());
            }
        }
        return languages;
    }

    /** {@code value *(";" name "=" (token / quoted-string))}, with comments anywhere between. */
    static Valued valued(String text) {
        Map<String, String> parameters = new TreeMap<>();
        int[] at = new int[1];
        String value = word(text, at, ";").strip();
        for (int i = 0; at[0] < text.length() && i < PARAMETERS; i++) {
            at[0]++;
            String name = word(text, at, ";=").strip().toLowerCase(Locale.ROOT);
            if (at[0] < text.length() && text.charAt(at[0]) == '=') {
                at[0]++;
                String given = word(text, at, ";");
                if (!name.isEmpty()) {
                    parameters.putIfAbsent(name, given);
                }
            }
        }
        return new Valued(value, parameters);
    }

    /** Text up to one of {@code ends}: quotes and escapes taken away, comments left out, blanks around it stripped. */
    private static String word(String text, int[] position, String ends) {
        StringBuilder word = new StringBuilder();
        int at = position[0];
        boolean quoted = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = true;
                if (word.toString().isBlank()) {
                    word.setLength(0);
                }
                for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                        at++;
                    }
                    word.append(text.charAt(at));
                }
                at++;
            } else if (c == '(' && !quoted) {
                int depth = 0;
                do {
                    char inside = text.charAt(at);
                    if (inside == '\\') {
                        at++;
                    } else if (inside == '(') {
                        depth++;
                    } else if (inside == ')') {
                        depth--;
                    }
                    at++;
                } while (at < text.length() && depth > 0);
            } else if (ends.indexOf(c) >= 0) {
                break;
            } else {
                if (!quoted || (c != ' ' && c != '\t')) {
                    word.append(c);
                }
                at++;
            }
        }
        position[0] = at;
        return quoted ? word.toString() : word.toString().strip();
    }
}

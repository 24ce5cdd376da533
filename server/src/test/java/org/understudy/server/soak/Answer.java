package org.understudy.server.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the server answered to one command: each untagged response, and the tagged line without its tag. */
record Answer(List<String> untagged, String tagged) {
    private static final Pattern FETCH = Pattern.compile("\\* (\\d+) FETCH (.*)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("\\[([A-Z]+) ([^\\]]*)\\]");

    /** One FETCH response: item names in upper case with what followed them. */
    record Fetched(long sequence, Map<String, String> items) {
        long uid() {
            return number("UID");
        }

        long number(String item) {
            String text = items.get(item);
            Difference.unless(text != null, "no %s in %s", item, items.keySet());
            return Long.parseLong(text);
        }

        long modseq() {
            String text = items.getOrDefault("MODSEQ", "(0)");
            return Long.parseLong(text.substring(1, text.length() - 1));
        }

        /** Without \Recent. */
        Set<String> flags() {
            Set<String> flags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            String text = items.get("FLAGS");
            Difference.unless(text != null, "no FLAGS in %s", items);
            for (String flag : text.substring(1, text.length() - 1).split(" ")) {
                if (!flag.isEmpty() && !flag.equalsIgnoreCase("\\Recent")) {
                    flags.add(flag);
                }
            }
            return flags;
        }
    }

    boolean ok() {
        return tagged.startsWith("OK");
    }

    List<Fetched> fetches() {
        List<Fetched> found = new ArrayList<>();
        for (String line : untagged) {
            Matcher matcher = FETCH.matcher(line);
            if (matcher.matches()) {
                found.add(new Fetched(Long.parseLong(matcher.group(1)), items(matcher.group(2))));
            }
        }
        return found;
    }

    /** Numbers of the SEARCH response; all of them if there are several. */
    Set<Long> found() {
        Set<Long> numbers = new TreeSet<>();
        for (String line : untagged) {
            if (line.startsWith("* SEARCH")) {
                String list =
                        line.substring(8).replaceAll("\\(MODSEQ \\d+\\)", "").strip();
                for (String word : list.split(" ")) {
                    if (!word.isEmpty()) {
                        numbers.add(Long.parseLong(word));
                    }
                }
            }
        }
        return numbers;
    }

    /** What a response code says, in whichever line it is; empty if there is none. */
    String code(String name) {
        for (String line : untagged) {
            String value = code(line, name);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return code(tagged, name);
    }

    private static String code(String line, String name) {
        Matcher matcher = CODE.matcher(line);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2);
            }
        }
        return "";
    }

    long number(String code) {
        String value = code(code);
        Difference.unless(!value.isEmpty(), "no %s in %s %s", code, untagged, tagged);
        return Long.parseLong(value.strip());
    }

    /** A set of numbers as IMAP writes it. */
    static Set<Long> set(String text) {
        Set<Long> numbers = new TreeSet<>();
        for (String part : text.split(",")) {
            String[] ends = part.split(":");
            long first = Long.parseLong(ends[0]);
            long last = ends.length > 1 ? Long.parseLong(ends[1]) : first;
            for (long i = Math.min(first, last); i <= Math.max(first, last); i++) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    /** The same in the order written. */
    static List<Long> list(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String part : text.split(",")) {
            numbers.addAll(set(part));
        }
        return numbers;
    }

    private static Map<String, String> items(String text) {
        Map<String, String> items = new LinkedHashMap<>();
        int at = 1; // behind the opening parenthesis
        while (at < text.length() && text.charAt(at) != ')') {
            int end = at;
            int brackets = 0;
            while (brackets > 0 || text.charAt(end) != ' ') {
                brackets += text.charAt(end) == '[' ? 1 : text.charAt(end) == ']' ? -1 : 0;
                end++;
            }
            String name = text.substring(at, end).toUpperCase(Locale.ROOT);
            int value = end + 1;
            int stop = valueEnd(text, value);
            String found = text.substring(value, stop);
            int literal = found.startsWith("{") ? found.indexOf("}\r\n") : -1;
            items.put(name, literal < 0 ? found : found.substring(literal + 3));
            at = stop;
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }
        return items;
    }

    private static int valueEnd(String text, int from) {
        char first = text.charAt(from);
        if (first == '{') {
            int close = text.indexOf("}\r\n", from);
            return close + 3 + Integer.parseInt(text.substring(from + 1, close));
        }
        if (first == '"') {
            int at = from + 1;
            while (text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            return at + 1;
        }
        if (first == '(') {
            int depth = 0;
            int at = from;
            do {
                char one = text.charAt(at);
                if (one == '"' || one == '{') {
                    at = valueEnd(text, at);
                    continue;
                }
                depth += one == '(' ? 1 : one == ')' ? -1 : 0;
                at++;
            } while (depth > 0);
            return at;
        }
        int at = from;
        while (text.charAt(at) != ' ' && text.charAt(at) != ')') {
            at++;
        }
        return at;
    }
}

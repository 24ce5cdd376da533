package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keywords by message as Courier keeps them in {@code courierimapkeywords}: {@code :list} holds the keywords' names a
 * line, an empty line, and {@code <base>:<n> <n>...} a message; a file named as the message's base, or {@code
 * .<n>.<base>}, holds newer keywords of that message, a line each (courier-mta.org/imap/README.imapkeywords.html).
 */
final class CourierKeywords {
    static final CourierKeywords NONE = new CourierKeywords();
    static final String FOLDER = "courierimapkeywords";

    private final Map<String, Set<String>> byBase = new HashMap<>();

    private CourierKeywords() {}

    /** @throws IOException if the folder or {@code :list} cannot be read */
    static CourierKeywords read(Path folder) throws IOException {
        CourierKeywords keywords = new CourierKeywords();
        Map<String, Path> updates = new TreeMap<>();
        for (Path file : Listing.of(folder)) {
            String name = NameText.of(file);
            if (!ControlFile.isPlain(file)) {
                continue;
            }
            if (name.equals(":list")) {
                keywords.list(file);
            } else {
                updates.put(name, file);
            }
        }
        keywords.apply(updates);
        return keywords;
    }

    Set<String> of(String base) {
        return byBase.getOrDefault(base, Set.of());
    }

    private void list(Path file) throws IOException {
        List<String> names = new ArrayList<>();
        boolean[] inMessages = new boolean[1];
        ControlFile.lines(file, line -> {
            if (!inMessages[0]) {
                inMessages[0] = line.isEmpty();
                if (!line.isEmpty()) {
                    names.add(line);
                }
                return;
            }
            int colon = line.lastIndexOf(':');
            if (colon > 0) {
                Set<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
                for (String number : line.substring(colon + 1).trim().split(" +")) {
                    if (number.matches("\\d{1,6}") && Integer.parseInt(number) < names.size()) {
                        addKeyword(words, names.get(Integer.parseInt(number)));
                    }
                }
                byBase.put(line.substring(0, colon), words);
            }
        });
    }

    /** Whole files first, then numbered ones by number, so that the newest wins. */
    private void apply(Map<String, Path> updates) throws IOException {
        TreeMap<Long, Map<String, Path>> numbered = new TreeMap<>();
        for (Map.Entry<String, Path> update : updates.entrySet()) {
            String name = update.getKey();
            int dot = name.startsWith(".") ? name.indexOf('.', 1) : -1;
            if (dot > 1 && name.substring(1, dot).matches("\\d{1,18}")) {
                numbered.computeIfAbsent(Long.parseLong(name.substring(1, dot)), n -> new TreeMap<>())
                        .put(name.substring(dot + 1), update.getValue());
            } else if (!name.startsWith(".")) {
                byBase.put(name, words(update.getValue()));
            }
        }
        for (Map<String, Path> generation : numbered.values()) {
            for (Map.Entry<String, Path> update : generation.entrySet()) {
                byBase.put(update.getKey(), words(update.getValue()));
            }
        }
    }

    private static Set<String> words(Path file) throws IOException {
        Set<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        ControlFile.lines(file, line -> addKeyword(words, line));
        return words;
    }

    private static void addKeyword(Set<String> to, String name) {
        if (DovecotKeywords.isKeyword(name)) {
            to.add(name);
        }
    }
}

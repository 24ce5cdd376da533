package org.understudy.restore.export;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.understudy.storage.keyspace.Digest;

/**
 * Names of files and directories that every operating system takes: no character that Windows refuses, none of its device
 * names, no dot or blank at an end, no two that differ in case only, none longer than {@value #LONGEST} octets in UTF-8.
 * What was changed is told by the export's own lists.
 */
final class TreeNames {
    /** Octets of one name; Linux takes 255, and an ending or a number has to fit too. */
    static final int LONGEST = 150;

    /** Octets of a whole path below the tree's root; Windows takes 260 characters with what stands before. */
    static final int LONGEST_PATH = 180;

    private static final String REFUSED = "<>:\"/\\|?*";
    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private final Set<String> taken = new HashSet<>();

    /** The levels of a mailbox's name. */
    static List<String> levels(String mailbox) {
        return List.of(mailbox.split("\\.", -1));
    }

    /**
     * Levels as safe names, not taken before.
     *
     * @param parents ends the name of each level but the last
     */
    String path(List<String> levels, String parents) {
        List<String> safe = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            safe.add(safe(levels.get(i)) + (i + 1 < levels.size() ? parents : ""));
        }
        String path = String.join("/", safe);
        if (octets(path) > LONGEST_PATH) {
            path = cut(safe.getLast(), String.join(".", levels));
        }
        return free(path);
    }

    /** The path, or with {@code ~2} and so on at its end if it is taken. */
    String free(String path) {
        String free = path;
        for (int n = 2; !taken.add(folded(free)); n++) {
            free = path + "~" + n;
        }
        return free;
    }

    /** How file systems compare names that do not tell case apart. */
    private static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** One name that is safe everywhere. */
    static String safe(String name) {
        StringBuilder clean = new StringBuilder();
        name.codePoints()
                .forEach(c -> clean.appendCodePoint(
                        REFUSED.indexOf(c) >= 0
                                        || Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.SURROGATE
                                        || Character.getType(c) == Character.UNASSIGNED
                                        || Character.getType(c) == Character.LINE_SEPARATOR
                                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                ? '_'
                                : c));
        int end = clean.length();
        while (end > 0 && (clean.charAt(end - 1) == '.' || clean.charAt(end - 1) == ' ')) {
            end--;
        }
        int start = 0;
        while (start < end && (clean.charAt(start) == '.' || clean.charAt(start) == ' ')) {
            start++;
        }
        String trimmed = Normalizer.normalize(clean.substring(start, end), Normalizer.Form.NFC);
        if (trimmed.isEmpty()) {
            return "_";
        }
        int dot = trimmed.indexOf('.');
        String stem = (dot < 0 ? trimmed : trimmed.substring(0, dot)).strip().toLowerCase(Locale.ROOT);
        String whole = DEVICES.contains(stem) ? "_" + trimmed : trimmed;
        return octets(whole) > LONGEST ? cut(whole, name) : whole;
    }

    /** The begin of a name, and a digest of the original in place of the rest. */
    static String cut(String shown, String original) {
        StringBuilder begin = new StringBuilder();
        int room = LONGEST / 2;
        for (int c : shown.codePoints().toArray()) {
            room -= octets(Character.toString(c));
            if (room < 0) {
                break;
            }
            begin.appendCodePoint(c);
        }
        byte[] digest = Digest.sha256().digest(original.getBytes(StandardCharsets.UTF_8));
        return begin.toString().stripTrailing() + "~" + HexFormat.of().formatHex(digest, 0, 4);
    }

    static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

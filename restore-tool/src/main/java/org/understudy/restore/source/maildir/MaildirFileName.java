package org.understudy.restore.source.maildir;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Flags;

/**
 * The name of a message file: {@code unique[,S=octets][,W=octets][:2,letters]}; instead of the colon {@code ;} or
 * {@code !} where a file system does not have it.
 *
 * @param base all before the separator; an index names the file by it
 * @param letters flags in capitals, keywords as {@code a} to {@code z}
 * @param size what {@code S=} states, or -1
 * @param virtualSize what {@code W=} states, or -1
 */
record MaildirFileName(String base, String letters, long size, long virtualSize) {
    private static final Pattern EXPORTED = Pattern.compile("^(-?\\d{1,11})\\.M(\\d{6})U\\d+\\.understudy,S=");
    private static final int NANOS_PER_MICRO = 1000;
    private static final Pattern DELIVERED = Pattern.compile("\\d{9,}\\.[^/]+");

    static MaildirFileName parse(String name) {
        int separator = name.indexOf(':');
        if (separator < 0) {
            separator = Math.max(name.lastIndexOf(";2,"), name.lastIndexOf("!2,"));
        }
        String base = separator < 0 ? name : name.substring(0, separator);
        String letters = "";
        if (separator >= 0 && name.startsWith("2,", separator + 1)) {
            int end = separator + 3;
            while (end < name.length() && isLetter(name.charAt(end))) {
                end++;
            }
            letters = name.substring(separator + 3, end);
        }
        return new MaildirFileName(base, letters, number(base, ",S="), number(base, ",W="));
    }

    /** INTERNALDATE as an export of ours states it in the name, so that copies without file times keep it; else null. */
    @Nullable
    Instant exportedDate() {
        Matcher matcher = EXPORTED.matcher(base);
        return matcher.find()
                ? Instant.ofEpochSecond(
                        Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)) * NANOS_PER_MICRO)
                : null;
    }

    /** Whether a name is one that only a Maildir's message has. */
    static boolean looksDelivered(String name) {
        return name.contains(":2,")
                || name.contains(";2,")
                || name.contains("!2,")
                || DELIVERED.matcher(name).matches();
    }

    /** The base without sizes: what stays when a tool adds or corrects them. */
    String unique() {
        int comma = base.indexOf(',');
        return comma < 0 ? base : base.substring(0, comma);
    }

    /**
     * Flags as the letters state them; {@code P} is the keyword {@code $Forwarded}. A letter that {@code keywords} does
     * not name becomes {@code unknown-0} and so on, as Dovecot does.
     */
    Flags flags(DovecotKeywords keywords, Set<String> more) {
        int system = 0;
        Set<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        words.addAll(more);
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            switch (letter) {
                case 'D' -> system |= Flags.DRAFT;
                case 'F' -> system |= Flags.FLAGGED;
                case 'P' -> words.add("$Forwarded");
                case 'R' -> system |= Flags.ANSWERED;
                case 'S' -> system |= Flags.SEEN;
                case 'T' -> system |= Flags.DELETED;
                default -> {
                    if (letter >= 'a' && letter <= 'z') {
                        words.add(keywords.name(letter));
                    }
                }
            }
        }
        return system == 0 && words.isEmpty() ? Flags.NONE : Flags.of(system, words);
    }

    private static boolean isLetter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static long number(String base, String key) {
        int start = base.indexOf(key);
        if (start < 0) {
            return -1;
        }
        start += key.length();
        int end = start;
        while (end < base.length() && base.charAt(end) >= '0' && base.charAt(end) <= '9') {
            end++;
        }
        boolean whole = end > start && end - start <= 18 && (end == base.length() || base.charAt(end) == ',');
        return whole ? Long.parseLong(base.substring(start, end)) : -1;
    }
}

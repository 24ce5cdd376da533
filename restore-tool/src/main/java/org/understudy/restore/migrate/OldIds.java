package org.understudy.restore.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The unique ids that the old side's POP3 gave, so far as they can be told from here: from UID and UIDVALIDITY, in the way that
 * Dovecot's {@code pop3_uidl_format} says; and those that Dovecot noted for single messages, as it does for mail that came
 * to it from another server, in field {@code P} of {@code dovecot-uidlist}.
 *
 * @param format with {@code %u} for the UID and {@code %v} for UIDVALIDITY, with {@code 0}, a width and {@code X} (hexadecimal)
 *     between where wanted; empty where ids cannot be told
 */
record OldIds(String format) {
    /** Dovecot's own. */
    static final String DOVECOT = "%08Xu%08Xv";

    /** What an operator says where ids are not to be kept. */
    static final String NONE = "none";

    private static final Pattern VARIABLE = Pattern.compile("%(0?)([0-9]{0,2})(X?)([a-zA-Z%])");

    /**
     * @param given by the operator; null in migrations that were begun before it was asked
     * @throws OperatorException {@link Reason#USAGE} where it has variables that are not known here
     */
    static OldIds of(@Nullable String given) {
        if (given == null || given.equals(NONE)) {
            return new OldIds("");
        }
        Matcher variables = VARIABLE.matcher(given);
        boolean uid = false;
        while (variables.find()) {
            char name = variables.group(4).charAt(0);
            uid |= name == 'u';
            if (name != 'u' && name != 'v' && name != '%') {
                throw refused(given);
            }
        }
        if (!uid || VARIABLE.matcher(given).replaceAll("").contains("%")) {
            throw refused(given);
        }
        return new OldIds(given);
    }

    private static OperatorException refused(String given) {
        return new OperatorException(
                Reason.USAGE,
                "'" + given + "' says not how the old side makes ids of POP3 from %u, the UID, and %v, UIDVALIDITY",
                "Give what 'doveconf pop3_uidl_format' says there, for example " + DOVECOT
                        + " or %v.%u; ids with %f, %g or" + " %m cannot be told from here: then say " + NONE + ".");
    }

    boolean known() {
        return !format.isEmpty();
    }

    String id(long uid, long uidValidity) {
        return VARIABLE.matcher(format).replaceAll(match -> {
            String text = switch (match.group(4)) {
                case "u" -> number(uid, match.group(3));
                case "v" -> number(uidValidity, match.group(3));
                default -> "%";
            };
            int width = match.group(2).isEmpty() ? 0 : Integer.parseInt(match.group(2));
            String padding = (match.group(1).isEmpty() ? " " : "0").repeat(Math.max(0, width - text.length()));
            return Matcher.quoteReplacement(padding + text);
        });
    }

    private static String number(long value, String hexadecimal) {
        return hexadecimal.isEmpty()
                ? Long.toString(value)
                : Long.toHexString(value).toLowerCase(Locale.ROOT);
    }

    /** Ids by UID that a Maildir's list has for single messages; empty where it has none. */
    static Map<Long, String> noted(Path maildir) throws IOException {
        Path list = maildir.resolve("dovecot-uidlist");
        Map<Long, String> ids = new HashMap<>();
        if (!Files.isRegularFile(list)) {
            return ids;
        }
        for (String line : Files.readString(list, StandardCharsets.ISO_8859_1).split("\n")) {
            int base = line.indexOf(" :");
            String[] words = (base < 0 ? "" : line.substring(0, base)).split(" ");
            if (words[0].matches("\\d{1,10}")) {
                for (int i = 1; i < words.length; i++) {
                    if (words[i].startsWith("P")) {
                        ids.put(Long.parseLong(words[0]), words[i].substring(1));
                    }
                }
            }
        }
        return ids;
    }
}

package org.understudy.restore.crowd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.restore.message.HeaderBlock;

/**
 * The addresses that delivery wrote into a header for the recipient: the fields of Postfix, Exim, qmail and others, and
 * {@code for} of the topmost Received field that has one (RFC 5321 section 4.4). Those of To and Cc say nothing: blind
 * copies and lists are not in them.
 */
final class OwnerEvidence {
    private static final Set<String> FIELDS = NoteTaker.names(
            "Delivered-To",
            "X-Original-To",
            "Envelope-To",
            "X-Envelope-To",
            "X-Delivered-To",
            "X-Original-Delivered-To",
            "X-RCPT-TO",
            "Apparently-To");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>,;:()\"\\[\\]]{1,64}@[A-Za-z0-9._-]{1,190}");
    private static final Pattern FOR =
            Pattern.compile("\\bfor\\s+<?([^\\s<>,;:()\"\\[\\]]{1,64}@[A-Za-z0-9._-]{1,190})>?");
    private static final int MOST = 8;
    private static final int VALUE = 2000;

    private OwnerEvidence() {}

    /** In lower case, each once, at most 8. */
    static List<String> addresses(HeaderBlock header) {
        List<String> found = new ArrayList<>();
        boolean received = false;
        for (HeaderBlock.Field field : header.fields()) {
            if (FIELDS.contains(field.name())) {
                Matcher matcher = ADDRESS.matcher(header.value(field, VALUE));
                while (matcher.find()) {
                    add(found, matcher.group());
                }
            } else if (!received && field.name().equalsIgnoreCase("Received")) {
                String value = header.value(field, VALUE);
                int word = value.indexOf("for ");
                Matcher matcher = FOR.matcher(value);
                if (word >= 0 && matcher.find(word)) {
                    received = true;
                    add(found, matcher.group(1));
                }
            }
        }
        return found;
    }

    private static void add(List<String> found, String address) {
        String lower = address.toLowerCase(Locale.ROOT);
        if (found.size() < MOST && !found.contains(lower)) {
            found.add(lower);
        }
    }
}

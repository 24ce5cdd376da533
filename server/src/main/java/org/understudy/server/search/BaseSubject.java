package org.understudy.server.search;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A subject without what replies and forwards add (RFC 5256 section 2.1).
 *
 * @param text without leading and trailing artifacts, blanks run together
 * @param reply whether something of a reply or a forward was taken away
 */
record BaseSubject(String text, boolean reply) {
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n]+");
    private static final Pattern TRAILER = Pattern.compile("(?i)(\\(fwd\\)|[ \\t])$");
    private static final String BLOB = "\\[[^\\[\\]]*\\][ \\t]*";
    private static final Pattern LEADER = Pattern.compile(
            "^(?:[ \\t]+|(?:" + BLOB + ")*(?:re|fwd?)[ \\t]*(?:" + BLOB + ")?:)", Pattern.CASE_INSENSITIVE);
    private static final Pattern LEADING_BLOB = Pattern.compile("^" + BLOB);
    private static final Pattern FORWARD = Pattern.compile("^\\[fwd:(.*)\\]$", Pattern.CASE_INSENSITIVE);

    /** Of a longer subject the rest is left off. */
    private static final int MOST_CHARACTERS = 1000;

    /** @param subject with its encoded words decoded */
    static BaseSubject of(String subject) {
        String begin = subject.length() > MOST_CHARACTERS ? subject.substring(0, MOST_CHARACTERS) : subject;
        String text = BLANKS.matcher(begin).replaceAll(" ");
        boolean reply = false;
        while (true) {
            for (Matcher m = TRAILER.matcher(text); m.find(); m = TRAILER.matcher(text)) {
                reply |= m.end() - m.start() > 1;
                text = text.substring(0, m.start());
            }
            boolean changed = true;
            while (changed) {
                changed = false;
                Matcher leader = LEADER.matcher(text);
                if (leader.find()) {
                    reply |= leader.group().endsWith(":");
                    text = text.substring(leader.end());
                    changed = true;
                }
                Matcher blob = LEADING_BLOB.matcher(text);
                if (blob.find() && blob.end() < text.length()) {
                    text = text.substring(blob.end());
                    changed = true;
                }
            }
            Matcher forward = FORWARD.matcher(text);
            if (!forward.find()) {
                return new BaseSubject(text, reply);
            }
            text = forward.group(1);
            reply = true;
        }
    }
}

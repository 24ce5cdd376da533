package org.understudy.restore.plan;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which senders are asked for. A pattern with an {@code @} is an address ({@code anna@example.org}), one that begins with
 * it a domain and nothing below ({@code @example.org}), one without a domain and all below it ({@code example.org});
 * {@code <>} is the empty return path of bounces. In all of them {@code *} stands for any text. Case does not matter.
 */
final class SenderFilter {
    private static final String NOBODY = "<>";

    private final List<Pattern> patterns;

    SenderFilter(List<String> patterns) {
        this.patterns = patterns.stream().map(SenderFilter::pattern).toList();
    }

    boolean takesAll() {
        return patterns.isEmpty();
    }

    /** @param senders addresses of one message, lower case */
    boolean takes(Set<String> senders) {
        return senders.stream()
                .anyMatch(address -> patterns.stream()
                        .anyMatch(pattern -> pattern.matcher(address).matches()));
    }

    private static Pattern pattern(String given) {
        String lower = given.strip().toLowerCase(Locale.ROOT);
        if (lower.equals(NOBODY)) {
            return Pattern.compile(Pattern.quote(NOBODY));
        }
        String text = glob(lower);
        if (lower.startsWith("@")) {
            return Pattern.compile(".*" + text, Pattern.DOTALL);
        }
        return Pattern.compile(lower.contains("@") ? text : ".*@(.*\\.)?" + text, Pattern.DOTALL);
    }

    private static String glob(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            regex.append(c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
        }
        return regex.toString();
    }
}

package org.understudy.server.autoconfig;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An e-mail address as mail programs ask by it.
 *
 * @param local what stands before the at sign
 * @param domain in lower case
 */
record Address(String local, String domain) {
    private static final Pattern FORM = Pattern.compile("([^@\\s\\p{Cntrl}<>\"]{1,64})@([A-Za-z0-9.-]{1,253})");

    static Optional<Address> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        return matcher.matches()
                ? Optional.of(new Address(matcher.group(1), matcher.group(2).toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    String text() {
        return local + "@" + domain;
    }
}

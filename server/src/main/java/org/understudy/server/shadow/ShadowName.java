package org.understudy.server.shadow;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A login name that means a shadow: {@code WHO/RESTORE/WHOSE}, or {@code WHO/RESTORE} for one's own. A slash may stand in
 * a bare word of IMAP and needs no quotes in configuration files and shells, and no user has one in the name.
 *
 * @param who logs in, with the password of that name
 * @param restore id of the restore
 * @param whose mail is to be seen
 */
record ShadowName(String who, String restore, String whose) {
    private static final String SLASH = "/";
    private static final int MOST_PARTS = 3;
    private static final Pattern RESTORE = Pattern.compile("r-[0-9]{8}-[0-9a-f]{4}");

    /** Whether a login name means a shadow, well-formed or not. */
    static boolean isMeant(String login) {
        return login.contains(SLASH);
    }

    /** Everything before the first slash. */
    static String who(String login) {
        return login.substring(0, login.indexOf(SLASH));
    }

    /** Empty if it has not the form. */
    static Optional<ShadowName> parse(String login) {
        List<String> parts = List.of(login.split(SLASH, MOST_PARTS + 1));
        if (parts.size() < 2 || parts.size() > MOST_PARTS) {
            return Optional.empty();
        }
        String restore = parts.get(1).toLowerCase(Locale.ROOT);
        String whose = parts.size() == MOST_PARTS ? parts.get(2) : parts.get(0);
        return RESTORE.matcher(restore).matches() && !parts.get(0).isBlank() && !whose.isBlank()
                ? Optional.of(new ShadowName(parts.get(0), restore, whose))
                : Optional.empty();
    }
}

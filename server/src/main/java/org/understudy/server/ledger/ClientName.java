package org.understudy.server.ledger;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mail program's name and version, made short enough that all installations of one kind share a row: the name without
 * anything but letters, digits and {@code . _ / + -} and single spaces, 40 characters at most; of the version the first two
 * numbers: {@code Thunderbird 128.5}.
 */
public final class ClientName {
    private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,6})(?:\\.([0-9]{1,6}))?");
    private static final int LONGEST = 40;

    private ClientName() {}

    /** @return empty where nothing is left of the name */
    public static String of(String name, String version) {
        String clean = name.replaceAll("[^A-Za-z0-9._/+ -]", " ")
                .replaceAll(" +", " ")
                .replaceAll("^[^A-Za-z0-9]+", "")
                .strip();
        String cut = clean.length() > LONGEST ? clean.substring(0, LONGEST).strip() : clean;
        Matcher numbers = NUMBERS.matcher(version);
        if (cut.isEmpty() || !numbers.find()) {
            return cut;
        }
        return cut + " " + numbers.group();
    }
}

package org.understudy.server.account;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The form of user names: letters, digits and {@code . _ + = ~ -}, then perhaps {@code @} and a domain. */
public final class UserName {
    private static final int LONGEST_BYTES = 320;
    private static final Pattern FORM = Pattern.compile(
            "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._+=~-]*(@[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}.-]*[\\p{L}\\p{N}])?)?");

    private UserName() {}

    /**
     * The name as it is stored: lower case, Unicode form C.
     *
     * @throws OperatorException {@link Reason#USAGE} if it has not the form or more than 320 bytes of UTF-8
     */
    public static String normalise(String given) {
        return tryNormalise(given)
                .orElseThrow(() -> new OperatorException(
                        Reason.USAGE,
                        "'" + given + "' cannot be a user name",
                        "use letters, digits and . _ + = ~ -, beginning with a letter or digit, then if you like @ and a"
                                + " domain; for example anna or anna@example.org"));
    }

    /** The same, empty where it cannot be one. */
    public static Optional<String> parse(String given) {
        return tryNormalise(given);
    }

    static Optional<String> tryNormalise(String given) {
        String name = Normalizer.normalize(given, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        boolean fits = name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES
                && FORM.matcher(name).matches();
        return fits ? Optional.of(name) : Optional.empty();
    }
}

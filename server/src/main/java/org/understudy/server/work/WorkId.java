package org.understudy.server.work;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Name of a piece of work: {@code w-} and 16 hexadecimal digits by chance. */
public record WorkId(String text) {
    public static final String FORM = "w-[0-9a-f]{16}";

    private static final Pattern PATTERN = Pattern.compile(FORM);

    static WorkId fresh(SecureRandom random) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return new WorkId("w-" + HexFormat.of().formatHex(bytes));
    }

    /** @throws OperatorException {@link Reason#USAGE} if the text is of another form */
    public static WorkId parse(String text) {
        if (!PATTERN.matcher(text).matches()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + text + "' is not the name of a piece of work",
                    "Names look like w-3fa94c0112345678; GET /v1/work lists them.");
        }
        return new WorkId(text);
    }
}

package org.understudy.restore.cohort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Names of cohorts: {@code c-20260527-3fa9}, the day in UTC on which it began and four random hexadecimal digits. */
public final class CohortIds {
    private static final Pattern FORM = Pattern.compile("c-[0-9]{8}-[0-9a-f]{4}");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private CohortIds() {}

    static String fresh(Path cohorts, Instant now, RandomGenerator random) {
        for (int tries = 0; tries < 100_000; tries++) {
            String id = String.format(Locale.ROOT, "c-%s-%04x", DAY.format(now), random.nextInt(0x10000));
            if (!Files.exists(cohorts.resolve(id))) {
                return id;
            }
        }
        throw new OperatorException(
                Reason.CONFLICT,
                "all names for cohorts of this day are taken in " + cohorts,
                "Remove cohorts that are no longer needed.");
    }

    /** Whether {@code word} has the form of a whole name. */
    public static boolean whole(String word) {
        return FORM.matcher(word).matches();
    }

    /** @throws OperatorException {@link Reason#USAGE} if {@code id} is not of that form */
    static String checked(String id) {
        if (!whole(id)) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + id + "' is not the name of a cohort",
                    "Names look like c-20260527-3fa9; 'understudy restore cohort list' shows them.");
        }
        return id;
    }
}

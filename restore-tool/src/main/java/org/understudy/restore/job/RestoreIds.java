package org.understudy.restore.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Names of restores: {@code r-20260527-3fa9}, the day in UTC on which it began and four random hexadecimal digits. */
public final class RestoreIds {
    private static final Pattern FORM = Pattern.compile("r-[0-9]{8}-[0-9a-f]{4}");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RestoreIds() {}

    /** A name that no restore in {@code restores} has. */
    public static String fresh(Path restores, Instant now, RandomGenerator random) {
        return fresh(restores, now, random, new HashSet<>());
    }

    /**
     * The same, for several.
     *
     * @param setAside names that others will take; the new one joins them
     */
    public static String fresh(Path restores, Instant now, RandomGenerator random, Set<String> setAside) {
        for (int tries = 0; tries < 100_000; tries++) {
            String id = String.format(Locale.ROOT, "r-%s-%04x", DAY.format(now), random.nextInt(0x10000));
            if (!Files.exists(restores.resolve(id)) && setAside.add(id)) {
                return id;
            }
        }
        throw new OperatorException(
                Reason.CONFLICT,
                "all names for restores of this day are taken in " + restores,
                "Remove restores that are no longer needed.");
    }

    /** @throws OperatorException {@link Reason#USAGE} if {@code id} is not of the form above */
    public static String checked(String id) {
        if (!FORM.matcher(id).matches()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + id + "' is not the name of a restore",
                    "Names look like r-20260527-3fa9; 'understudy restore list' shows them.");
        }
        return id;
    }
}

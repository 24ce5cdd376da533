package org.understudy.restore.copies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Refuses sources that are the same files: a copy proves nothing of itself. */
public final class SamePlace {
    private SamePlace() {}

    /**
     * @param locations paths, or names that are no paths
     * @throws OperatorException {@link Reason#USAGE} if two are one, or one lies within another
     */
    public static void refuse(List<String> locations) {
        for (int i = 1; i < locations.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (same(locations.get(j), locations.get(i))) {
                    throw new OperatorException(
                            Reason.USAGE,
                            locations.get(j) + " and " + locations.get(i)
                                    + " are the same files, or one lies within the other",
                            "Name another source: a copy proves nothing of itself.");
                }
            }
        }
    }

    private static boolean same(String one, String other) {
        if (one.equals(other)) {
            return true;
        }
        try {
            Path path = Path.of(one);
            Path otherPath = Path.of(other);
            if (!Files.exists(path) || !Files.exists(otherPath)) {
                return false;
            }
            Path real = path.toRealPath();
            Path otherReal = otherPath.toRealPath();
            return real.startsWith(otherReal) || otherReal.startsWith(real);
        } catch (InvalidPathException e) {
            return false;
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    one + " or " + other + " cannot be looked at: " + e.getMessage(),
                    "Check the disk and the mount, and whether this user may read them.",
                    e);
        }
    }
}

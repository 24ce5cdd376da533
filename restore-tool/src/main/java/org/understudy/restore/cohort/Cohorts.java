package org.understudy.restore.cohort;

import java.nio.file.Path;
import java.util.List;

/** The cohorts of a data folder, for reading. */
public final class Cohorts {
    private Cohorts() {}

    /** All, oldest first, as their files have them. */
    public static List<Cohort> all(Path cohorts) {
        return CohortFolder.all(cohorts);
    }
}

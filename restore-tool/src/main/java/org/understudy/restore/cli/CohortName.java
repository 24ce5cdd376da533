package org.understudy.restore.cli;

import java.nio.file.Path;
import java.util.List;
import org.understudy.restore.cohort.Cohort;
import org.understudy.restore.cohort.CohortIds;
import org.understudy.restore.cohort.Cohorts;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Which cohort an operator means by a word. */
final class CohortName {
    private CohortName() {}

    /**
     * @param word an id, the beginning of exactly one, its last four digits, or {@code latest}
     * @throws OperatorException {@link Reason#NOT_FOUND} if none fits, {@link Reason#USAGE} if more than one does
     */
    static String resolve(Invocation invocation, String word) {
        if (CohortIds.whole(word)) {
            return word;
        }
        Path folder = folder(invocation);
        List<String> ids = Cohorts.all(folder).stream().map(Cohort::id).toList();
        if (word.equals("latest") && !ids.isEmpty()) {
            return ids.getLast();
        }
        List<String> fitting = word.isEmpty()
                ? List.of()
                : ids.stream()
                        .filter(id -> id.startsWith(word) || id.endsWith("-" + word))
                        .toList();
        if (fitting.isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there is no cohort " + word + " in " + folder,
                    ids.isEmpty()
                            ? "Begin one with 'understudy restore cohort SOURCE --all', or name the data folder with"
                                    + " --data."
                            : "'understudy restore cohort list' shows the cohorts that there are.");
        }
        if (fitting.size() > 1) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + word + "' may be any of " + String.join(", ", fitting),
                    "Write more of the name.");
        }
        return fitting.getFirst();
    }

    /** Where the cohorts of the data folder lie. */
    static Path folder(Invocation invocation) {
        return invocation.dataFolder().resolve("cohorts");
    }
}

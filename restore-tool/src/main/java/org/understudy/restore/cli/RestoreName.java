package org.understudy.restore.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Which restore an operator means by a word. */
final class RestoreName {
    private static final Pattern WHOLE = Pattern.compile("r-[0-9]{8}-[0-9a-f]{4}");

    private RestoreName() {}

    /**
     * @param word an id, the beginning of exactly one, its last four digits, or {@code latest}
     * @throws OperatorException {@link Reason#NOT_FOUND} if none fits, {@link Reason#USAGE} if more than one does
     */
    static String resolve(Invocation invocation, String word) {
        if (WHOLE.matcher(word).matches()) {
            return word;
        }
        Path folder = folder(invocation);
        List<String> ids = RestoreJobs.all(folder).stream().map(RestoreJob::id).toList();
        if (ids.isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there are no restores in " + folder,
                    "Begin one with 'understudy restore stage SOURCE', or name the data folder with --data.");
        }
        if (word.equals("latest")) {
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
                    "there is no restore " + word + " in " + folder,
                    "'understudy restore list' shows the restores that there are.");
        }
        if (fitting.size() > 1) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + word + "' may be any of " + String.join(", ", fitting),
                    "Write more of the name.");
        }
        return fitting.getFirst();
    }

    /** Where the restores of the data folder lie. */
    static Path folder(Invocation invocation) {
        return invocation.dataFolder().resolve("restores");
    }
}

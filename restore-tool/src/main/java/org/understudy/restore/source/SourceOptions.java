package org.understudy.restore.source;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * What to take from a source, and under which names.
 *
 * @param renames user names as the source gives them, to the names that they get instead; lower case
 * @param only names, after renaming, of the users whose mail is read; empty for all
 * @param scratch folder into which archives may be unpacked while they are open
 * @param progress is told how far unpacking has come
 */
public record SourceOptions(Map<String, String> renames, Set<String> only, Path scratch, Progress progress) {
    private static final int NAMED_AT_MOST = 5;

    /** Everything, under its own names. */
    public static final SourceOptions ALL = new SourceOptions(Map.of(), Set.of());

    /** With the system's folder for temporary files as scratch. */
    public SourceOptions(Map<String, String> renames, Set<String> only) {
        this(renames, only, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Telling nobody of its progress. */
    public SourceOptions(Map<String, String> renames, Set<String> only, Path scratch) {
        this(renames, only, scratch, Progress.SILENT);
    }

    /** The same, telling {@code other} of its progress. */
    public SourceOptions telling(Progress other) {
        return new SourceOptions(renames, only, scratch, other);
    }

    public SourceOptions {
        Map<String, String> lowerRenames = new TreeMap<>();
        renames.forEach((from, to) -> lowerRenames.put(lower(from), lower(to)));
        renames = java.util.Collections.unmodifiableMap(lowerRenames);
        Set<String> lowerOnly = new TreeSet<>();
        only.forEach(user -> lowerOnly.add(lower(user)));
        only = java.util.Collections.unmodifiableSet(lowerOnly);
    }

    /** The name that a user of the source gets. */
    public String rename(String user) {
        return renames.getOrDefault(user, user);
    }

    /** Whether this user's mail is to be read. */
    public boolean takes(String renamedUser) {
        return only.isEmpty() || only.contains(renamedUser);
    }

    /**
     * To be called when all users of a source are known.
     *
     * @param users under their new names
     * @throws OperatorException {@link Reason#NOT_FOUND} if one whose mail is to be read is not among them
     */
    public void requireAmong(Path location, Collection<String> users) {
        for (String wanted : only) {
            if (!users.contains(wanted)) {
                List<String> some = users.stream().limit(NAMED_AT_MOST).toList();
                throw new OperatorException(
                        Reason.NOT_FOUND,
                        location + " holds no mail of user " + wanted,
                        "Name a user who is there: " + String.join(", ", some)
                                + (users.size() > some.size()
                                        ? " and %,d more.".formatted(users.size() - some.size())
                                        : "."));
            }
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(java.util.Locale.ROOT);
    }
}

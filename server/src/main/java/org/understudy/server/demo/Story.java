package org.understudy.server.demo;

import java.io.PrintStream;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Tells the demo to a person, act by act. */
final class Story {
    private static final int LISTED = 8;
    private static final int MONTHS = 9;
    private static final int USERS = 12;

    private final PrintStream out;
    private final boolean silent;
    private int acts;

    /** @param silent tell nothing, where the figures alone are wanted */
    Story(PrintStream out, boolean silent) {
        this.out = out;
        this.silent = silent;
    }

    void act(String title) {
        acts++;
        line("");
        line(acts + ". " + title);
    }

    /** @param text as {@link String#format} takes it */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation's library is not ours at run time
    void say(String text, Object... values) {
        line("   " + String.format(Locale.ROOT, text, values));
    }

    /** The first few of a list, and how many more there are. */
    void list(List<String> lines) {
        lines.stream().limit(LISTED).forEach(one -> line("     " + one));
        if (lines.size() > LISTED) {
            line("     ... and " + (lines.size() - LISTED) + " more");
        }
    }

    /**
     * Users by months, what is there now over what the backup has where they differ; users and months that differ go
     * before others where there are too many to show.
     */
    void table(
            SortedMap<String, SortedMap<YearMonth, Long>> now, SortedMap<String, SortedMap<YearMonth, Long>> backup) {
        TreeSet<YearMonth> months = new TreeSet<>();
        TreeSet<YearMonth> holes = new TreeSet<>();
        TreeSet<String> losers = new TreeSet<>();
        backup.forEach((user, counts) -> counts.forEach((month, had) -> {
            months.add(month);
            if (had != count(now, user, month)) {
                holes.add(month);
                losers.add(user);
            }
        }));
        TreeSet<YearMonth> shown = new TreeSet<>(first(MONTHS, holes, months));
        List<String> users = first(USERS, losers, backup.keySet());
        users.sort(null);
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "     %-16s", "user"));
        shown.forEach(month -> head.append(String.format(Locale.ROOT, "%9s", month)));
        line(head.toString());
        for (String user : users) {
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "     %-16s", user));
            for (YearMonth month : shown) {
                long had = count(backup, user, month);
                long has = count(now, user, month);
                row.append(String.format(Locale.ROOT, "%9s", had == has ? "" + has : has + "/" + had));
            }
            line(row.toString());
        }
        if (users.size() < backup.size()) {
            line("     ... and " + (backup.size() - users.size()) + " more users");
        }
        if (shown.size() < months.size()) {
            line("     ... and " + (months.size() - shown.size()) + " more months");
        }
    }

    private static <T> List<T> first(int count, Collection<T> preferred, Collection<T> all) {
        return new ArrayList<>(Stream.concat(preferred.stream(), all.stream())
                .distinct()
                .limit(count)
                .toList());
    }

    private static long count(SortedMap<String, SortedMap<YearMonth, Long>> census, String user, YearMonth month) {
        return census.getOrDefault(user, new TreeMap<>()).getOrDefault(month, 0L);
    }

    void line(String text) {
        if (!silent) {
            out.println(text);
            out.flush();
        }
    }

    static String size(long octets) {
        return octets < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", octets / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", octets / 1e6);
    }
}

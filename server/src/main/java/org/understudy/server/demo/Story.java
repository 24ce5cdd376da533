package org.understudy.server.demo;

import java.io.PrintStream;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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

    /** Users by months, what is there now over what the backup has where they differ. */
    void table(
            SortedMap<String, SortedMap<YearMonth, Long>> now, SortedMap<String, SortedMap<YearMonth, Long>> backup) {
        TreeSet<YearMonth> months = new TreeSet<>();
        backup.values().forEach(counts -> months.addAll(counts.keySet()));
        List<YearMonth> shown = months.stream().limit(MONTHS).toList();
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "     %-16s", "user"));
        shown.forEach(month -> head.append(String.format(Locale.ROOT, "%9s", month)));
        line(head.toString());
        int rows = 0;
        for (String user : backup.keySet()) {
            if (rows++ == USERS) {
                line("     ... and " + (backup.size() - USERS) + " more users");
                break;
            }
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "     %-16s", user));
            for (YearMonth month : shown) {
                long had = backup.get(user).getOrDefault(month, 0L);
                long has = now.getOrDefault(user, new TreeMap<>()).getOrDefault(month, 0L);
                row.append(String.format(Locale.ROOT, "%9s", had == has ? "" + has : has + "/" + had));
            }
            line(row.toString());
        }
        if (months.size() > MONTHS) {
            line("     ... and " + (months.size() - MONTHS) + " more months");
        }
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

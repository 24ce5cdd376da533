package org.understudy.restore.loss;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.restore.loss.LossReport.AdminRow;
import org.understudy.restore.loss.LossReport.Next;
import org.understudy.restore.loss.LossReport.Row;

/** The commands that stage a restore of what is missing, one for each snapshot that holds best copies. */
final class NextSteps {
    /** More users than this are written into a file. */
    static final int NAMED = 8;

    private static final class Work {
        private final SortedSet<String> users = new TreeSet<>();
        private long messages;
    }

    private final List<Next> steps = new ArrayList<>();
    private final SortedMap<String, SortedSet<String>> lists = new TreeMap<>();

    /** @param folder where the lists of users will lie */
    NextSteps(List<Row> rows, List<AdminRow> administrators, Path folder) {
        SortedMap<String, Work> lost = new TreeMap<>();
        for (Row row : rows) {
            add(lost, row.copy(), row.user(), row.messages());
        }
        SortedMap<String, Work> expunged = new TreeMap<>();
        for (AdminRow row : administrators) {
            add(expunged, row.copy(), row.user(), row.messages());
        }
        lost.forEach((snapshot, work) -> step(snapshot, work, false, folder));
        expunged.forEach((snapshot, work) -> step(snapshot, work, true, folder));
    }

    private static void add(Map<String, Work> works, String copy, String user, long messages) {
        if (copy.isEmpty() || copy.equals(LossReport.LIVE_COPY) || copy.equals(LossReport.LOG_COPY)) {
            return;
        }
        Work work = works.computeIfAbsent(copy, snapshot -> new Work());
        work.users.add(user);
        work.messages += messages;
    }

    private void step(String snapshot, Work work, boolean administrators, Path folder) {
        StringBuilder command = new StringBuilder("understudy restore stage ")
                .append(
                        snapshot.startsWith(History.AT)
                                ? "--at " + snapshot.substring(History.AT.length())
                                : "--snapshot " + snapshot);
        if (work.users.size() <= NAMED) {
            work.users.forEach(user -> command.append(" --user ").append(quoted(user)));
        } else {
            String name = (administrators ? "expunged-" : "users-") + snapshot + ".txt";
            lists.put(name, work.users);
            command.append(" --users-file ").append(quoted(folder.resolve(name).toString()));
        }
        steps.add(new Next(snapshot, administrators, work.users.size(), work.messages, command.toString()));
    }

    List<Next> steps() {
        return steps;
    }

    /** The lists of users by file name. */
    SortedMap<String, SortedSet<String>> lists() {
        return lists;
    }

    /** As a POSIX shell takes it for one word. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9@._/+:=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}

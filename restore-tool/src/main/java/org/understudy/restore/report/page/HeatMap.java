package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.loss.LossReport.Row;

/**
 * Lost messages by user and month, as a table whose cells are shaded by their numbers: whoever cannot see the shades
 * reads the numbers. The {@value #NAMED} users who lost most are named; the others are one row, and months before the
 * last {@value #MONTHS} with losses are one column, so that rows and columns add up all the same.
 */
final class HeatMap {
    static final int NAMED = 200;
    static final int MONTHS = 36;

    private static final String EARLIER = "";
    private static final List<String> SHADES = List.of("a", "b", "c", "d", "e");

    private final SortedMap<String, SortedMap<String, Long>> users = new TreeMap<>();
    private final SortedMap<String, Long> all = new TreeMap<>();
    private final List<String> columns = new ArrayList<>();
    private final long total;

    HeatMap(List<Row> rows) {
        SortedMap<String, Long> months = new TreeMap<>();
        rows.forEach(row -> months.merge(row.month(), row.messages(), Long::sum));
        List<String> dated = months.keySet().stream()
                .filter(month -> !month.equals(LossReport.NO_MONTH))
                .toList();
        String first = dated.isEmpty() ? EARLIER : dated.get(Math.max(0, dated.size() - MONTHS));
        rows.forEach(row -> {
            String column = row.month().compareTo(first) < 0 ? EARLIER : row.month();
            users.computeIfAbsent(row.user(), user -> new TreeMap<>()).merge(column, row.messages(), Long::sum);
            all.merge(column, row.messages(), Long::sum);
        });
        columns.addAll(all.keySet());
        total = all.values().stream().mapToLong(Long::longValue).sum();
    }

    void write(Markup page) throws IOException {
        if (users.isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Users by months").line();
        page.element(
                        "p",
                        "Messages lost, by the month in which they arrived (UTC). " + Shown.number(users.size(), "user")
                                + " lost " + Shown.number(total, "message") + ". The shades stand for these numbers:",
                        "class",
                        "note")
                .line();
        List<Map.Entry<String, SortedMap<String, Long>>> worst = new ArrayList<>(users.entrySet());
        worst.sort(Comparator.comparingLong((Map.Entry<String, SortedMap<String, Long>> user) -> -sum(user.getValue()))
                .thenComparing(Map.Entry::getKey));
        List<Map.Entry<String, SortedMap<String, Long>>> named = worst.subList(0, Math.min(NAMED, worst.size()));
        long highest = named.stream()
                .flatMap(user -> user.getValue().values().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        legend(page, highest);
        page.open(
                "div",
                "class",
                "scroll",
                "role",
                "region",
                "tabindex",
                "0",
                "aria-label",
                "Lost messages by user and month");
        page.open("table", "class", "heat");
        page.element("caption", "Lost messages by user and month");
        page.open("thead").open("tr").element("th", "User", "scope", "col");
        for (String column : columns) {
            page.element("th", title(column), "scope", "col");
        }
        page.element("th", "all", "scope", "col").close().close().line();
        page.open("tbody").line();
        for (Map.Entry<String, SortedMap<String, Long>> user : named) {
            page.open("tr").open("th", "scope", "row").name(user.getKey()).close();
            cells(page, user.getValue(), highest);
            page.close().line();
        }
        page.close().open("tfoot").line();
        if (worst.size() > named.size()) {
            SortedMap<String, Long> rest = new TreeMap<>();
            worst.subList(named.size(), worst.size())
                    .forEach(user -> user.getValue().forEach((column, n) -> rest.merge(column, n, Long::sum)));
            page.open("tr").element("th", Shown.number(worst.size() - named.size(), "user") + " more", "scope", "row");
            cells(page, rest, 0);
            page.close().line();
        }
        page.open("tr").element("th", "all", "scope", "row");
        cells(page, all, 0);
        page.close().close().close().close().line();
        page.close().line();
    }

    private static String title(String column) {
        return column.equals(EARLIER) ? "earlier" : column.equals(LossReport.NO_MONTH) ? "no date" : column;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** @param highest what the darkest shade stands for, or 0 for no shades */
    private void cells(Markup page, Map<String, Long> counts, long highest) throws IOException {
        Map<String, Long> known = new HashMap<>(counts);
        for (String column : columns) {
            long count = known.getOrDefault(column, 0L);
            page.element(
                    "td",
                    Shown.number(count),
                    "class",
                    count == 0 ? "z" : highest == 0 ? "s" : SHADES.get(shade(count, highest)));
        }
        page.element("td", Shown.number(sum(counts)), "class", "sum");
    }

    /** 0 to 4: equal steps up to the highest number. */
    private static int shade(long count, long highest) {
        return (int) ((count * SHADES.size() - 1) / highest);
    }

    private static void legend(Markup page, long highest) throws IOException {
        page.open("ul", "class", "steps", "aria-label", "What the shades stand for")
                .line();
        long from = 1;
        for (int i = 0; i < SHADES.size(); i++) {
            long to = i == SHADES.size() - 1 ? highest : ((i + 1) * highest) / SHADES.size();
            if (from <= to) {
                page.element(
                                "li",
                                from == to ? Shown.number(to) : Shown.number(from) + " to " + Shown.number(to),
                                "class",
                                SHADES.get(i))
                        .line();
                from = to + 1;
            }
        }
        page.close().line();
    }
}

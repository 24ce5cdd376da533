package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.loss.LossReport.Row;

/** Every row of a loss report, those of the users who lost most first; the rest is one row, so that the sums hold. */
final class LossTable {
    static final int LISTED = 2_000;

    private final LossReport it;

    LossTable(LossReport report) {
        it = report;
    }

    void write(Markup page) throws IOException {
        if (it.rows().isEmpty()) {
            return;
        }
        Map<String, Long> byUser = new HashMap<>();
        it.rows().forEach(row -> byUser.merge(row.user(), row.messages(), Long::sum));
        List<Row> rows = new ArrayList<>(it.rows());
        rows.sort(Comparator.comparingLong((Row row) -> -byUser.getOrDefault(row.user(), 0L))
                .thenComparing(Row::user)
                .thenComparing(Row::mailbox)
                .thenComparing(Row::month));
        List<Row> listed = rows.subList(0, Math.min(LISTED, rows.size()));
        page.open("section").element("h2", "By user, mailbox and month").line();
        page.open("details")
                .element("summary", Shown.number(rows.size(), "row"))
                .line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "Lost messages");
        page.open("table").element("caption", "Lost messages, and the snapshot with the best copy");
        page.open("thead").open("tr");
        for (String title : List.of("User", "Mailbox", "Month", "How", "Sure", "Best copy")) {
            page.element("th", title, "scope", "col");
        }
        page.element("th", "Messages", "scope", "col", "class", "n")
                .element("th", "Size", "scope", "col", "class", "n");
        page.close().close().line().open("tbody").line();
        for (Row row : listed) {
            page.open("tr").open("th", "scope", "row").name(row.user()).close();
            page.open("td")
                    .name(row.mailbox().isEmpty() ? "all mailboxes" : row.mailbox())
                    .close();
            page.element("td", row.month())
                    .element("td", row.kind().word())
                    .element("td", row.confidence().word())
                    .element("td", row.copy().isEmpty() ? "none" : row.copy())
                    .element("td", Shown.number(row.messages()), "class", "n")
                    .element("td", Shown.size(row.octets()), "class", "n");
            page.close().line();
        }
        page.close().open("tfoot").line();
        if (rows.size() > listed.size()) {
            sum(
                    page,
                    Shown.number(rows.size() - listed.size(), "row") + " more; --json lists them",
                    rows.subList(listed.size(), rows.size()));
        }
        sum(page, "all", rows);
        page.close().close().close().close().close().line();
    }

    private static void sum(Markup page, String title, List<Row> rows) throws IOException {
        page.open("tr").element("th", title, "scope", "row", "colspan", "6");
        page.element("td", Shown.number(rows.stream().mapToLong(Row::messages).sum()), "class", "n")
                .element("td", Shown.size(rows.stream().mapToLong(Row::octets).sum()), "class", "n");
        page.close().line();
    }
}

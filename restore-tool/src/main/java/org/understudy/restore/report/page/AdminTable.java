package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.List;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.loss.LossReport.AdminRow;

/** What administrators expunged and nobody has brought back. */
final class AdminTable {
    private static final int LISTED = 500;

    private final LossReport it;

    AdminTable(LossReport report) {
        it = report;
    }

    void write(Markup page) throws IOException {
        List<AdminRow> rows = it.administrators();
        if (rows.isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Expunged by administrators").line();
        page.element("p", "Not live any more, and not counted as lost: it may have been meant.", "class", "note")
                .line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "By administrators");
        page.open("table").element("caption", "Messages by user, mailbox and month");
        page.open("thead").open("tr");
        for (String title : List.of("User", "Mailbox", "Month", "By", "From", "To", "Best copy")) {
            page.element("th", title, "scope", "col");
        }
        page.element("th", "Messages", "scope", "col", "class", "n")
                .close()
                .close()
                .line();
        page.open("tbody").line();
        List<AdminRow> listed = rows.subList(0, Math.min(LISTED, rows.size()));
        for (AdminRow row : listed) {
            page.open("tr").open("th", "scope", "row").name(row.user()).close();
            page.open("td")
                    .name(row.mailbox().isEmpty() ? "all mailboxes" : row.mailbox())
                    .close();
            page.element("td", row.month()).open("td").name(row.author()).close();
            page.element("td", Shown.time(row.from()))
                    .element("td", Shown.time(row.to()))
                    .element("td", row.copy())
                    .element("td", Shown.number(row.messages()), "class", "n");
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
        page.close().close().close().close().line();
    }

    private static void sum(Markup page, String title, List<AdminRow> rows) throws IOException {
        page.open("tr").element("th", title, "scope", "row", "colspan", "7");
        page.element(
                "td", Shown.number(rows.stream().mapToLong(AdminRow::messages).sum()), "class", "n");
        page.close().line();
    }
}

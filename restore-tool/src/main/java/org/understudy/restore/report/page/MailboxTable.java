package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.understudy.restore.report.page.Assessment.MailboxRow;

/**
 * Counts by user and mailbox. Of more than {@value #LISTED} mailboxes those with the most unsound mail are listed, and
 * the rest is one row, so that the columns add up all the same.
 */
final class MailboxTable {
    static final int LISTED = 2_000;

    private static final Comparator<MailboxRow> WORST_FIRST =
            Comparator.comparingLong((MailboxRow row) -> row.tally().unsound()).reversed();
    private static final Comparator<MailboxRow> BY_NAME =
            Comparator.comparing(MailboxRow::user).thenComparing(MailboxRow::mailbox);

    private final Assessment it;

    MailboxTable(Assessment assessment) {
        this.it = assessment;
    }

    void write(Markup page) throws IOException {
        page.open("section").element("h2", "By user and mailbox").line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "Messages by mailbox");
        page.open("table", "class", "counts mailboxes").element("caption", "Messages by user, mailbox and verdict");
        if (it.live()) {
            GradeColumns.head(page, "User and mailbox", "in live");
        } else {
            GradeColumns.head(page, "User and mailbox");
        }
        List<MailboxRow> listed = listed();
        for (int from = 0; from < listed.size(); ) {
            int to = from;
            while (to < listed.size()
                    && listed.get(to).user().equals(listed.get(from).user())) {
                to++;
            }
            user(page, listed.subList(from, to));
            from = to;
        }
        foot(page, listed);
        page.close().close().line();
        if (it.live()) {
            page.element("p", "In live: how many of these messages the live store has already.", "class", "note");
        }
        page.close().line();
    }

    private List<MailboxRow> listed() {
        if (it.mailboxes().size() <= LISTED) {
            return it.mailboxes();
        }
        List<MailboxRow> worst = new ArrayList<>(it.mailboxes());
        worst.sort(WORST_FIRST);
        worst = worst.subList(0, LISTED);
        worst.sort(BY_NAME);
        return worst;
    }

    private void user(Markup page, List<MailboxRow> rows) throws IOException {
        MailboxRow sum = sum(rows);
        page.open("tbody").line().open("tr", "class", "user").open("th", "scope", "rowgroup");
        if (sum.user().isEmpty()) {
            page.text("no user");
        } else {
            page.name(sum.user());
        }
        page.close();
        cells(page, sum);
        page.close().line();
        for (MailboxRow row : rows) {
            page.open("tr").open("th", "scope", "row");
            if (row.mailbox().isEmpty()) {
                page.text("no mailbox");
            } else {
                page.name(row.mailbox());
            }
            page.close();
            cells(page, row);
            page.close().line();
        }
        page.close().line();
    }

    private void foot(Markup page, List<MailboxRow> listed) throws IOException {
        MailboxRow all = sum(it.mailboxes());
        page.open("tfoot").line();
        int left = it.mailboxes().size() - listed.size();
        if (left > 0) {
            MailboxRow some = sum(listed);
            page.open("tr").element("th", Shown.number(left) + " more mailboxes, with less to look at", "scope", "row");
            cells(page, new MailboxRow("", "", all.tally().minus(some.tally()), all.live() - some.live()));
            page.close().line();
        }
        page.open("tr").element("th", Shown.number(it.mailboxes().size(), "mailbox"), "scope", "row");
        cells(page, all);
        page.close().close().line();
    }

    private void cells(Markup page, MailboxRow row) throws IOException {
        GradeColumns.cells(page, row.tally());
        if (it.live()) {
            page.element("td", Shown.number(row.live()), "class", row.live() == 0 ? "n zero" : "n");
        }
    }

    private static MailboxRow sum(List<MailboxRow> rows) {
        Tally tally = Tally.NONE;
        long live = 0;
        for (MailboxRow row : rows) {
            tally = tally.plus(row.tally());
            live += row.live();
        }
        return new MailboxRow(rows.isEmpty() ? "" : rows.getFirst().user(), "", tally, live);
    }
}

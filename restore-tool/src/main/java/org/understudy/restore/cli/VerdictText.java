package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.workflow.ValidateRestore.Unsound;

/** Verdicts as text: a table by mailbox or by month, and the messages that are not sound. */
final class VerdictText {
    private final PrintStream out;

    VerdictText(PrintStream out) {
        this.out = out;
    }

    /** One line for each mailbox, and their sums. */
    void byMailbox(List<ValidationReport.Row> rows, VerdictCounts totals) {
        Map<SourceMailbox, VerdictCounts> counts = new TreeMap<>();
        rows.forEach(
                row -> counts.merge(new SourceMailbox(row.user(), row.mailbox()), row.counts(), VerdictText::plus));
        Table table = new Table(
                "user",
                "mailbox",
                "messages",
                "proven",
                "consistent",
                "suspect",
                "damaged",
                "unreadable",
                "already live");
        counts.forEach((mailbox, count) -> table.row(
                named(mailbox.user()),
                named(mailbox.name()),
                count.graded() + count.unreadable(),
                count.proven(),
                count.consistent(),
                count.suspect(),
                count.damaged(),
                count.unreadable(),
                count.duplicateOfLive()));
        table.sums();
        table.row(
                "all",
                "",
                totals.graded() + totals.unreadable(),
                totals.proven(),
                totals.consistent(),
                totals.suspect(),
                totals.damaged(),
                totals.unreadable(),
                totals.duplicateOfLive());
        table.print(out, "  ");
    }

    /** One line for each month of arrival, and their sums. */
    void byMonth(List<ValidationReport.Row> rows, VerdictCounts totals) {
        Map<String, VerdictCounts> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(row.month(), row.counts(), VerdictText::plus));
        Table table = new Table("month", "messages", "proven", "consistent", "suspect", "damaged", "unreadable");
        counts.forEach((month, count) -> table.row(
                month.isEmpty() ? "unknown" : month,
                count.graded() + count.unreadable(),
                count.proven(),
                count.consistent(),
                count.suspect(),
                count.damaged(),
                count.unreadable()));
        table.sums();
        table.row(
                "all",
                totals.graded() + totals.unreadable(),
                totals.proven(),
                totals.consistent(),
                totals.suspect(),
                totals.damaged(),
                totals.unreadable());
        table.print(out, "  ");
    }

    /** How often each check spoke. */
    void findings(Map<String, Long> findings) {
        if (findings.isEmpty()) {
            return;
        }
        Table table = new Table("check and strength", "times");
        new TreeMap<>(findings).forEach(table::row);
        table.print(out, "  ");
    }

    /**
     * Messages that are not sound, and what speaks against each.
     *
     * @param all how many there are, {@code unsound} may be the first of them only
     * @param where says where the others are
     */
    void unsound(List<Unsound> unsound, long all, int shown, String where) {
        if (all == 0) {
            return;
        }
        out.print("Not sound: " + Figures.count(all, "message") + "\n");
        unsound.stream().limit(shown).forEach(this::unsound);
        long left = all - Math.min(shown, unsound.size());
        if (left > 0) {
            out.print("  and " + Figures.number(left) + " more, in " + Printable.line(where) + "\n");
        }
    }

    /**
     * Messages that may be another user's, and what says so.
     *
     * @param all how many there are, {@code strays} may be the first of them only
     * @param where says where the others are
     */
    void strays(List<Unsound> strays, long all, int shown, String where) {
        if (all == 0) {
            return;
        }
        Map<String, Long> users = new TreeMap<>();
        strays.forEach(one -> users.merge(one.user(), 1L, Long::sum));
        out.print("May hold another user's mail, and is held back by a merge: " + Figures.count(all, "message") + "\n");
        strays.stream().limit(shown).forEach(this::unsound);
        long left = all - Math.min(shown, strays.size());
        if (left > 0) {
            out.print("  and " + Figures.number(left) + " more, in " + Printable.line(where) + "\n");
        }
        Table table = new Table("in the mailboxes of", "messages");
        users.forEach(table::row);
        if (strays.size() == all && users.size() > 1) {
            table.print(out, "  ");
        }
    }

    private void unsound(Unsound one) {
        out.print("  " + one.verdict() + "  " + Printable.line(named(one.user()) + " " + named(one.mailbox()))
                + (one.uid() == 0 ? "" : "  shadow UID " + one.uid()) + "\n");
        out.print("    item  " + Printable.line(one.path()) + "\n");
        one.why().forEach(why -> out.print("    why   " + Printable.line(why) + "\n"));
    }

    private static String named(String name) {
        return name.isEmpty() ? "-" : name;
    }

    private static VerdictCounts plus(VerdictCounts one, VerdictCounts other) {
        return one.plus(other);
    }
}

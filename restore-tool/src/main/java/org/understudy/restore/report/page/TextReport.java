package org.understudy.restore.report.page;

import java.io.IOException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.page.Assessment.Bin;
import org.understudy.restore.report.page.Assessment.Fact;
import org.understudy.restore.report.page.Assessment.Flaw;
import org.understudy.restore.report.page.Assessment.MailboxRow;
import org.understudy.restore.validate.Finding;

/**
 * The same as the page says, for a terminal of 80 columns: no colours, no control characters, lines ended by LF. Paths
 * and reasons are wrapped, not cut.
 */
public final class TextReport {
    private static final int LISTED = 20;
    private static final int MAILBOXES = 60;

    private final Assessment it;
    private final Lines lines;
    private final Bar bar;

    private TextReport(Assessment assessment, boolean ascii, Appendable out) {
        this.it = assessment;
        this.lines = new Lines(out, ascii);
        this.bar = new Bar(assessment.months().highest(), ascii);
    }

    /** @param ascii draw with and print only ASCII characters; others in names become {@code ?} */
    public static void print(ValidationReport report, boolean ascii, Appendable out) throws IOException {
        new TextReport(Assessments.of(report), ascii, out).print();
    }

    /** @param fullList the file that has every item, or null if there is none */
    public static void print(
            InspectionSummary summary,
            List<Inspected> unsound,
            @Nullable String fullList,
            Instant at,
            boolean ascii,
            Appendable out)
            throws IOException {
        new TextReport(Assessments.of(summary, unsound, at, fullList), ascii, out).print();
    }

    private void print() throws IOException {
        lines.wrapped("", it.conclusion());
        lines.gap();
        for (Fact fact : it.facts()) {
            lines.wrapped(String.format(Locale.ROOT, "  %-10s ", fact.label()), fact.value());
        }
        bins();
        verdicts();
        months();
        mailboxes();
        strays();
        flaws();
    }

    private void strays() throws IOException {
        if (it.strays().all() == 0) {
            return;
        }
        lines.heading("May hold another user's mail");
        for (Map.Entry<String, Long> user : it.strays().users().entrySet()) {
            lines.wrapped(row("messages", user.getValue()), "in the mailboxes of " + user.getKey());
        }
        for (Flaw flaw : it.strays()
                .listed()
                .subList(0, Math.min(LISTED, it.strays().listed().size()))) {
            lines.wrapped("  ", (flaw.user() + " " + flaw.mailbox() + " " + flaw.uid()).strip());
            lines.wrapped("      ", flaw.path());
            for (Finding finding : flaw.findings()) {
                lines.wrapped("      - ", "by " + finding.check() + ": " + finding.what());
            }
        }
    }

    private void bins() throws IOException {
        lines.heading("Items");
        for (Bin bin : it.bins()) {
            lines.wrapped(row(bin.name(), bin.count()), bin.meaning());
        }
        lines.plain(row("sum", it.items()) + "items in the source");
    }

    private void verdicts() throws IOException {
        lines.heading("Verdicts");
        for (Grade grade : Grade.values()) {
            lines.wrapped(row(grade.word(), it.totals().of(grade)), grade.meaning());
        }
        lines.plain(row("all", it.totals().all()));
    }

    private static String row(String name, long count) {
        return String.format(Locale.ROOT, "  %-10s %,11d  ", name, count);
    }

    private void months() throws IOException {
        Months months = it.months();
        lines.heading("By month of " + it.monthsBy());
        month("earlier", months.earlier());
        Iterator<Months.Hole> holes = months.holes().iterator();
        Months.Hole hole = holes.hasNext() ? holes.next() : null;
        for (Map.Entry<YearMonth, Tally> one : months.drawn().entrySet()) {
            if (hole != null && hole.from().isBefore(one.getKey())) {
                hole(hole);
                hole = holes.hasNext() ? holes.next() : null;
            }
            month(one.getKey().toString(), one.getValue());
        }
        if (hole != null) {
            hole(hole);
        }
        month("later", months.later());
        month("no date", months.undated());
    }

    private void hole(Months.Hole hole) throws IOException {
        lines.plain("  " + hole.text() + ": no mail, " + Shown.number(hole.months(), "month"));
    }

    private void month(String name, Tally tally) throws IOException {
        if (tally.all() == 0) {
            return;
        }
        List<String> notes = new ArrayList<>();
        for (Grade grade : Grade.UNSOUND) {
            if (tally.of(grade) > 0) {
                notes.add(Shown.number(tally.of(grade)) + " " + grade.word());
            }
        }
        String line = String.format(Locale.ROOT, "  %-7s %,9d ", name, tally.all());
        lines.wrapped(line + bar.of(tally.all(), !notes.isEmpty()), String.join(", ", notes));
    }

    private void mailboxes() throws IOException {
        lines.heading("By user and mailbox");
        lines.plain(String.format(
                Locale.ROOT, "  %9s %10s %8s %8s %10s", "proven", "consistent", "suspect", "damaged", "unreadable"));
        int shown = Math.min(MAILBOXES, it.mailboxes().size());
        for (MailboxRow row : it.mailboxes().subList(0, shown)) {
            mailbox(row.tally(), row.user() + " " + row.mailbox());
        }
        if (shown < it.mailboxes().size()) {
            List<MailboxRow> rest = it.mailboxes().subList(shown, it.mailboxes().size());
            mailbox(
                    rest.stream().map(MailboxRow::tally).reduce(Tally.NONE, Tally::plus),
                    "and " + Shown.number(rest.size()) + " more mailboxes");
        }
        mailbox(it.totals(), "all");
    }

    private void mailbox(Tally tally, String name) throws IOException {
        String counts = String.format(
                Locale.ROOT,
                "  %,9d %,10d %,8d %,8d %,10d  ",
                tally.proven(),
                tally.consistent(),
                tally.suspect(),
                tally.damaged(),
                tally.unreadable());
        lines.wrapped(counts, name.isBlank() ? "no user" : name);
    }

    private void flaws() throws IOException {
        if (it.totals().unsound() == 0) {
            return;
        }
        lines.heading("What to look at");
        List<Flaw> listed = it.flaws().subList(0, Math.min(LISTED, it.flaws().size()));
        for (Flaw flaw : listed) {
            String who = flaw.user().isEmpty() ? "" : flaw.user() + " " + flaw.mailbox() + " ";
            lines.wrapped("  ", (flaw.grade().word() + "  " + who + flaw.uid()).strip());
            lines.wrapped("      ", flaw.path());
            if (!flaw.why().isEmpty()) {
                lines.wrapped("      - ", flaw.why());
            }
            for (Finding finding : FlawList.heaviestFirst(flaw.findings())) {
                if (FlawList.against(finding)) {
                    lines.wrapped(
                            "      - ",
                            finding.strength().word() + " by " + finding.check() + ", "
                                    + finding.place().text() + ": " + finding.what());
                }
            }
        }
        long more = it.totals().unsound() - listed.size();
        lines.wrapped("  ", (more > 0 ? "And " + Shown.number(more) + " more. " : "") + it.fullList());
    }
}

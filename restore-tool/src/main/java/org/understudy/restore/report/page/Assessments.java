package org.understudy.restore.report.page;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.page.Assessment.Bin;
import org.understudy.restore.report.page.Assessment.CheckRow;
import org.understudy.restore.report.page.Assessment.Fact;
import org.understudy.restore.report.page.Assessment.Flaw;
import org.understudy.restore.report.page.Assessment.MailboxRow;
import org.understudy.restore.report.page.Assessment.Outlook;
import org.understudy.restore.report.page.Assessment.Strays;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;

/** Brings the records into the form that page and text share. */
final class Assessments {
    /** How many unsound items are listed. */
    static final int LISTED = 1_000;

    private Assessments() {}

    static Assessment of(ValidationReport report) {
        SortedMap<YearMonth, Tally> months = new TreeMap<>();
        Tally undated = Tally.NONE;
        Map<SourceMailbox, MailboxRow> mailboxes = new TreeMap<>();
        for (ValidationReport.Row row : report.rows()) {
            Tally tally = Tally.of(row.counts());
            YearMonth month = month(row.month());
            if (month == null) {
                undated = undated.plus(tally);
            } else {
                months.merge(month, tally, Tally::plus);
            }
            mailboxes.merge(
                    new SourceMailbox(row.user(), row.mailbox()),
                    new MailboxRow(
                            row.user(), row.mailbox(), tally, row.counts().duplicateOfLive()),
                    Assessments::plus);
        }
        Tally totals = Tally.of(report.totals());
        List<Flaw> flaws = worstFirst(report.unsound(), Assessments::flaw);
        return new Assessment(
                "Validation of a restore",
                report.conclusion(),
                totals.all() == 0
                        ? Outlook.EMPTY
                        : totals.unsound() + report.contaminated().size() == 0 ? Outlook.SOUND : Outlook.LOOK,
                facts(report),
                bins(report.replay()),
                report.replay().items(),
                String.format(
                        Locale.ROOT,
                        "The %s replayed are those with a verdict: %,d proven + %,d consistent + %,d suspect + %,d"
                                + " damaged = %,d.",
                        Shown.number(report.replay().replayed(), "message"),
                        totals.proven(),
                        totals.consistent(),
                        totals.suspect(),
                        totals.damaged(),
                        totals.messages()),
                totals,
                Months.of(months, undated, YearMonth.from(report.at().atOffset(ZoneOffset.UTC))),
                "arrival (UTC)",
                List.copyOf(mailboxes.values()),
                true,
                checks(report.findings()),
                flaws,
                "All are in report.json in the folder of restore " + report.restoreId() + ".",
                strays(report));
    }

    static Assessment of(InspectionSummary summary, List<Inspected> unsound, Instant at, @Nullable String fullList) {
        SortedMap<YearMonth, Tally> months = new TreeMap<>();
        Tally totals = Tally.of(summary.counts());
        Tally dated = Tally.NONE;
        for (Map.Entry<String, org.understudy.restore.inspect.Counts> entry :
                summary.months().entrySet()) {
            YearMonth month = month(entry.getKey());
            if (month != null) {
                Tally tally = Tally.of(entry.getValue());
                months.merge(month, tally, Tally::plus);
                dated = dated.plus(tally);
            }
        }
        List<MailboxRow> mailboxes = new ArrayList<>();
        Tally placed = Tally.NONE;
        for (InspectionSummary.MailboxCounts row : summary.mailboxes()) {
            Tally tally = Tally.of(row.counts());
            placed = placed.plus(tally);
            mailboxes.add(new MailboxRow(row.user(), row.mailbox(), tally, 0));
        }
        if (placed.all() < totals.all()) {
            mailboxes.addFirst(new MailboxRow("", "", totals.minus(placed), 0));
        }
        return new Assessment(
                "Inspection of a backup",
                summary.conclusion(),
                outlook(summary),
                List.of(
                        new Fact(
                                "Source",
                                summary.source().kind() + " " + summary.source().location()),
                        new Fact("Layout", summary.source().details()),
                        new Fact("Inspected", Shown.time(at)),
                        new Fact("Made by", tool())),
                List.of(
                        new Bin(
                                "messages",
                                summary.counts().messages(),
                                "read and validated; " + Shown.size(summary.bytes())),
                        new Bin(
                                "unreadable",
                                summary.counts().unreadable(),
                                "should be messages, and are listed below"),
                        new Bin("ignored", summary.ignored(), "indexes, lists and other files that are no messages")),
                summary.items(),
                String.format(
                        Locale.ROOT,
                        "Every message has a verdict: %,d proven + %,d consistent + %,d suspect + %,d damaged = %,d.",
                        totals.proven(),
                        totals.consistent(),
                        totals.suspect(),
                        totals.damaged(),
                        totals.messages()),
                totals,
                Months.of(months, totals.minus(dated), YearMonth.from(at.atOffset(ZoneOffset.UTC))),
                "the Date header, or else of arrival (UTC)",
                List.copyOf(mailboxes),
                false,
                summary.checks().entrySet().stream()
                        .map(check -> row(check.getKey(), check.getValue()))
                        .toList(),
                worstFirst(unsound, Assessments::flaw),
                fullList == null
                        ? "Run 'understudy inspect' with --json-lines FILE to have them all."
                        : "All of them, with their findings, are in " + Shown.name(fullList) + ".",
                strays(summary, unsound));
    }

    private static Strays strays(ValidationReport report) {
        SortedMap<String, Long> users = new TreeMap<>();
        report.contaminated().forEach(one -> users.merge(one.user(), 1L, Long::sum));
        return new Strays(
                users,
                report.contaminated().stream()
                        .limit(LISTED)
                        .flatMap(Assessments::flaw)
                        .toList());
    }

    private static Strays strays(InspectionSummary summary, List<Inspected> unsound) {
        SortedMap<String, Long> users = new TreeMap<>();
        summary.contamination().forEach((user, counts) -> users.put(user, counts.messages()));
        return new Strays(
                users,
                unsound.stream()
                        .filter(item -> item instanceof Inspected.Message m && m.contaminated())
                        .limit(LISTED)
                        .flatMap(Assessments::flaw)
                        .map(flaw -> new Flaw(
                                flaw.grade(),
                                flaw.user(),
                                flaw.mailbox(),
                                flaw.uid(),
                                flaw.path(),
                                flaw.why(),
                                Relation.contaminating(flaw.findings())))
                        .toList());
    }

    private static List<Fact> facts(ValidationReport report) {
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Restore", report.restoreId()),
                new Fact("Source", report.source()),
                new Fact("Validated", Shown.time(report.at())),
                new Fact("Made by", tool()),
                new Fact("Read again", rereading(report))));
        report.takenFrom()
                .forEach((source, count) ->
                        facts.add(new Fact("Taken from", Shown.number(count, "message") + " from " + source)));
        return List.copyOf(facts);
    }

    private static Outlook outlook(InspectionSummary summary) {
        if (!summary.complete()) {
            return Outlook.INCOMPLETE;
        }
        if (summary.toLookAt() > 0) {
            return Outlook.LOOK;
        }
        return summary.counts().messages() == 0 ? Outlook.EMPTY : Outlook.SOUND;
    }

    private static List<Bin> bins(ReplayTotals replay) {
        return List.of(
                new Bin(
                        "replayed",
                        replay.replayed(),
                        "messages brought into the shadow; " + Shown.size(replay.bytes())),
                new Bin("duplicate", replay.duplicate(), "the same message, in the same mailbox of the source"),
                new Bin("unreadable", replay.unreadable(), "should be messages, and are listed below"),
                new Bin("ignored", replay.ignored(), "indexes, lists and other files that are no messages"));
    }

    private static String rereading(ValidationReport report) {
        String read = Shown.number(report.reread(), "message") + " (" + Shown.size(report.rereadBytes())
                + ") read back from the shadow and compared with the source's digests: ";
        return report.rereadDifferent() == 0
                ? read + "none differs"
                : read + Shown.number(report.rereadDifferent()) + " differ, and are among the damaged";
    }

    private static MailboxRow plus(MailboxRow one, MailboxRow more) {
        return new MailboxRow(one.user(), one.mailbox(), one.tally().plus(more.tally()), one.live() + more.live());
    }

    private static @Nullable YearMonth month(String text) {
        try {
            return text.isEmpty() ? null : YearMonth.parse(text);
        } catch (DateTimeException e) {
            return null; // counted among those without a date
        }
    }

    private static List<CheckRow> checks(Map<String, Long> findings) {
        Map<String, Map<String, Long>> byCheck = new LinkedHashMap<>();
        new TreeMap<>(findings).forEach((name, count) -> {
            int gap = name.lastIndexOf(' ');
            byCheck.computeIfAbsent(name.substring(0, Math.max(gap, 0)), check -> new TreeMap<>())
                    .put(name.substring(gap + 1), count);
        });
        return byCheck.entrySet().stream()
                .map(check -> row(check.getKey(), check.getValue()))
                .toList();
    }

    private static CheckRow row(String check, Map<String, Long> counts) {
        return new CheckRow(
                check,
                Arrays.stream(Finding.Strength.values())
                        .map(strength -> counts.getOrDefault(strength.word(), 0L))
                        .toList());
    }

    private static <T> List<Flaw> worstFirst(List<T> unsound, Function<T, Stream<Flaw>> flaw) {
        List<Flaw> listed = new ArrayList<>();
        for (Grade grade : Grade.UNSOUND) {
            unsound.stream()
                    .flatMap(flaw)
                    .filter(one -> one.grade() == grade)
                    .limit(LISTED - listed.size())
                    .forEach(listed::add);
        }
        return List.copyOf(listed);
    }

    private static Stream<Flaw> flaw(ValidationReport.Unsound one) {
        return Stream.of(new Flaw(
                Grade.of(one.verdict()),
                one.user(),
                one.mailbox(),
                one.uid() == 0 ? "" : "UID " + one.uid() + " in the shadow",
                one.path(),
                one.why(),
                one.findings()));
    }

    private static Stream<Flaw> flaw(Inspected item) {
        return switch (item) {
            case Inspected.Message m ->
                Stream.of(new Flaw(
                        Grade.of(m.verdict()),
                        m.mailbox().user(),
                        m.mailbox().name(),
                        m.uid() == 0 ? "" : "UID " + m.uid(),
                        m.ref().path(),
                        "",
                        m.findings()));
            case Inspected.Unreadable u ->
                Stream.of(new Flaw(
                        Grade.UNREADABLE,
                        u.mailbox().map(SourceMailbox::user).orElse(""),
                        u.mailbox().map(SourceMailbox::name).orElse(""),
                        "",
                        u.ref().path(),
                        u.why(),
                        List.of()));
            case Inspected.Ignored i -> Stream.empty();
        };
    }

    /** Name and version of this program; a build from source that was not packaged knows no version. */
    private static String tool() {
        String version = Assessments.class.getPackage().getImplementationVersion();
        return version == null ? "Understudy (unpackaged build)" : "Understudy " + version;
    }
}

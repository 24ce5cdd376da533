package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.copies.CopyTotals;
import org.understudy.restore.copies.CopyWords;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.inspect.Counts;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;

/** An inspection for people: a table whose lines add up, the worst items with reasons, and what it means. */
final class InspectionText {
    private static final int USERS = 20;

    private InspectionText() {}

    static List<InspectVerb.Line> lines(List<Inspected> items) {
        List<InspectVerb.Line> lines = new ArrayList<>();
        for (Inspected item : items) {
            lines.add(
                    switch (item) {
                        case Inspected.Message m ->
                            new InspectVerb.Line(
                                    m.ref().path(),
                                    where(m.mailbox()) + (m.uid() == 0 ? "" : " UID " + m.uid()),
                                    m.verdict().word() + (m.contaminated() ? ", another user's" : ""),
                                    reasons(m.findings()));
                        case Inspected.Unreadable u ->
                            new InspectVerb.Line(
                                    u.ref().path(),
                                    u.mailbox().map(InspectionText::where).orElse(""),
                                    "unreadable",
                                    List.of(u.why()));
                        case Inspected.Ignored i ->
                            new InspectVerb.Line(i.ref().path(), "", "ignored", List.of(i.why()));
                    });
        }
        return lines;
    }

    static void print(InspectVerb.Result result, @Nullable Path file, PrintStream out) {
        InspectionSummary totals = result.totals();
        Counts counts = totals.counts();
        out.println(Printable.line(
                totals.source().location() + " (" + totals.source().details() + ")"));
        out.println();
        row(out, "proven", counts.proven(), "a trusted checksum agrees");
        row(out, "consistent", counts.consistent(), "nothing speaks against them");
        row(out, "suspect", counts.suspect(), "something speaks against them");
        row(out, "damaged", counts.damaged(), "the bytes are not those that were delivered");
        row(out, "messages", counts.messages(), String.format(Locale.ROOT, "%,.1f MB", totals.bytes() / 1e6));
        row(out, "unreadable", counts.unreadable(), "");
        row(out, "ignored", totals.ignored(), "indexes, lists and other files that are no messages");
        row(out, "items", totals.items(), "messages + unreadable + ignored");
        strays(totals, out);
        if (!result.unsound().isEmpty()) {
            out.println();
            result.unsound().forEach(line -> item(out, line));
            long more = totals.toLookAt() - result.unsound().size();
            if (more > 0) {
                out.printf(
                        Locale.ROOT,
                        "  and %,d more%s%n",
                        more,
                        file == null ? "; --json-lines FILE writes them all" : "");
            }
        }
        out.println();
        if (result.copies() != null) {
            copies(result.copies(), out);
        }
        out.println(totals.conclusion());
        if (file != null) {
            out.println(Printable.line("Every item with its findings: " + file));
        }
    }

    private static void strays(InspectionSummary totals, PrintStream out) {
        if (totals.contamination().isEmpty()) {
            return;
        }
        out.println();
        out.println("May hold another user's mail, by the user in whose mailboxes it lies:");
        totals.contamination().entrySet().stream()
                .limit(USERS)
                .forEach(user -> out.println(Printable.line(String.format(
                        Locale.ROOT, "  %,10d  %s", user.getValue().messages(), user.getKey()))));
        long more = totals.contamination().size() - (long) USERS;
        if (more > 0) {
            out.printf(Locale.ROOT, "  and %,d more users%n", more);
        }
    }

    private static void copies(CopyTotals copies, PrintStream out) {
        out.println("Compared with other sources:");
        for (CopyWords.Line line : CopyWords.bins(copies)) {
            row(out, line.name(), line.count(), line.meaning());
        }
        for (CopyTotals.Other other : copies.sources()) {
            out.println(Printable.line("  " + other.kind() + " " + other.name()));
            out.println("      " + CopyWords.words(other));
        }
        out.println(CopyWords.conclusion(copies));
        out.println();
    }

    private static void row(PrintStream out, String name, long count, String meaning) {
        out.println(String.format(Locale.ROOT, "  %-10s %,12d  %s", name, count, meaning)
                .stripTrailing());
    }

    private static void item(PrintStream out, InspectVerb.Line line) {
        String who = line.mailbox().isEmpty() ? "" : line.mailbox() + ": ";
        out.println(Printable.line("  " + line.grade() + "  " + who + line.item()));
        line.reasons().forEach(reason -> out.println(Printable.line("      " + reason)));
    }

    private static String where(SourceMailbox mailbox) {
        return mailbox.user() + " " + mailbox.name();
    }

    private static List<String> reasons(List<Finding> findings) {
        return findings.stream()
                .filter(f -> f.strength() == Finding.Strength.DOUBT
                        || f.strength() == Finding.Strength.CONTRADICTION
                        || f.check().equals(Relation.FOREIGN_OWNER)
                        || f.check().equals(Comparison.BEST))
                .map(f -> f.check() + ", " + f.place().text() + ": " + f.what())
                .collect(Collectors.toList());
    }
}

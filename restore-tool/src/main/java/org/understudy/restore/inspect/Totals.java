package org.understudy.restore.inspect;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;

/** Adds up items as they pass. */
public final class Totals {
    private final SortedMap<String, Counts> users = new TreeMap<>();
    private final SortedMap<SourceMailbox, Counts> mailboxes = new TreeMap<>();
    private final SortedMap<String, Counts> months = new TreeMap<>();
    private final SortedMap<String, SortedMap<String, Long>> checks = new TreeMap<>();
    private final SortedMap<String, Long> contamination = new TreeMap<>();
    private Counts all = Counts.NONE;
    private long items;
    private long bytes;
    private long ignored;

    public void add(Inspected item) {
        items++;
        switch (item) {
            case Inspected.Message message -> {
                bytes += message.size();
                UnaryOperator<Counts> plus = counts -> counts.plus(message.verdict());
                all = plus.apply(all);
                count(message.mailbox(), plus);
                Instant date = message.date();
                count(months, month(date == null ? message.internalDate() : date), plus);
                countChecks(message.findings());
                if (message.contaminated()) {
                    contamination.merge(message.mailbox().user(), 1L, Long::sum);
                }
            }
            case Inspected.Unreadable unreadable -> {
                all = all.plusUnreadable();
                unreadable.mailbox().ifPresent(mailbox -> count(mailbox, Counts::plusUnreadable));
            }
            case Inspected.Ignored ignoredItem -> ignored++;
        }
    }

    long items() {
        return items;
    }

    long bytes() {
        return bytes;
    }

    /** What was added until now. */
    public InspectionSummary summary(BackupSource.Description source, boolean complete) {
        List<InspectionSummary.MailboxCounts> byMailbox = mailboxes.entrySet().stream()
                .map(e -> new InspectionSummary.MailboxCounts(
                        e.getKey().user(), e.getKey().name(), e.getValue()))
                .toList();
        return new InspectionSummary(
                source,
                complete,
                items,
                bytes,
                all,
                ignored,
                Collections.unmodifiableSortedMap(users),
                byMailbox,
                Collections.unmodifiableSortedMap(months),
                Collections.unmodifiableSortedMap(checks),
                Collections.unmodifiableSortedMap(contamination));
    }

    private void count(SourceMailbox mailbox, UnaryOperator<Counts> plus) {
        count(users, mailbox.user(), plus);
        count(mailboxes, mailbox, plus);
    }

    private static <K> void count(SortedMap<K, Counts> in, K key, UnaryOperator<Counts> plus) {
        in.put(key, plus.apply(in.getOrDefault(key, Counts.NONE)));
    }

    private void countChecks(List<Finding> findings) {
        Set<String> seen = new HashSet<>();
        for (Finding finding : findings) {
            String strength = finding.strength().word();
            if (seen.add(finding.check() + " " + strength)) {
                checks.computeIfAbsent(finding.check(), check -> new TreeMap<>())
                        .merge(strength, 1L, Long::sum);
            }
        }
    }

    private static String month(Instant date) {
        return YearMonth.from(date.atOffset(ZoneOffset.UTC)).toString();
    }
}

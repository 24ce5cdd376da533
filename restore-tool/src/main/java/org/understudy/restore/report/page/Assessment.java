package org.understudy.restore.report.page;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.validate.Finding;

/**
 * What a page and a text say, whichever record it comes from.
 *
 * @param kind what was done, for the eyebrow and the title
 * @param conclusion the headline
 * @param bins every item in one of them; they add up to {@code items}
 * @param binsNote one sentence on how the bins and the verdicts hang together
 * @param monthsBy which date the months go by
 * @param mailboxes sorted by user; their tallies add up to {@code totals}
 * @param live whether {@link MailboxRow#live} is known
 * @param flaws some of the unsound items, worst first
 * @param fullList where all items are, a sentence
 * @param copies how the source compares with others, or null if there are none
 */
record Assessment(
        String kind,
        String conclusion,
        Outlook outlook,
        List<Fact> facts,
        List<Bin> bins,
        long items,
        String binsNote,
        Tally totals,
        Months months,
        String monthsBy,
        List<MailboxRow> mailboxes,
        boolean live,
        List<CheckRow> checks,
        List<Flaw> flaws,
        String fullList,
        @Nullable Copies copies) {
    /** Without other sources. */
    Assessment(
            String kind,
            String conclusion,
            Outlook outlook,
            List<Fact> facts,
            List<Bin> bins,
            long items,
            String binsNote,
            Tally totals,
            Months months,
            String monthsBy,
            List<MailboxRow> mailboxes,
            boolean live,
            List<CheckRow> checks,
            List<Flaw> flaws,
            String fullList) {
        this(
                kind,
                conclusion,
                outlook,
                facts,
                bins,
                items,
                binsNote,
                totals,
                months,
                monthsBy,
                mailboxes,
                live,
                checks,
                flaws,
                fullList,
                null);
    }

    /** The same with other sources. */
    Assessment with(@Nullable Copies others) {
        return new Assessment(
                kind,
                conclusion,
                outlook,
                facts,
                bins,
                items,
                binsNote,
                totals,
                months,
                monthsBy,
                mailboxes,
                live,
                checks,
                flaws,
                fullList,
                others);
    }

    /**
     * How a source compares with others.
     *
     * @param conclusion one sentence
     * @param rows counts and what they mean
     * @param sources a line each: name, then what it holds
     * @param onlyThere some of the messages that only others hold
     */
    record Copies(String conclusion, List<Bin> rows, List<Fact> sources, List<Fact> onlyThere) {}

    /** The conclusion in two words. */
    enum Outlook {
        SOUND("Sound"),
        LOOK("Look first"),
        INCOMPLETE("Interrupted"),
        EMPTY("No messages");

        private final String words;

        Outlook(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    record Fact(String label, String value) {}

    record Bin(String name, long count, String meaning) {}

    /** @param live how many of the mailbox's messages live has already */
    record MailboxRow(String user, String mailbox, Tally tally, long live) {}

    /** How often a check spoke, by strength in the order of {@link Finding.Strength}. */
    record CheckRow(String check, List<Long> counts) {}

    /**
     * An unsound item.
     *
     * @param uid {@code UID 7} or the like, or empty
     * @param why for an unreadable item; else empty
     */
    record Flaw(
            Grade grade, String user, String mailbox, String uid, String path, String why, List<Finding> findings) {}

    Assessment {
        if (bins.stream().mapToLong(Bin::count).sum() != items) {
            throw new IllegalArgumentException("bins do not add up to " + items + ": " + bins);
        }
    }

    /** How many unsound items are not in {@link #flaws}. */
    long flawsLeftOut() {
        return totals.unsound() - flaws.size();
    }
}

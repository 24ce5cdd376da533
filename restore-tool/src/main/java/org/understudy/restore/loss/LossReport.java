package org.understudy.restore.loss;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.canary.CanaryState;

/**
 * What is missing from the live store, and how that is known. A pure value.
 *
 * @param at the moment at which the store was looked at
 * @param trigger why: {@code command}, {@code open}, {@code snapshot}, {@code merge}, {@code undo} or {@code incident}
 * @param headline the answer in one sentence
 * @param history the snapshots of the repository, newest first
 * @param rows what is lost, by user, mailbox and month; the messages and octets of all add up to those of the totals
 * @param administrators what administrators expunged and is not live; not part of the losses
 * @param gone users, accounts, mailboxes and subscriptions that are wholly gone
 * @param canaries of each canary mailbox, whether it is as it was made
 * @param next what brings the missing mail back, one command for each snapshot
 * @param limits what this report could not see, one sentence each
 * @param millis how long it took
 */
public record LossReport(
        Instant at,
        String storeId,
        String trigger,
        String headline,
        Totals totals,
        List<HistoryUsed> history,
        List<Row> rows,
        List<AdminRow> administrators,
        List<Gone> gone,
        List<CanaryState> canaries,
        List<Next> next,
        List<String> limits,
        long millis) {
    /** Stands for the month of a message of which not even the date is known any more. */
    public static final String NO_MONTH = "unknown";

    /** The copy of a message whose row is in the live store and only its mailbox's name is not. */
    public static final String LIVE_COPY = "live store";

    /** The copy of an expunged message that no snapshot holds. */
    public static final String LOG_COPY = "expunge log";

    public LossReport {
        history = List.copyOf(history);
        rows = List.copyOf(rows);
        administrators = List.copyOf(administrators);
        gone = List.copyOf(gone);
        canaries = List.copyOf(canaries);
        next = List.copyOf(next);
        limits = List.copyOf(limits);
    }

    /** How a message is lost. */
    public enum Kind {
        /** Its row is not there. */
        MISSING("missing"),
        /** Its row is there and cannot be read. */
        UNREADABLE("unreadable"),
        /** Another message lies in its place. */
        REPLACED("replaced"),
        /** It lies in a mailbox that no name leads to, so no mail program sees it. */
        HIDDEN("hidden");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** How sure it is that nobody wanted the message gone; docs/loss.md has the rules. */
    public enum Confidence {
        /** The store's own change log says that it came and never that it went. */
        CERTAIN("certain"),
        /** No log says that it went, and the expunge log reaches back far enough to say so. */
        LIKELY("likely"),
        /** The logs do not reach back far enough, or cannot be read where they would say so. */
        POSSIBLE("possible");

        private final String word;

        Confidence(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * @param mailbox its name; empty for all mailboxes of the user together, where a report would be too long
     * @param month of INTERNALDATE in UTC, for example {@code 2026-05}, or {@link #NO_MONTH}
     * @param copy id of the snapshot with the best copy, {@link #LIVE_COPY}, or empty where no copy is known
     * @param octets sum of the messages' sizes, as far as they are known
     */
    public record Row(
            String user,
            String mailbox,
            String month,
            Kind kind,
            Confidence confidence,
            String copy,
            long messages,
            long octets) {}

    /**
     * @param author who did it, as the expunge log has it
     * @param from time of the first such expunge
     * @param to time of the last
     * @param copy id of the snapshot with the best copy, or {@link #LOG_COPY}
     */
    public record AdminRow(
            String user,
            String mailbox,
            String month,
            String author,
            Instant from,
            Instant to,
            String copy,
            long messages,
            long octets) {}

    /** What can be gone as a whole. */
    public enum What {
        USER("user"),
        ACCOUNT("account"),
        MAILBOX("mailbox"),
        SUBSCRIPTIONS("subscriptions");

        private final String word;

        What(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * @param name of the mailbox; empty for the others
     * @param count messages that it had, or subscriptions
     * @param loss whether it counts as a loss; an account may have been deleted on purpose, which no log says
     */
    public record Gone(What what, String user, String name, long count, Confidence confidence, boolean loss) {}

    /**
     * A snapshot of the repository.
     *
     * @param used whether it was compared with the live store
     * @param why why not, or what to know of it; else empty
     * @param messages that it holds, 0 where its manifest cannot be read
     * @param verified when it was last verified, or null for never
     * @param full whether every byte was read then
     * @param sound whether nothing of it was damaged then
     */
    public record HistoryUsed(
            String id,
            @Nullable Instant created,
            boolean used,
            String why,
            long messages,
            @Nullable Instant verified,
            boolean full,
            boolean sound) {}

    /**
     * What to do next.
     *
     * @param administrators whether it is about what administrators expunged, which may have been meant
     * @param users how many it concerns
     * @param command the whole command line
     */
    public record Next(String snapshot, boolean administrators, long users, long messages, String command) {}

    /**
     * Sums.
     *
     * @param users in history or live
     * @param usersWithLoss of them those that lost messages
     * @param mailboxes compared
     * @param mailboxesProven of them those whose rows were shown to be the manifest's by its Merkle tree
     * @param messagesKnown distinct messages that history knows
     * @param lost messages lost; the sum of certain, likely and possible
     * @param unreadable of the lost, those whose rows are there and cannot be read
     * @param withoutCopy of the lost, those of which no snapshot holds a copy
     * @param administrators messages that administrators expunged and that are not live
     * @param explained messages of history that are not where they were, and why that is no loss
     */
    public record Totals(
            long users,
            long usersWithLoss,
            long mailboxes,
            long mailboxesProven,
            long messagesKnown,
            long messagesLive,
            long lost,
            long lostOctets,
            long certain,
            long likely,
            long possible,
            long unreadable,
            long withoutCopy,
            long administrators,
            long administratorsOctets,
            Explained explained) {}

    /**
     * @param users expunged by their users
     * @param moved to another mailbox
     * @param mailboxes with a mailbox that its user deleted
     * @param quota expunged because the user had no room left
     * @param undone when a merge was taken back
     * @param elsewhere not where they were, and live in another mailbox of the user, or again after a restore
     * @param beforeWindow expunged so long ago that only the change log knows it
     */
    public record Explained(
            long users, long moved, long mailboxes, long quota, long undone, long elsewhere, long beforeWindow) {}

    /** Whether something is lost, or a canary is not as it was made. */
    public boolean found() {
        return LossFiles.Glance.of(this).found();
    }
}

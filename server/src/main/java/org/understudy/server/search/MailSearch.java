package org.understudy.server.search;

import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Searches the mailboxes of a store. Thread-safe. Every method throws {@link SearchInterruptedException} when {@code
 * nobodyWaits} says so, which is asked now and then.
 */
public final class MailSearch {
    private static final long CACHE_OCTETS = 32L << 20;

    private final Clock clock;
    private final IndexSource index;
    private final ColumnCache columns;
    private final Extraction extraction;

    /** Gives the index of a mailbox's mail. */
    interface IndexSource {
        IndexView view(MailboxId mailbox);
    }

    /** Without an index: looks at the messages themselves. */
    public static MailSearch scanning(MailStore store, Clock clock) {
        return new MailSearch(store, clock, mailbox -> IndexView.NONE);
    }

    MailSearch(MailStore store, Clock clock, IndexSource index) {
        this.clock = clock;
        this.index = index;
        columns = new ColumnCache(store, CACHE_OCTETS);
        extraction = new Extraction(store);
    }

    /**
     * What was found.
     *
     * @param uids in the order of the mailbox, or as sorted
     * @param modSeqs of the same messages
     * @param unreadable UIDs of messages that would have to be read for an answer, and cannot be; in no case found
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Found(long[] uids, long[] modSeqs, List<Long> unreadable) {}

    /** Threads of what was found. */
    public record FoundThreads(List<MailThread> threads, List<Long> unreadable) {}

    /** How messages are put together. */
    public enum Threading {
        ORDEREDSUBJECT,
        REFERENCES
    }

    public Found search(MailboxId mailbox, Criterion criterion, BooleanSupplier nobodyWaits) {
        Run run = new Run(mailbox, criterion, nobodyWaits);
        return run.found(run.positions.stream().toArray());
    }

    public Found sort(MailboxId mailbox, Criterion criterion, List<SortKey> keys, BooleanSupplier nobodyWaits) {
        Run run = new Run(mailbox, criterion, nobodyWaits);
        return run.found(new Sorter(run.rows, run.texts).sort(run.positions, keys));
    }

    public FoundThreads thread(
            MailboxId mailbox, Criterion criterion, Threading threading, BooleanSupplier nobodyWaits) {
        Run run = new Run(mailbox, criterion, nobodyWaits);
        List<Threader.Message> messages = new ArrayList<>();
        for (int i = run.positions.nextSetBit(0); i >= 0; i = run.positions.nextSetBit(i + 1)) {
            MailHeader header = run.texts.header(i);
            if (header != null) {
                messages.add(new Threader.Message(run.rows.uid(i), Sorter.sentAt(run.rows, i, header), header));
            }
        }
        List<MailThread> threads = switch (threading) {
            case ORDEREDSUBJECT -> Threader.byOrderedSubject(messages);
            case REFERENCES -> Threader.byReferences(messages);
        };
        return new FoundThreads(threads, run.unreadable());
    }

    private final class Run {
        private final MailboxRows rows;
        private final TextMatcher texts;
        private final BitSet positions;

        Run(MailboxId mailbox, Criterion criterion, BooleanSupplier nobodyWaits) {
            rows = columns.rows(mailbox);
            texts = new TextMatcher(rows, index.view(mailbox), extraction, nobodyWaits);
            positions = (BitSet)
                    new Evaluator(rows, texts, clock.millis()).find(criterion).clone();
            positions.andNot(texts.unreadable());
        }

        Found found(int[] order) {
            long[] uids = new long[order.length];
            long[] modSeqs = new long[order.length];
            for (int i = 0; i < order.length; i++) {
                uids[i] = rows.uid(order[i]);
                modSeqs[i] = rows.modSeq(order[i]);
            }
            return new Found(uids, modSeqs, unreadable());
        }

        List<Long> unreadable() {
            return texts.unreadable().stream().mapToObj(rows::uid).toList();
        }
    }
}

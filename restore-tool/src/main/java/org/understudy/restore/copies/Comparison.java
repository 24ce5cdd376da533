package org.understudy.restore.copies;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.inspect.Counts;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.inspect.Totals;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/**
 * Inspects a source against others that hold the same mail.
 *
 * <pre>{@code
 * try (BackupSource damaged = Sources.open(a); BackupSource sound = Sources.open(b);
 *         Comparison comparison = Comparison.against(
 *                 List.of(new Comparison.Other("b", sound)), Inspection.standard(), Progress.SILENT)) {
 *     Map<String, Verdict> verdicts = new HashMap<>();
 *     Comparison.Result result = comparison.run("a", damaged, Inspection.standard(), (item, best) -> {
 *         if (item instanceof Inspected.Message message) {
 *             verdicts.put(message.ref().path(), message.verdict()); // with what the other copies say
 *         }
 *     }, Progress.SILENT);
 *     System.out.println(result.copies().recovered() + " recovered");
 * }
 * }</pre>
 *
 * <p>Reads each of the others once, and again what of them differs. Used by one thread; the sources stay the caller's.
 */
public final class Comparison implements Closeable {
    /** Name of the finding that {@link #naming} adds. */
    public static final String BEST = "best-copy";

    /** A source to compare with, under the name by which findings call it. */
    public record Other(String name, BackupSource source) {}

    /** @param inspected totals of the main source, with the verdicts that the other copies lead to */
    public record Result(InspectionSummary inspected, CopyTotals copies) {
        /** Whether every message has a copy that is sound, and everything was read. */
        public boolean sound() {
            return inspected.complete()
                    && copies.best().unsound() == 0
                    && copies.sources().stream().allMatch(CopyTotals.Other::complete);
        }
    }

    /** Takes results; an exception from it ends the comparison. */
    public interface Sink {
        /**
         * An item of the main source, in its order.
         *
         * @param item with verdict and findings that take the other copies into account
         * @param best its best copy, or null for what is no message or belongs to no mailbox
         */
        void here(Inspected item, @Nullable BestCopy best) throws IOException;

        /**
         * A message that the main source has not, after all items of that; by source and in its order.
         *
         * @param source the name of the first source that has it
         */
        default void onlyThere(String source, Inspected.Message message, BestCopy best) throws IOException {}
    }

    private final List<Partners> others;
    private final List<InspectionSummary> summaries;
    private final Map<String, Long> taken = new HashMap<>();

    private Comparison(List<Partners> others, List<InspectionSummary> summaries) {
        this.others = others;
        this.summaries = summaries;
    }

    /**
     * Inspects and indexes the sources to compare with. Interrupting the calling thread ends this soon; {@link #complete()}
     * then says so, and the thread's interrupt status is set.
     */
    public static Comparison against(List<Other> others, Inspection inspection, Progress progress) throws IOException {
        List<Partners> indexed = new ArrayList<>();
        List<InspectionSummary> summaries = new ArrayList<>();
        Comparison comparison = new Comparison(indexed, summaries);
        try {
            for (Other other : others) {
                CopyIndex.Built built = CopyIndex.of(indexed.size() + 1, other.source(), inspection, progress);
                indexed.add(new Partners(built.index(), other.name()));
                summaries.add(built.summary());
                if (!built.summary().complete()) {
                    break;
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            try (comparison) {
                throw e;
            }
        }
        return comparison;
    }

    /** Whether all sources to compare with were read to their ends. */
    public boolean complete() {
        return summaries.stream().allMatch(InspectionSummary::complete);
    }

    /**
     * Inspects the main source. May be called once.
     *
     * @param name of the main source, as findings call it
     */
    public Result run(String name, BackupSource main, Inspection inspection, Sink sink, Progress progress)
            throws IOException {
        Map<SourceMailbox, Long> uidValidities = new HashMap<>();
        for (BackupSource.MailboxInfo info : main.mailboxes()) {
            uidValidities.put(info.mailbox(), info.uidValidity());
        }
        Tally tally = new Tally();
        Totals totals = new Totals();
        InspectionSummary plain = inspection.run(
                main,
                item -> {
                    Optional<CopyEntry> entry = CopyIndex.entry(0, main, item, uidValidities);
                    if (entry.isEmpty()) {
                        totals.add(item);
                        tally.apart(item);
                        sink.here(item, null);
                        return;
                    }
                    Judgement judgement = judge(Copy.first(entry.get(), -1, name, main), 0);
                    Inspected heard = heard(judgement.first());
                    totals.add(heard);
                    tally.here(judgement);
                    sink.here(heard, best(judgement));
                },
                progress);
        List<CopyTotals.Other> sources = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            sources.add(plain.complete() ? remaining(i, sink, tally) : unread(i));
        }
        return new Result(totals.summary(main.describe(), plain.complete()), tally.totals(withTaken(sources)));
    }

    /** The copies of a message and what they say; notes which messages of the others are held. */
    private Judgement judge(Copy first, int from) throws IOException {
        List<Copy> copies = new ArrayList<>();
        copies.add(first);
        for (Partners other : others.subList(from, others.size())) {
            copies.addAll(other.of(first.entry()));
        }
        Judgement judgement = Jury.judge(copies);
        List<Copy> heard = judgement.heard().stream().map(Judgement.Heard::copy).toList();
        for (Partners other : others.subList(from, others.size())) {
            other.hold(heard);
        }
        taken.merge(judgement.bestHeard().copy().name(), 1L, Long::sum);
        return judgement;
    }

    /** Gives the messages of one of the others that no source before it holds. */
    private CopyTotals.Other remaining(int number, Sink sink, Tally tally) throws IOException {
        CopyIndex index = others.get(number).index();
        String name = others.get(number).name();
        long held = 0;
        long onlyThere = 0;
        for (int i = 0; i < index.size(); i++) {
            if (index.isHeld(i)) {
                held++;
                continue;
            }
            CopyEntry entry = index.entry(i);
            if (entry.message() == null) {
                continue;
            }
            onlyThere++;
            Judgement judgement = judge(Copy.first(entry, i, name, index.source()), number + 1);
            tally.onlyThere(judgement);
            if (heard(judgement.first()) instanceof Inspected.Message message) {
                sink.onlyThere(name, message, best(judgement));
            }
        }
        Counts counts = summaries.get(number).counts();
        return other(number, held, onlyThere, counts.messages() + counts.unreadable() - held - onlyThere);
    }

    private CopyTotals.Other unread(int number) {
        return other(number, 0, 0, 0);
    }

    private CopyTotals.Other other(int number, long held, long onlyThere, long unreadableOnlyThere) {
        InspectionSummary summary = summaries.get(number);
        return new CopyTotals.Other(
                others.get(number).name(),
                summary.source().kind(),
                summary.complete(),
                summary.counts().messages(),
                summary.counts().unreadable(),
                held,
                onlyThere,
                unreadableOnlyThere,
                0);
    }

    private List<CopyTotals.Other> withTaken(List<CopyTotals.Other> sources) {
        return sources.stream()
                .map(one -> new CopyTotals.Other(
                        one.name(),
                        one.kind(),
                        one.complete(),
                        one.messages(),
                        one.unreadable(),
                        one.held(),
                        one.onlyThere(),
                        one.unreadableOnlyThere(),
                        taken.getOrDefault(one.name(), 0L)))
                .toList();
    }

    /** The item with what the other copies say of it. */
    private static Inspected heard(Judgement.Heard heard) {
        Inspected.Message message = heard.copy().entry().message();
        if (message == null || heard.verdict() == null) {
            return heard.copy().entry().item();
        }
        List<Finding> all = new ArrayList<>(message.findings());
        all.addAll(heard.findings());
        return with(message, heard.verdict(), all);
    }

    private static Inspected.Message with(Inspected.Message message, Verdict verdict, List<Finding> findings) {
        return new Inspected.Message(
                message.ref(),
                message.mailbox(),
                message.uid(),
                message.messageId(),
                message.internalDate(),
                message.date(),
                message.size(),
                message.digest(),
                message.rawDigest(),
                verdict,
                findings);
    }

    private static BestCopy best(Judgement judgement) {
        Judgement.Heard best = judgement.bestHeard();
        return new BestCopy(
                best.copy().name(),
                best.copy().entry().source() == 0,
                best.copy().entry().ref(),
                best.verdict(),
                judgement.why());
    }

    /** The item with a note, for people, that names its best copy where that lies in another source. */
    public static Inspected naming(Inspected item, @Nullable BestCopy best) {
        if (best == null || best.main()) {
            return item;
        }
        String words = "the best copy is " + best.ref().path() + " of " + best.source() + ": " + best.why();
        return switch (item) {
            case Inspected.Message message -> {
                List<Finding> findings = new ArrayList<>(message.findings());
                findings.add(new Finding(BEST, Finding.Strength.NOTE, new Finding.Place.Whole(), words));
                yield with(message, message.verdict(), findings);
            }
            case Inspected.Unreadable unreadable ->
                new Inspected.Unreadable(
                        unreadable.ref(), unreadable.mailbox(), unreadable.why() + "; " + words);
            case Inspected.Ignored ignored -> ignored;
        };
    }

    /** Adds up judgements. */
    private static final class Tally {
        private long here;
        private long equal;
        private long differing;
        private long unreadable;
        private long onlyHere;
        private long onlyThere;
        private long betterThere;
        private long recovered;
        private Counts best = Counts.NONE;

        void here(Judgement judgement) {
            here++;
            switch (judgement.relation()) {
                case ALONE -> onlyHere++;
                case EQUAL -> equal++;
                case DIFFERING -> differing++;
                case UNREADABLE -> unreadable++;
            }
            betterThere += judgement.best() == 0 ? 0 : 1;
            recovered += judgement.recovered() ? 1 : 0;
            count(judgement);
        }

        /** What belongs to no mailbox has no copies. */
        void apart(Inspected item) {
            if (item instanceof Inspected.Unreadable) {
                here++;
                onlyHere++;
                best = best.plusUnreadable();
            }
        }

        void onlyThere(Judgement judgement) {
            onlyThere++;
            recovered += judgement.bestHeard().sound() ? 1 : 0;
            count(judgement);
        }

        private void count(Judgement judgement) {
            Verdict verdict = judgement.bestHeard().verdict();
            best = verdict == null ? best.plusUnreadable() : best.plus(verdict);
        }

        CopyTotals totals(List<CopyTotals.Other> sources) {
            return new CopyTotals(
                    here,
                    equal,
                    differing,
                    unreadable,
                    onlyHere,
                    onlyThere,
                    betterThere,
                    recovered,
                    best,
                    Collections.unmodifiableList(sources));
        }
    }

    /** Deletes the indexes; the sources stay open. */
    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (Partners other : others) {
            try {
                other.index().close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}

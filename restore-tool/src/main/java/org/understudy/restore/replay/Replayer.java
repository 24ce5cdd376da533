package org.understudy.restore.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Steps;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.OneAtATime;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.Appended;
import org.understudy.storage.BodySegment;
import org.understudy.storage.JournalRow;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Flags;

/**
 * Replays one source into one shadow. Used once.
 *
 * <p>Bodies go into a segment file as soon as their run is complete, and their bytes are let go; rows wait until the
 * segment is adopted. So the heap, which the live server shares, holds some megabytes of messages and not whole segments:
 * what lives long enough to be moved by the collector is what makes its pauses long.
 */
public final class Replayer {
    private final ShadowStore shadow;
    private final BodyIds bodyIds;
    private final Examiner examiner;
    private final LongSupplier rate;
    private final Pace pace;
    private final OneAtATime turn;
    private final Steps steps;
    private final SeenMessages seen;
    private final Map<SourceMailbox, ShadowMailbox> mailboxes = new HashMap<>();
    private final Map<ShadowMailbox, Long> nextUids = new HashMap<>();
    private final Pending pending = new Pending();
    private @Nullable OpenSegment segment;
    private ReplayTotals totals = ReplayTotals.NONE;

    /** @param rate octets a second at which messages are read and written, asked again and again; 0 for no limit */
    public Replayer(ShadowStore shadow, BodyIds bodyIds, Examiner examiner, LongSupplier rate, Steps steps) {
        this.shadow = shadow;
        this.bodyIds = bodyIds;
        this.examiner = examiner;
        this.rate = rate;
        this.pace = new Pace(rate);
        this.turn = new OneAtATime(rate);
        this.steps = steps;
        this.seen = new SeenMessages(shadow);
    }

    /**
     * Replays all that is not in the shadow yet.
     *
     * @throws OperatorException {@link Reason#SOURCE} if the source can be read no further; what was replayed stays
     */
    public ReplayTotals replay(BackupSource source, Progress progress) throws InterruptedException {
        totals = shadow.totals();
        if (totals.ended()) {
            return totals;
        }
        shadow.dropStraySegments();
        progress.begin("replaying", -1, "items");
        try {
            shadow.ensureMailboxes(source.mailboxes(), () -> steps.passed(Steps.Step.SHADOW_MAILBOX_CREATED))
                    .forEach(mailbox -> mailboxes.put(mailbox.source(), mailbox));
            try (CrowdNotes kept = CrowdNotes.open(shadow.notes(), totals.items());
                    ReadAhead ahead = new ReadAhead(source, totals.items(), examiner, new Pace(rate), turn)) {
                drain(ahead, kept, progress);
            }
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    source.describe().location() + " can be read no further: " + e.getMessage(),
                    "Mend the source, then run 'understudy restore stage' again with the same id; it goes on at item "
                            + totals.items() + ".",
                    e);
        } finally {
            abandonSegment();
        }
        totals = totals.atEnd();
        shadow.store().journal().write(List.of(shadow.totalsRow(totals)), shadow.author());
        steps.passed(Steps.Step.REPLAY_ENDED);
        return totals;
    }

    private void drain(ReadAhead ahead, CrowdNotes kept, Progress progress) throws InterruptedException, IOException {
        Run run = new Run();
        long expected = totals.items();
        for (Optional<Examined> item = ahead.next(); item.isPresent(); item = ahead.next()) {
            Examined next = item.get();
            if (next.ref().ordinal() != expected) {
                throw new IllegalStateException("the source gave item "
                        + next.ref().ordinal() + " (" + next.ref().path() + ") where item " + expected + " was due");
            }
            expected++;
            if (!run.takes(next)) {
                end(run, kept, progress);
                run = new Run();
            }
            run.add(next);
        }
        end(run, kept, progress);
        flush(kept, progress);
    }

    /** Writes the bodies of a run that is complete, so that its bytes need not be kept, and what is due after it. */
    private void end(Run run, CrowdNotes kept, Progress progress) throws InterruptedException {
        dropDuplicates(run);
        if (run.isLarge()) {
            flush(kept, progress);
            writeLarge(run);
        } else {
            try {
                write(run);
            } catch (IOException e) {
                throw new UncheckedIOException("bytes that lie in memory cannot be read", e);
            }
        }
        kept.note(run);
        pending.add(run.totals(), run.outcomes());
        if (pending.isEnough() || segment != null && segment.isFull() || run.isLarge()) {
            flush(kept, progress);
        }
    }

    /** Adopts the segment that is being written, and commits all that waits for it. */
    private void flush(CrowdNotes kept, Progress progress) throws InterruptedException {
        OpenSegment open = segment;
        Optional<BodySegment> written = Optional.empty();
        if (open != null) {
            segment = null;
            try (open) {
                written = Optional.of(open.finish());
                steps.passed(Steps.Step.SEGMENT_WRITTEN);
                shadow.store().adopt(written.get(), open.digests());
                steps.passed(Steps.Step.SEGMENT_ADOPTED);
            }
        }
        kept.force();
        for (Pending.Commit commit : pending.take()) {
            commit(commit, written);
            steps.passed(Steps.Step.RUN_COMMITTED);
            for (ItemOutcome outcome : commit.outcomes()) {
                if (outcome.bin() == ItemOutcome.Bin.UNREADABLE) {
                    progress.note(outcome.path() + " is unreadable: " + outcome.why());
                }
            }
            progress.advance(totals.items(), totals.bytes());
        }
        nextUids.clear();
        seen.trim();
    }

    private void dropDuplicates(Run run) {
        for (Examined.Mail mail : run.byUid()) {
            seen.seenBefore(
                            mailbox(mail.item().mailbox()).id(),
                            mail.validation().reading().digest(),
                            mail.item().internalDate(),
                            mail.ref().path())
                    .ifPresent(kept -> run.duplicate(mail, kept));
        }
    }

    /** A run of one message whose bytes do not lie in memory: it becomes unreadable if they cannot be read again. */
    private void writeLarge(Run run) throws InterruptedException {
        try {
            write(run);
        } catch (IOException e) {
            abandonSegment();
            for (Examined.Mail mail : run.byUid()) {
                run.unreadable(mail, "reading its bytes again failed: " + e.getMessage());
                seen.forget(
                        mailbox(mail.item().mailbox()).id(),
                        mail.validation().reading().digest(),
                        mail.item().internalDate(),
                        mail.ref().path());
            }
        }
    }

    /** Deletes the file that is being written, if one is. */
    private void abandonSegment() {
        OpenSegment broken = segment;
        if (broken != null) {
            segment = null;
            broken.close();
        }
    }

    private void write(Run run) throws InterruptedException, IOException {
        SourceMailbox source = run.mailbox();
        if (source == null || run.messages() == 0) {
            return;
        }
        ShadowMailbox mailbox = mailbox(source);
        long nextUid = nextUids.computeIfAbsent(
                mailbox, box -> shadow.store().mailboxes().state(box.id()).uidNext());
        OpenSegment open = segment == null ? OpenSegment.begin(shadow, bodyIds) : segment;
        segment = open;
        List<NewMessage> messages = new ArrayList<>();
        List<Evidence> evidence = new ArrayList<>();
        for (Examined.Mail mail : run.byUid()) {
            long uid = Math.max(nextUid, mail.item().uid());
            nextUid = uid + 1;
            NewMessage message = message(mail, uid, open.nextId());
            pace.await(message.size());
            turn.run(() -> open.add(mailbox, mail, message));
            messages.add(message);
            evidence.add(evidence(mail));
        }
        nextUids.put(mailbox, nextUid);
        pending.add(mailbox, messages, evidence);
    }

    private static NewMessage message(Examined.Mail mail, long uid, BodyId body) {
        var reading = mail.validation().reading();
        return new NewMessage(
                uid,
                null,
                null,
                new NewMessage.Body.Stored(body),
                reading.canonical().size(),
                reading.headerSize(),
                reading.digest(),
                reading.mime(),
                mail.item().internalDate().truncatedTo(ChronoUnit.MILLIS),
                null,
                mail.item().flags().without(Flags.RECENT),
                reading.structure());
    }

    private static Evidence evidence(Examined.Mail mail) {
        var reading = mail.validation().reading();
        return new Evidence(
                mail.ref().ordinal(),
                mail.ref().path(),
                mail.item().uid(),
                mail.item().internalDate().truncatedTo(ChronoUnit.MILLIS),
                reading.rawSize(),
                reading.rawDigest(),
                reading.digest(),
                mail.item().witnesses(),
                mail.validation().verdict(),
                mail.validation().findings());
    }

    private void commit(Pending.Commit due, Optional<BodySegment> written) {
        totals = totals.plus(due.totals());
        List<JournalRow> rows = new ArrayList<>();
        rows.add(shadow.totalsRow(totals));
        for (ItemOutcome outcome : due.outcomes()) {
            rows.add(shadow.outcomeRow(outcome));
        }
        ShadowMailbox mailbox = due.mailbox();
        if (mailbox == null) {
            shadow.store().journal().write(rows, shadow.author());
            return;
        }
        written.ifPresent(file -> rows.add(shadow.segmentRow(file)));
        shadow.store().messages().append(mailbox.id(), due.messages(), shadow.author(), appended -> {
            for (int i = 0; i < appended.size(); i++) {
                Appended one = appended.get(i);
                rows.add(shadow.evidenceRow(
                        mailbox.id(), one.uid(), due.evidence().get(i)));
            }
            return rows;
        });
    }

    private ShadowMailbox mailbox(SourceMailbox source) {
        return mailboxes.computeIfAbsent(source, missing -> shadow.ensureMailbox(missing, 0, false));
    }
}

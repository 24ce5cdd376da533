package org.understudy.restore.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Steps;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.Appended;
import org.understudy.storage.BodySegment;
import org.understudy.storage.BodySegmentWriter;
import org.understudy.storage.JournalRow;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;

/** Replays one source into one shadow. Used once. */
public final class Replayer {
    /** A segment file is closed after the run that brings it to this. */
    private static final int SEGMENT_MESSAGES = 1_000;

    private static final long SEGMENT_BYTES = 32L << 20;

    private final ShadowStore shadow;
    private final BodyIds bodyIds;
    private final Examiner examiner;
    private final LongSupplier rate;
    private final Pace pace;
    private final Steps steps;
    private final SeenMessages seen;
    private final Map<SourceMailbox, ShadowMailbox> mailboxes = new HashMap<>();
    private ReplayTotals totals = ReplayTotals.NONE;

    /** @param rate octets a second at which messages are read and written, asked again and again; 0 for no limit */
    public Replayer(ShadowStore shadow, BodyIds bodyIds, Examiner examiner, LongSupplier rate, Steps steps) {
        this.shadow = shadow;
        this.bodyIds = bodyIds;
        this.examiner = examiner;
        this.rate = rate;
        this.pace = new Pace(rate);
        this.steps = steps;
        this.seen = new SeenMessages(shadow);
    }

    /** A run with what its messages have become. */
    private record Prepared(
            Run run, @Nullable ShadowMailbox mailbox, List<NewMessage> messages, List<Evidence> evidence) {}

    /** A finished body file. */
    private record Written(BodySegment segment, SortedMap<BodyId, Digest> digests) {}

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
                    ReadAhead ahead = new ReadAhead(source, totals.items(), examiner, new Pace(rate))) {
                drain(ahead, kept, progress);
            }
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    source.describe().location() + " can be read no further: " + e.getMessage(),
                    "Mend the source, then run 'understudy restore stage' again with the same id; it goes on at item "
                            + totals.items() + ".",
                    e);
        }
        totals = totals.atEnd();
        shadow.store().journal().write(List.of(shadow.totalsRow(totals)), shadow.author());
        steps.passed(Steps.Step.REPLAY_ENDED);
        return totals;
    }

    private void drain(ReadAhead ahead, CrowdNotes kept, Progress progress) throws InterruptedException, IOException {
        List<Run> batch = new ArrayList<>();
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
                batch.add(run);
                run = new Run();
                if (enough(batch)) {
                    write(batch, kept, progress);
                    batch.clear();
                }
            }
            run.add(next);
        }
        if (run.items() > 0) {
            batch.add(run);
        }
        write(batch, kept, progress);
    }

    private static boolean enough(List<Run> batch) {
        return batch.stream().mapToLong(Run::messages).sum() >= SEGMENT_MESSAGES
                || batch.stream().mapToLong(Run::items).sum() >= 4L * SEGMENT_MESSAGES
                || batch.stream().mapToLong(Run::bytes).sum() >= SEGMENT_BYTES;
    }

    private void write(List<Run> batch, CrowdNotes kept, Progress progress) throws InterruptedException {
        for (Run run : batch) {
            dropDuplicates(run);
        }
        long count = batch.stream().mapToLong(Run::messages).sum();
        List<Prepared> prepared = new ArrayList<>();
        Optional<Written> segment = Optional.empty();
        if (count > 0) {
            segment = writeReadable(batch, prepared);
        } else {
            batch.forEach(run -> prepared.add(new Prepared(run, null, List.of(), List.of())));
        }
        if (segment.isPresent()) {
            steps.passed(Steps.Step.SEGMENT_WRITTEN);
            shadow.store().adopt(segment.get().segment(), segment.get().digests());
            steps.passed(Steps.Step.SEGMENT_ADOPTED);
        }
        kept.keep(batch);
        for (Prepared one : prepared) {
            commit(one, segment.map(Written::segment));
            steps.passed(Steps.Step.RUN_COMMITTED);
            for (ItemOutcome outcome : one.run().outcomes()) {
                if (outcome.bin() == ItemOutcome.Bin.UNREADABLE) {
                    progress.note(outcome.path() + " is unreadable: " + outcome.why());
                }
            }
            progress.advance(totals.items(), totals.bytes());
        }
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

    /** A message whose bytes could be examined and could not be read again. */
    private static final class Unwritable extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Run run;
        private final transient Examined.Mail mail;

        Unwritable(Run run, Examined.Mail mail, IOException cause) {
            super(cause.getMessage(), cause);
            this.run = run;
            this.mail = mail;
        }
    }

    /** Writes the batch's bodies, leaving out messages whose bytes cannot be read a second time. */
    private Optional<Written> writeReadable(List<Run> batch, List<Prepared> prepared) throws InterruptedException {
        while (true) {
            prepared.clear();
            long count = batch.stream().mapToLong(Run::messages).sum();
            if (count == 0) {
                batch.forEach(run -> prepared.add(new Prepared(run, null, List.of(), List.of())));
                return Optional.empty();
            }
            try {
                return Optional.of(writeSegment(batch, bodyIds.reserve(count), prepared));
            } catch (Unwritable e) {
                e.run.unreadable(e.mail, "reading its bytes again failed: " + e.getMessage());
                seen.forget(
                        mailbox(e.mail.item().mailbox()).id(),
                        e.mail.validation().reading().digest(),
                        e.mail.item().internalDate(),
                        e.mail.ref().path());
            }
        }
    }

    private Written writeSegment(List<Run> batch, BodyId first, List<Prepared> prepared)
            throws InterruptedException, Unwritable {
        Path file = shadow.segmentFolder().resolve(String.format(Locale.ROOT, "%016x.sst", first.value()));
        Map<ShadowMailbox, Long> nextUids = new HashMap<>();
        long id = first.value();
        try (BodySegmentWriter writer = shadow.store().writeSegment(file)) {
            for (Run run : batch) {
                SourceMailbox source = run.mailbox();
                if (source == null || run.messages() == 0) {
                    prepared.add(new Prepared(run, null, List.of(), List.of()));
                    continue;
                }
                ShadowMailbox mailbox = mailbox(source);
                long nextUid = nextUids.computeIfAbsent(
                        mailbox,
                        box -> shadow.store().mailboxes().state(box.id()).uidNext());
                List<NewMessage> messages = new ArrayList<>();
                List<Evidence> evidence = new ArrayList<>();
                for (Examined.Mail mail : run.byUid()) {
                    long uid = Math.max(nextUid, mail.item().uid());
                    nextUid = uid + 1;
                    NewMessage message = message(mail, uid, new BodyId(id++));
                    pace.await(message.size());
                    add(writer, mailbox, run, mail, message);
                    messages.add(message);
                    evidence.add(evidence(mail));
                }
                nextUids.put(mailbox, nextUid);
                prepared.add(new Prepared(run, mailbox, messages, evidence));
            }
            return new Written(writer.finish(), writer.digests());
        }
    }

    private static void add(
            BodySegmentWriter writer, ShadowMailbox mailbox, Run run, Examined.Mail mail, NewMessage message)
            throws Unwritable {
        if (!(message.body() instanceof NewMessage.Body.Stored stored)) {
            throw new IllegalStateException("replayed messages have their bodies in segment files");
        }
        try {
            writer.add(
                    stored.id(),
                    mail.validation().reading().canonical(),
                    message.digest(),
                    message.digest(),
                    new BodySegmentWriter.Origin(
                            mailbox.id(), message.uid(), 1, message.internalDate(), message.flags()));
        } catch (IOException e) {
            throw new Unwritable(run, mail, e);
        }
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
                mail.item().flags().without(Flags.RECENT));
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

    private void commit(Prepared prepared, Optional<BodySegment> segment) {
        totals = totals.plus(prepared.run().totals());
        List<JournalRow> rows = new ArrayList<>();
        rows.add(shadow.totalsRow(totals));
        for (ItemOutcome outcome : prepared.run().outcomes()) {
            rows.add(shadow.outcomeRow(outcome));
        }
        ShadowMailbox mailbox = prepared.mailbox();
        if (mailbox == null) {
            shadow.store().journal().write(rows, shadow.author());
            return;
        }
        segment.ifPresent(file -> rows.add(shadow.segmentRow(file)));
        shadow.store().messages().append(mailbox.id(), prepared.messages(), shadow.author(), appended -> {
            for (int i = 0; i < appended.size(); i++) {
                Appended one = appended.get(i);
                rows.add(shadow.evidenceRow(
                        mailbox.id(), one.uid(), prepared.evidence().get(i)));
            }
            return rows;
        });
    }

    private ShadowMailbox mailbox(SourceMailbox source) {
        return mailboxes.computeIfAbsent(source, missing -> shadow.ensureMailbox(missing, 0, false));
    }
}

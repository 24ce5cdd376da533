package org.understudy.restore.repository.log;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.Json;
import org.understudy.restore.repository.Refusal;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.Signer;
import org.understudy.restore.repository.log.LogHead.Reason;
import org.understudy.storage.OperatorException;
import org.understudy.storage.StoreLog;

/**
 * Carries the log of the live store into the repository: what came since the last segment, in segments of up to about 16
 * MiB, or a word that a part of it is lost. Runs of several archivers of one store come one after the other. Each run goes
 * on from what the repository has, so that one that was stopped anywhere leaves neither a gap nor anything twice.
 */
public final class LogArchiver {
    private static final long SEGMENT_BYTES = 16L << 20;

    /** Without anything new, a segment says so after that long, so that other machines know of the quiet. */
    private static final Duration QUIET = Duration.ofMinutes(15);

    private final Workplace workplace;
    private final LogStep.Hook hook;
    private final Log log;
    private @Nullable Lines lines;
    private @Nullable Repository repository;

    public LogArchiver(Workplace workplace) {
        this(workplace, LogStep.Hook.NONE);
    }

    LogArchiver(Workplace workplace, LogStep.Hook hook) {
        this.workplace = workplace;
        this.hook = hook;
        this.log = new Log(workplace.live());
    }

    /**
     * Carries away what is on the store's disk by now.
     *
     * @throws OperatorException if the repository or the store cannot be read or written
     */
    public ArchiveReport run() throws InterruptedException {
        ReentrantLock turn = workplace.live().log().turn();
        turn.lockInterruptibly();
        try {
            Repository present = present();
            if (present == null) {
                return new ArchiveReport(ArchiveState.NO_REPOSITORY, 0, 0, 0, 0, null, "");
            }
            return workplace.live().holdingLog(() -> carry(present));
        } finally {
            turn.unlock();
        }
    }

    private ArchiveReport carry(Repository present) throws InterruptedException {
        try {
            return new Run(present).carry();
        } catch (FileAlreadyExistsException e) {
            lines = null;
            throw new OperatorException(
                    org.understudy.storage.Reason.BUSY,
                    "segment " + e.getFile() + " of the log was written by another process meanwhile",
                    "One repository takes the log of one server. Give the other one a repository of its own.",
                    e);
        } catch (IOException e) {
            lines = null;
            throw Refusal.io("carrying the log into", workplace.repository().toString(), e);
        }
    }

    private @Nullable Repository present() {
        Repository known = repository;
        if (Repository.isThere(workplace.repository())) {
            Repository opened = Repository.open(workplace.repository());
            if (known == null || !known.id().equals(opened.id())) {
                repository = opened;
                lines = null;
            }
            return opened;
        }
        repository = null;
        lines = null;
        return null;
    }

    /** One run. */
    private final class Run {
        private final Repository repository;
        private final LogFiles files;
        private final Lines lines;
        private final Signer signer;
        private long segments;
        private long effects;
        private long bytes;
        private long bodies;
        private String gap = "";

        Run(Repository repository) throws IOException {
            this.repository = repository;
            files = LogFiles.of(repository);
            Lines known = LogArchiver.this.lines;
            if (known == null || files.exists(SegmentFile.name(known.nextNumber()))) {
                known = Lines.read(repository, files, workplace.keys());
                LogArchiver.this.lines = known;
                log.forgetBodies();
            }
            lines = known;
            signer = Signer.of(workplace.keys());
        }

        ArchiveReport carry() throws IOException, InterruptedException {
            StoreLog.End end = workplace.live().log().sync();
            hook.reached(LogStep.SYNCED);
            Reason broken = lines.broken(workplace.live(), log, end);
            if (broken != null && !begin(broken, end)) {
                return new ArchiveReport(ArchiveState.NO_SNAPSHOT, 0, 0, 0, 0, null, "");
            }
            OptionalLong lost = carryOn(end);
            if (lost.isPresent()) {
                begin(Reason.LOG_GONE, end);
                lost = carryOn(end);
            }
            if (lost.isPresent()) {
                // The log behind the snapshot is not whole either, so the line begins with what comes from now on.
                lines.beginAt(Reason.LOG_GONE, workplace.live(), end);
                lost = carryOn(end);
            }
            if (lost.isPresent()) {
                throw new IllegalStateException("nothing is to be read, and number " + lost.getAsLong() + " is lost");
            }
            hook.reached(LogStep.DONE);
            return new ArchiveReport(
                    lines.isBased(workplace.live()) ? ArchiveState.CURRENT : ArchiveState.WAITING_FOR_SNAPSHOT,
                    segments,
                    effects,
                    bytes,
                    bodies,
                    lines.upTo(),
                    gap);
        }

        private boolean begin(Reason reason, StoreLog.End end) {
            Optional<Bases.Base> base = lines.base(reason, workplace.live(), log, end);
            if (base.isEmpty() && reason == Reason.FIRST && !lines.hasSnapshot(workplace.live())) {
                return false;
            }
            Instant before = lines.upTo();
            if (base.isPresent()) {
                lines.beginAfter(
                        base.get(), reason, workplace.live(), log.at(base.get().sequence()), end);
            } else {
                lines.beginAt(reason, workplace.live(), end);
            }
            log.forgetBodies();
            if (reason != Reason.FIRST) {
                gap = Words.gap(reason, before);
            }
            return true;
        }

        /** Reads and writes up to {@code end}; gives the first number that is lost, if one is. */
        private OptionalLong carryOn(StoreLog.End end) throws IOException, InterruptedException {
            long from = lines.nextSequence();
            Log.Filling filling = log.filling(from, lines.floor());
            OptionalLong lost = OptionalLong.empty();
            while (from <= end.sequence() && lost.isEmpty()) {
                lost = filling.read(end.sequence(), SEGMENT_BYTES);
                from = filling.draft().next();
                if (lost.isEmpty() && from <= end.sequence()) {
                    publish(filling.draft(), complete(filling.draft()));
                    filling = log.filling(from, lines.floor());
                }
            }
            SegmentDraft draft = filling.draft();
            if (lost.isPresent()) {
                if (!draft.isEmpty()) {
                    publish(draft, complete(draft));
                }
                return lost;
            }
            Instant upTo = upTo(end, draft);
            if (!draft.isEmpty() || lines.isBeginning() || lines.isQuietSince(QUIET, upTo)) {
                publish(draft, upTo);
            } else {
                lines.quiet(upTo);
                pin();
            }
            return lost;
        }

        /** More effects of the last one's millisecond may follow. */
        private Instant complete(SegmentDraft draft) {
            return Instant.ofEpochMilli(Math.max(draft.lastAt(), lines.floor()) - 1);
        }

        private Instant upTo(StoreLog.End end, SegmentDraft draft) {
            long complete = end.before() - 1;
            if (complete < draft.lastAt()) {
                // Effects in the millisecond of the last one may follow. If the clock is back by more, none would be
                // told
                // from it until the clock has caught up.
                boolean back = draft.lastAt() - complete > Duration.ofSeconds(1).toMillis();
                complete = back ? draft.lastAt() : draft.lastAt() - 1;
            }
            return Instant.ofEpochMilli(complete);
        }

        private void publish(SegmentDraft draft, Instant upTo) throws IOException {
            byte[] frames = draft.frames();
            LogHead head =
                    draft.head(lines.place(repository.id(), workplace.live(), signer.keyId()), lines.notBefore(upTo));
            byte[] json = Json.MAPPER.writeValueAsBytes(head);
            byte[] file = SegmentFile.encode(json, signer.sign(json), frames);
            hook.reached(LogStep.SEGMENT_READY);
            files.put(SegmentFile.name(head.number()), file);
            hook.reached(LogStep.SEGMENT_PUT);
            lines.published(head, json);
            pin();
            hook.reached(LogStep.PIN_WRITTEN);
            segments++;
            effects += head.effects();
            bodies += head.bodies();
            bytes += file.length;
        }

        private void pin() throws IOException {
            lines.pin(repository.id()).write(workplace.keys());
        }
    }
}

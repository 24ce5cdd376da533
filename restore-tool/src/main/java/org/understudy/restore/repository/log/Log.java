package org.understudy.restore.repository.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.understudy.restore.repository.Json;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.JournalRow;
import org.understudy.storage.LogVisitor;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreLog;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * The live store's log as the archiver reads it: effects with times that never fall, with the bodies that they name and
 * that did not pass through the log. While users are at work it reads at a modest rate.
 */
final class Log {
    /** Bytes a second while users are at work. */
    private static final long BESIDE_USERS = 20_000_000;

    private static final int REMEMBERED = 1 << 20;
    private static final int MOST_SKIPPED = 1_000;
    private static final String BODIES = "/bodies/";

    private final MailStore live;
    private final Concerned concerned;
    private final Courtesy courtesy;
    private final Pace pace;
    private final Set<Long> carried = new HashSet<>();

    Log(MailStore live) {
        this.live = live;
        concerned = new Concerned(live);
        courtesy = new Courtesy(live::calls, BESIDE_USERS);
        pace = new Pace(courtesy);
    }

    /** From now on bodies are carried again: the line in which they were is over. */
    void forgetBodies() {
        carried.clear();
    }

    /** Whether the log has the row of that number, or there is none up to the end. */
    boolean reaches(long sequence, StoreLog.End end) {
        if (sequence > end.sequence()) {
            return true;
        }
        boolean[] lost = new boolean[1];
        live.readLog(sequence, sequence, new LogVisitor() {
            @Override
            public void effect(LoggedEffect effect) {
                lost[0] = false;
            }

            @Override
            public void gap(long from, long to) {
                lost[0] = !explained(from, to);
            }
        });
        return !lost[0];
    }

    /** Time of the effect that a row belongs to, where the log says so. */
    OptionalLong at(long sequence) {
        long[] at = new long[1];
        if (sequence > 0) {
            live.readLog(sequence, sequence, new LogVisitor() {
                @Override
                public void effect(LoggedEffect effect) {
                    at[0] = effect.at();
                }

                @Override
                public void gap(long from, long to) {
                    at[0] = 0;
                }
            });
        }
        return at[0] > 0 ? OptionalLong.of(at[0]) : OptionalLong.empty();
    }

    /** Whether the log has another effect with that last row than the one with that digest. */
    boolean differs(long lastRow, String digest) {
        // How many rows it has is not known, so the window grows until it begins before the effect.
        long from = lastRow;
        while (true) {
            LoggedEffect[] last = new LoggedEffect[1];
            live.readLog(from, lastRow, new LogVisitor() {
                @Override
                public void effect(LoggedEffect effect) {
                    last[0] = effect;
                }

                @Override
                public void gap(long gapFrom, long gapTo) {
                    last[0] = null;
                }
            });
            LoggedEffect effect = last[0];
            if (effect == null) {
                return false;
            }
            if (effect.sequence() > from || from == 1) {
                return effect.rows().getLast().sequence() != lastRow
                        || !SegmentDraft.digest(effect).equals(digest);
            }
            from = Math.max(1, lastRow - 2 * (lastRow - from) - 1);
        }
    }

    /** Begins a segment. */
    Filling filling(long firstSequence, long floor) {
        return new Filling(new SegmentDraft(firstSequence), floor);
    }

    /** Whether files that were taken in account for these numbers. */
    private boolean explained(long from, long to) {
        if (to - from >= MOST_SKIPPED) {
            return false;
        }
        for (long number = from; number <= to; number++) {
            if (!live.log().takenUpByAdoption(number) && !journalled(number)) {
                return false;
            }
        }
        return true;
    }

    /** What merges have noted of the files that they took in; needed after a restart only. */
    private boolean journalled(long number) {
        for (JournalRow row : live.journal().list("")) {
            if (!row.key().contains(BODIES)) {
                continue;
            }
            try {
                JsonNode node = Json.MAPPER.readTree(row.value());
                if (node.path("from").asLong() < number
                        && number <= node.path("to").asLong()) {
                    return true;
                }
            } catch (JacksonException e) {
                throw new CorruptionException(Family.JOURNAL.columnFamily(), row.key(), "not JSON", e);
            }
        }
        return false;
    }

    /** A segment that takes up effects. */
    final class Filling {
        private final SegmentDraft draft;
        private long at;

        private Filling(SegmentDraft draft, long floor) {
            this.draft = draft;
            this.at = floor;
        }

        SegmentDraft draft() {
            return draft;
        }

        /**
         * Reads up to {@code to} or until the segment holds enough bytes.
         *
         * @return the first number that is lost, if one is; all before it are in
         */
        OptionalLong read(long to, long bytes) throws InterruptedException {
            OptionalLong lost = attempt(to, bytes);
            // What looks like the end of a log file that is just being written is read again before it counts as lost.
            return lost.isEmpty() ? lost : attempt(to, bytes);
        }

        private OptionalLong attempt(long to, long bytes) throws InterruptedException {
            try {
                live.readLog(draft.next(), to, new LogVisitor() {
                    @Override
                    public void effect(LoggedEffect effect) {
                        take(effect);
                        if (draft.size() >= bytes) {
                            throw new EnoughException();
                        }
                    }

                    @Override
                    public void gap(long from, long gapTo) {
                        if (!explained(from, gapTo)) {
                            throw new LostException(from);
                        }
                        for (long number = from; number <= gapTo; number++) {
                            draft.skip(number);
                        }
                    }
                });
                return OptionalLong.empty();
            } catch (EnoughException e) {
                return OptionalLong.empty();
            } catch (LostException e) {
                return OptionalLong.of(e.number);
            } catch (StoppedException e) {
                InterruptedException interrupted = new InterruptedException("stopped on request");
                interrupted.initCause(e);
                throw interrupted;
            }
        }

        private void take(LoggedEffect effect) {
            if (effect.at() != 0) {
                if (effect.at() < at) {
                    draft.clockWasBack(at - effect.at());
                }
                at = Math.max(at, effect.at());
            }
            bodies(effect);
            draft.effect(effect, at, courtesy.own(() -> concerned.by(effect)));
            await(effect.rows());
        }

        /** An index row without the body it leads to: the body came as a file. */
        private void bodies(LoggedEffect effect) {
            Set<ByteBuffer> logged = new HashSet<>();
            for (LoggedEffect.Row row : effect.rows()) {
                if (row.family() == Family.BODY) {
                    logged.add(ByteBuffer.wrap(row.key()));
                }
            }
            for (LoggedEffect.Row row : effect.rows()) {
                if (row.family() != Family.BODY_INDEX || row.kind() != LoggedEffect.Kind.PUT) {
                    continue;
                }
                BodyId id = new BodyId(Codec.id(Family.BODY_INDEX, row.key(), row.value()));
                if (!logged.contains(ByteBuffer.wrap(Keys.body(id, 0))) && !carried.contains(id.value())) {
                    carry(id);
                }
            }
        }

        private void carry(BodyId id) {
            List<LoggedEffect.Row> chunks;
            try {
                chunks = courtesy.own(() -> live.log().body(id));
            } catch (CorruptionException e) {
                // The store has said so itself; the segment says that it is not whole.
                draft.unreadableBody();
                return;
            }
            if (chunks.isEmpty()) {
                draft.unreadableBody();
                return;
            }
            draft.body(at, chunks);
            if (carried.size() < REMEMBERED) {
                carried.add(id.value());
            }
            await(chunks);
        }

        private void await(List<LoggedEffect.Row> rows) {
            long size = 0;
            for (LoggedEffect.Row row : rows) {
                size += row.key().length + (long) row.value().length;
            }
            try {
                pace.await(size);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } catch (InterruptedException e) {
                throw new StoppedException(e);
            }
        }
    }

    /** The segment is full. */
    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1;

        EnoughException() {
            super("enough", null, false, false);
        }
    }

    /** A number has no record. */
    private static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final long number;

        LostException(long number) {
            super("number " + number + " is lost", null, false, false);
            this.number = number;
        }
    }

    /** The thread was interrupted. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException(InterruptedException cause) {
            super(cause);
        }
    }
}

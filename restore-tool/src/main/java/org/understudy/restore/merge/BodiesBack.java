package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.OneAtATime;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.BodySums;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.BodyId;

/**
 * Sums up the planned bodies as they lie in live, each by itself, in the order of their keys. While nobody uses the store this
 * may begin as soon as they are there, on all processors; while somebody does it waits until it is asked to finish, and reads
 * one body at a time. Begun, finished and asked by one thread.
 */
final class BodiesBack implements AutoCloseable {
    /** Octets of bodies that are read in one pass while nobody uses the store. */
    private static final long PIECE = 4L << 20;

    /** Bodies of neighbouring ids, with their sizes. */
    private record Piece(long first, List<Long> sizes) {
        long last() {
            return first + sizes.size() - 1;
        }
    }

    private final MailStore live;
    private final Courtesy courtesy;
    private final LongSupplier rate;
    private final OneAtATime turn;
    private final Pace pace;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final ExecutorService readers = Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("read-back-", 0).factory());
    private final Queue<Piece> pieces = new ConcurrentLinkedQueue<>();
    private final List<Future<?>> begun = new ArrayList<>();
    private final Map<Long, BodySums.Sum> sums = new ConcurrentHashMap<>();
    private final Map<Long, String> faults = new ConcurrentHashMap<>();

    /**
     * @param courtesy is told of the calls that are this object's own
     * @param rate octets a second, asked again and again; 0 while nobody uses the store
     */
    BodiesBack(MailStore live, List<PlanStep.AddMessage> planned, Courtesy courtesy, LongSupplier rate) {
        this.live = live;
        this.courtesy = courtesy;
        this.rate = rate;
        this.turn = new OneAtATime(rate);
        this.pace = new Pace(rate);
        cut(planned);
    }

    private void cut(List<PlanStep.AddMessage> planned) {
        Map<Long, Long> sizes = new TreeMap<>();
        planned.forEach(step -> sizes.put(step.body().value(), step.size()));
        long next = -1;
        long octets = 0;
        List<Long> piece = new ArrayList<>();
        for (Map.Entry<Long, Long> one : sizes.entrySet()) {
            long id = one.getKey();
            if (!piece.isEmpty() && (id != next || octets >= PIECE)) {
                pieces.add(new Piece(next - piece.size(), piece));
                piece = new ArrayList<>();
                octets = 0;
            }
            piece.add(one.getValue());
            octets += one.getValue();
            next = id + 1;
        }
        if (!piece.isEmpty()) {
            pieces.add(new Piece(next - piece.size(), piece));
        }
    }

    /** Begins to read, for as long as nobody uses the store. All planned bodies must be in live. */
    void begin() {
        if (rate.getAsLong() == 0) {
            work(true);
        }
    }

    private void work(boolean whileAlone) {
        for (int i = 0; i < threads; i++) {
            begun.add(readers.submit(() -> {
                readAll(whileAlone);
                return null;
            }));
        }
    }

    /**
     * Reads what is left, and returns when all is read.
     *
     * @throws InterruptedException if the thread was interrupted; bodies are then left unread
     */
    void finish() throws InterruptedException {
        work(false);
        for (Future<?> one : begun) {
            try {
                one.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException fault) {
                    throw fault;
                }
                throw new IllegalStateException("reading back failed", e.getCause());
            }
        }
    }

    private void readAll(boolean whileAlone) throws InterruptedException {
        BodySums own = live.bodies().sums();
        while (!whileAlone || rate.getAsLong() == 0) {
            Piece piece = pieces.poll();
            if (piece == null) {
                return;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading back");
            }
            if (rate.getAsLong() == 0) {
                counted(own, () -> {
                    own.each(
                            new BodyId(piece.first()),
                            new BodyId(piece.last()),
                            (id, sum) -> sums.put(id.value(), sum));
                    return true;
                });
            }
            readOneByOne(own, piece);
        }
    }

    /** Reads those bodies of a piece that were not read yet. */
    private void readOneByOne(BodySums own, Piece piece) throws InterruptedException {
        for (long id : LongStream.rangeClosed(piece.first(), piece.last()).toArray()) {
            if (!sums.containsKey(id)) {
                synchronized (pace) {
                    pace.await(piece.sizes().get(Math.toIntExact(id - piece.first())));
                }
                counted(
                        own,
                        () -> turn.run(() -> {
                            try {
                                sums.put(id, own.of(new BodyId(id)));
                            } catch (CorruptionException e) {
                                faults.put(id, String.valueOf(e.getMessage()));
                            }
                            return true;
                        }));
            }
        }
    }

    private <E extends Exception> void counted(BodySums own, OneAtATime.Work<?, E> work) throws E {
        long before = own.reads();
        try {
            work.run();
        } finally {
            courtesy.did(own.reads() - before);
        }
    }

    /** What a body sums up to, or null if it was not read, or could not be. */
    BodySums.@Nullable Sum sum(BodyId body) {
        return sums.get(body.value());
    }

    /** Why a body could not be read, or empty. */
    String fault(BodyId body) {
        return faults.getOrDefault(body.value(), "");
    }

    /** Ends the reading, and waits until what is under way has ended. */
    @Override
    public void close() {
        readers.shutdownNow();
        readers.close();
    }
}

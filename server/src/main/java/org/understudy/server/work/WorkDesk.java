package org.understudy.server.work;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.audit.AuditedWork;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.ThreadEnd;
import org.understudy.storage.keyspace.Digest;

/** Begins work, each piece on a thread of its own, keeps what has ended for a while, and can stop it all. Thread-safe. */
public final class WorkDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkDesk.class);
    private static final int MOST_AT_ONCE = 64;
    private static final int ENDED_KEPT = 500;
    private static final long RESULT_BYTES_KEPT = 64L << 20;
    private static final Duration KEPT_FOR = Duration.ofDays(1);
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private final Workplace workplace;
    private final AuditLog audit;
    private final Clock clock;
    private final SecureRandom random;
    private final ObjectMapper json = OperationJson.mapper();
    private final Map<WorkId, Work> all = new LinkedHashMap<>();
    private final Map<Key, WorkId> keys = new HashMap<>();
    private final Map<WorkId, Thread> threads = new ConcurrentHashMap<>();
    private boolean closing;

    private record Key(String person, String text) {}

    /** @param audit is told of the beginning and the end of all work */
    public WorkDesk(Workplace workplace, AuditLog audit, SecureRandom random) {
        this.workplace = workplace;
        this.audit = audit;
        this.clock = workplace.clock();
        this.random = random;
    }

    /**
     * What somebody wants done.
     *
     * @param caller null for the command line on this machine
     * @param actor whom the audit log names
     * @param key of the start, or empty for none
     */
    public record Order<Q>(
            Operation<Q, ?> operation, Q request, @Nullable Caller caller, Actor actor, String key) {}

    /** @param fresh false where the same start was asked for before */
    public record Begun(Work work, boolean fresh) {}

    /**
     * Begins a piece of work, or gives the one that the same start has begun before.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if the key was used for another request, {@link Reason#BUSY} if
     *     too much is under way, {@link Reason#USAGE} if the key has not the form of one
     */
    public <Q> Begun begin(Order<Q> order) {
        String request = digest(order);
        if (!order.key().isEmpty() && !KEY.matcher(order.key()).matches()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the idempotency key has not the form of one",
                    "Send 1 to 128 visible ASCII characters, for example a UUID.");
        }
        String person = person(order.caller());
        Key key = new Key(person, order.key());
        synchronized (this) {
            forget();
            WorkId known = order.key().isEmpty() ? null : keys.get(key);
            if (known != null) {
                return new Begun(
                        same(Objects.requireNonNull(all.get(known), "keys go with their work"), request), false);
            }
            if (closing) {
                throw new OperatorException(
                        Reason.BUSY, "the server is stopping", "Give the same command again when it is back.");
            }
            if (threads.size() >= MOST_AT_ONCE) {
                throw new OperatorException(
                        Reason.BUSY,
                        MOST_AT_ONCE + " pieces of work are under way already",
                        "Wait until one has ended, or cancel one.");
            }
            WorkId id = WorkId.fresh(random);
            Work work = new Work(id, order.operation(), person, request, clock, System::nanoTime, json);
            all.put(id, work);
            if (!order.key().isEmpty()) {
                keys.put(key, id);
            }
            String trace = Trace.here();
            Thread thread = Thread.ofPlatform()
                    .name("operation-" + order.operation().name())
                    .daemon()
                    .unstarted(() -> marked(work, order, trace));
            threads.put(id, thread);
            thread.start();
            return new Begun(work, true);
        }
    }

    /** Makes something that the server did by itself before it served visible, as work that has ended. */
    public synchronized void recall(Operation<?, ?> operation, Map<String, String> outcome, @Nullable Failure failure) {
        Work work = new Work(WorkId.fresh(random), operation, "server", "", clock, System::nanoTime, json);
        if (failure == null) {
            work.done(outcome);
        } else {
            work.failed(failure);
        }
        all.put(work.id(), work);
    }

    public synchronized Optional<Work> find(WorkId id) {
        forget();
        return Optional.ofNullable(all.get(id));
    }

    /** All that is known, the newest first. */
    public synchronized List<Work> all() {
        forget();
        return new ArrayList<>(all.values()).reversed();
    }

    /** Asks work to stop, if it has not ended. */
    public void cancel(Work work) {
        Thread thread = threads.get(work.id());
        if (work.cancel() && thread != null) {
            LOG.info("{} is cancelled", thread.getName());
            thread.interrupt();
        }
    }

    /** Whose work it is. */
    public static String person(@Nullable Caller caller) {
        return caller == null ? "local" : caller.person();
    }

    private static Work same(Work known, String request) {
        if (!known.request().equals(request)) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "this idempotency key began " + known.id().text() + ", which was asked for something else",
                    "Use a new key for each new start, and the same key only to send the same again.");
        }
        return known;
    }

    /** On a thread of its own, which ends with it. */
    private <Q> void marked(Work work, Order<Q> order, @Nullable String trace) {
        MDC.put(Trace.WORK_KEY, work.id().text());
        if (trace != null) {
            MDC.put(Trace.MDC_KEY, trace);
        }
        carryOut(work, order);
    }

    private <Q> void carryOut(Work work, Order<Q> order) {
        String name = order.operation().name();
        LOG.info("{} begins: {} for {}", work.id().text(), name, work.person());
        try {
            work.done(AuditedWork.run(
                    audit, order.actor(), order.operation(), order.request(), workplace.of(order.caller()), work));
            LOG.info("{} is done: {}", work.id().text(), name);
        } catch (Throwable thrown) {
            work.failed(explain(work.id(), name, thrown));
            if (thrown instanceof VirtualMachineError fatal) {
                throw fatal;
            }
        } finally {
            threads.remove(work.id());
        }
    }

    private static Failure explain(WorkId id, String name, Throwable thrown) {
        Failure failure = Failure.of(thrown);
        if (!failure.internal()) {
            LOG.info("{} ended without a result: {}: {} {}", id.text(), name, failure.reason(), failure.message());
            return failure;
        }
        return Incident.logged(LOG, "operation " + name, failure, thrown);
    }

    /** The oldest that have ended go, where there are too many. */
    private void forget() {
        Instant before = clock.instant().minus(KEPT_FOR);
        List<Work> ended = all.values().stream()
                .filter(Work::ended)
                .sorted(Comparator.comparing(work -> Objects.requireNonNull(work.endedAt(), "it has ended")))
                .toList();
        long bytes = ended.stream().mapToLong(Work::resultBytes).sum();
        int left = ended.size();
        for (Work work : ended) {
            boolean old = Objects.requireNonNull(work.endedAt(), "it has ended").isBefore(before);
            if (!old && left <= ENDED_KEPT && (bytes <= RESULT_BYTES_KEPT || left == 1)) {
                break;
            }
            all.remove(work.id());
            keys.values().remove(work.id());
            bytes -= work.resultBytes();
            left--;
        }
    }

    private <Q> String digest(Order<Q> order) {
        try {
            String text = order.operation().name() + "\n" + json.writeValueAsString(order.request());
            return Digest.of(Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8)))
                    .toString();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a request that JSON cannot express", e);
        }
    }

    /** Interrupts all work and waits for its end, even if this thread is interrupted meanwhile. */
    @Override
    public void close() {
        Set<Thread> working;
        synchronized (this) {
            closing = true;
            working = Set.copyOf(threads.values());
        }
        working.forEach(Thread::interrupt);
        ThreadEnd.await(working);
    }
}

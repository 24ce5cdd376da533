package org.understudy.server.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.progress.Progress;

/**
 * One piece of work: what is asked for, how far it is, and what came of it. The working thread tells it of progress; any
 * thread may look or wait. It keeps the last 1,000 events.
 */
public final class Work implements Progress {
    private static final int EVENTS_KEPT = 1_000;
    private static final long EVERY_NANOS = 200_000_000;

    private final WorkId id;
    private final String operation;
    private final Role role;
    private final String person;
    private final String request;
    private final Instant startedAt;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final ObjectMapper json;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition happened = lock.newCondition();
    private final Deque<WorkEvent> events = new ArrayDeque<>();
    private long lastEvent;
    private WorkState state = WorkState.RUNNING;
    private WorkView.@Nullable Stage stage;
    private boolean stageTold = true;
    private long stageToldAt;
    private @Nullable Instant endedAt;
    private @Nullable Failure error;
    private String result = "";
    private boolean cancelled;

    Work(
            WorkId id,
            Operation<?, ?> operation,
            String person,
            String request,
            Clock clock,
            LongSupplier nanoTime,
            ObjectMapper json) {
        this.id = id;
        this.operation = operation.name();
        this.role = operation.role();
        this.person = person;
        this.request = request;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.nanoTime = nanoTime;
        this.json = json;
    }

    public WorkId id() {
        return id;
    }

    /** What may look at it: the role that its operation asks for. */
    public Role role() {
        return role;
    }

    public String person() {
        return person;
    }

    String request() {
        return request;
    }

    /** @param whole with the result */
    public WorkView view(boolean whole) {
        lock.lock();
        try {
            return new WorkView(
                    id.text(),
                    operation,
                    state,
                    person,
                    startedAt,
                    endedAt,
                    stage,
                    whole && !result.isEmpty() ? tree(result) : null,
                    error);
        } finally {
            lock.unlock();
        }
    }

    public boolean ended() {
        lock.lock();
        try {
            return state != WorkState.RUNNING;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Instant endedAt() {
        lock.lock();
        try {
            return endedAt;
        } finally {
            lock.unlock();
        }
    }

    /** Characters of the result as JSON. */
    long resultBytes() {
        lock.lock();
        try {
            return result.length();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The events after one, oldest first; waits for one where there is none yet.
     *
     * @param after id of the last event that is known, 0 for none
     * @return empty if none came within the time
     */
    public List<WorkEvent> events(long after, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (lastEvent <= after && left > 0) {
                left = happened.awaitNanos(left);
            }
            List<WorkEvent> news = new ArrayList<>();
            for (WorkEvent event : events) {
                if (event.id() > after) {
                    news.add(event);
                }
            }
            return news;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has ended; false if it has not within the time. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (state == WorkState.RUNNING && left > 0) {
                left = happened.awaitNanos(left);
            }
            return state != WorkState.RUNNING;
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that it was asked to stop; false if it has ended already. */
    boolean cancel() {
        lock.lock();
        try {
            cancelled |= state == WorkState.RUNNING;
            return state == WorkState.RUNNING;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin(String phase, long total, String unit) {
        lock.lock();
        try {
            tellStage();
            stage = new WorkView.Stage(phase, 0, total, unit, 0);
            stageTold = false;
            tellStage();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void advance(long done, long bytes) {
        lock.lock();
        try {
            WorkView.Stage now = stage;
            if (now == null) {
                now = new WorkView.Stage("", 0, -1, "", 0);
            }
            stage = new WorkView.Stage(now.phase(), done, now.total(), now.unit(), bytes);
            stageTold = false;
            if (nanoTime.getAsLong() - stageToldAt >= EVERY_NANOS) {
                tellStage();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void note(String text) {
        lock.lock();
        try {
            tell(WorkEvent.NOTE, Map.of("note", text));
        } finally {
            lock.unlock();
        }
    }

    void done(Object value) {
        end(WorkState.DONE, text(value), null);
    }

    void failed(Failure failure) {
        lock.lock();
        try {
            boolean stopped = cancelled && failure.reason().equals(Failure.INTERRUPTED);
            end(stopped ? WorkState.CANCELLED : WorkState.FAILED, "", failure);
        } finally {
            lock.unlock();
        }
    }

    private void end(WorkState how, String value, @Nullable Failure failure) {
        lock.lock();
        try {
            if (state != WorkState.RUNNING) {
                throw new IllegalStateException(id.text() + " ended twice");
            }
            tellStage();
            state = how;
            endedAt = clock.instant();
            result = value;
            error = failure;
            tell(WorkEvent.END, view(false));
        } finally {
            lock.unlock();
        }
    }

    private void tellStage() {
        WorkView.Stage now = stage;
        if (!stageTold && now != null) {
            tell(WorkEvent.PROGRESS, now);
            stageTold = true;
            stageToldAt = nanoTime.getAsLong();
        }
    }

    /** Progress is dropped before notes, so that those stay readable for clients that come late. */
    private void tell(String name, Object data) {
        events.addLast(new WorkEvent(++lastEvent, name, text(data)));
        if (events.size() > EVENTS_KEPT) {
            events.stream()
                    .filter(one -> one.name().equals(WorkEvent.PROGRESS))
                    .findFirst()
                    .ifPresentOrElse(events::remove, events::removeFirst);
        }
        happened.signalAll();
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that was written here cannot be read", e);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that JSON cannot express: " + value.getClass(), e);
        }
    }
}

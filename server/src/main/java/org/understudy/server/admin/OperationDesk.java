package org.understudy.server.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.audit.AuditedWork;
import org.understudy.storage.ThreadEnd;

/** Runs operations for clients, each on a thread of its own, and can stop them all. */
final class OperationDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationDesk.class);
    private static final Duration HEARTBEAT = Duration.ofMillis(500);

    private final Map<String, Operation<?, ?>> operations = new TreeMap<>();
    private final Workplace workplace;
    private final ObjectMapper json;
    private final AuditLog audit;
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    OperationDesk(List<? extends Operation<?, ?>> operations, Workplace workplace, ObjectMapper json, AuditLog audit) {
        for (Operation<?, ?> operation : operations) {
            if (this.operations.put(operation.name(), operation) != null) {
                throw new IllegalStateException("two operations are called " + operation.name());
            }
        }
        this.workplace = workplace;
        this.json = json;
        this.audit = audit;
    }

    Optional<Operation<?, ?>> find(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    Set<String> names() {
        return operations.keySet();
    }

    /** An operation with the request that it is to do. */
    record Order<Q>(Operation<Q, ?> operation, Q request) {}

    /** @throws JacksonException if the body is not the operation's request */
    <Q> Order<Q> order(Operation<Q, ?> operation, byte[] body) throws IOException {
        Q request = json.readValue(body, operation.requestType());
        if (request == null) {
            throw JsonMappingException.from(json.createParser(body), "the request is null");
        }
        return new Order<>(operation, request);
    }

    /**
     * Works until the end, however it comes; the calling thread looks after the client meanwhile.
     *
     * @param actor whom the audit log names
     */
    void serve(Order<?> order, Actor actor, OperationStream stream) throws InterruptedException {
        Work<?> work = new Work<>(order, actor, stream);
        Thread thread = Thread.ofPlatform()
                .name("operation-" + order.operation().name())
                .daemon()
                .unstarted(work);
        working.add(thread);
        try {
            thread.start();
            if (closing) {
                thread.interrupt();
            }
            watch(thread, stream);
            stream.end(work.outcome());
        } finally {
            thread.interrupt();
            working.remove(thread);
        }
    }

    /** Interrupts the work if the client goes away, or if this thread is interrupted; ends when the work has. */
    private static void watch(Thread thread, OperationStream stream) throws InterruptedException {
        boolean interrupted = false;
        boolean told = false;
        stream.heartbeat();
        while (true) {
            try {
                if (thread.join(HEARTBEAT)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
            stream.heartbeat();
            if (stream.clientGone() && !told) {
                told = true;
                LOG.info("The client of {} has gone: interrupting it", thread.getName());
                thread.interrupt();
            }
        }
        if (interrupted) {
            throw new InterruptedException();
        }
    }

    private final class Work<Q> implements Runnable {
        private final Order<Q> order;
        private final Actor actor;
        private final OperationStream stream;
        private volatile @Nullable Object outcome;

        Work(Order<Q> order, Actor actor, OperationStream stream) {
            this.order = order;
            this.actor = actor;
            this.stream = stream;
        }

        Object outcome() {
            Object known = outcome;
            if (known == null) {
                throw new IllegalStateException("operation " + order.operation().name() + " ended without an outcome");
            }
            return known;
        }

        @Override
        public void run() {
            String name = order.operation().name();
            LOG.info("Operation {} begins", name);
            try {
                outcome = new OperationStream.Result(
                        AuditedWork.run(audit, actor, order.operation(), order.request(), workplace, stream));
                LOG.info("Operation {} is done", name);
            } catch (Throwable thrown) {
                outcome = new OperationStream.Failed(explain(name, thrown));
                if (thrown instanceof VirtualMachineError fatal) {
                    throw fatal;
                }
            }
        }
    }

    private static Failure explain(String name, Throwable thrown) {
        Failure failure = Failure.of(thrown);
        if (!failure.internal()) {
            LOG.info("Operation {} ended without a result: {} {}", name, failure.reason(), failure.message());
            return failure;
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("Operation {} met a fault of the program, incident {}", name, incident, thrown);
        return new Failure(
                failure.reason(),
                failure.message(),
                "the server's log has the details under 'incident " + incident + "'; please report them",
                failure.exitCode());
    }

    /** Interrupts all work and waits for its end, even if this thread is interrupted meanwhile. */
    @Override
    public void close() {
        closing = true;
        working.forEach(Thread::interrupt);
        ThreadEnd.await(working);
    }
}

package org.understudy.server.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.progress.Progress;
import org.understudy.server.access.Identity;
import org.understudy.server.audit.AuditedWork;
import org.understudy.server.work.Work;
import org.understudy.server.work.WorkDesk;
import org.understudy.server.work.WorkId;

/** Runs operations for visitors, by the rules of the admin API: the role, the audit log, the person as the caller. Thread-safe. */
final class Doing {
    private static final int REMEMBERED = 500;

    private final ConsoleSetup setup;
    private final WorkDesk desk;
    private final Map<WorkId, String> subjects = new ConcurrentHashMap<>();
    private final Deque<WorkId> begun = new ArrayDeque<>();

    Doing(ConsoleSetup setup, WorkDesk desk) {
        this.setup = setup;
        this.desk = desk;
    }

    /** Reads something; quick, and not noted. */
    <R> R read(Visit visit, String name, Object request, Class<R> result) throws InterruptedException {
        Operation<?, ?> operation = operation(name);
        visit.identity().require(operation.role(), name);
        return result.cast(run(operation, request, visit, false));
    }

    /** Does something quick, noted in the audit log. */
    <R> R act(Visit visit, String name, Object request, Class<R> result) throws InterruptedException {
        Operation<?, ?> operation = operation(name);
        visit.identity().require(operation.role(), name);
        return result.cast(run(operation, request, visit, true));
    }

    /**
     * Begins long work.
     *
     * @param subject what it is about: a restore's id, or empty
     */
    Work begin(Visit visit, String name, Object request, String subject) {
        Operation<?, ?> operation = operation(name);
        visit.identity().require(operation.role(), name);
        Work work = begin(operation, request, visit);
        if (!subject.isEmpty()) {
            synchronized (begun) {
                subjects.put(work.id(), subject);
                begun.addLast(work.id());
                while (begun.size() > REMEMBERED) {
                    subjects.remove(begun.removeFirst());
                }
            }
        }
        return work;
    }

    /** What is done, or was done last, about a restore by this console. */
    Optional<Work> about(String subject) {
        return desk.all().stream()
                .filter(work -> subject.equals(subjects.get(work.id())))
                .findFirst();
    }

    /** What a piece of work is about; empty if nobody knows. */
    String subject(Work work) {
        return subjects.getOrDefault(work.id(), "");
    }

    /** What somebody may see, the newest first. */
    List<Work> all(Identity identity) {
        return desk.all().stream()
                .filter(work -> identity.role().covers(work.role()))
                .toList();
    }

    Optional<Work> find(Identity identity, String id) {
        return desk.find(WorkId.parse(id)).filter(work -> identity.role().covers(work.role()));
    }

    void cancel(Work work) {
        desk.cancel(work);
    }

    private <Q> Work begin(Operation<Q, ?> operation, Object request, Visit visit) {
        return desk.begin(new WorkDesk.Order<>(
                        operation,
                        operation.requestType().cast(request),
                        visit.caller(),
                        visit.actor(),
                        visit.field("key")))
                .work();
    }

    private <Q, R> Object run(Operation<Q, R> operation, Object request, Visit visit, boolean noted)
            throws InterruptedException {
        Q asked = operation.requestType().cast(request);
        var workplace = setup.workplace().of(visit.caller());
        return noted
                ? AuditedWork.run(setup.audit(), visit.actor(), operation, asked, workplace, Progress.SILENT)
                : operation.run(asked, workplace, Progress.SILENT);
    }

    private Operation<?, ?> operation(String name) {
        return setup.operations().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no operation " + name));
    }
}

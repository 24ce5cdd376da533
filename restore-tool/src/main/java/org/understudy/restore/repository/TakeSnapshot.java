package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.incident.IncidentHold;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Operation {@code snapshot.take}: puts a snapshot of the live store into the repository. The store serves meanwhile. */
public final class TakeSnapshot implements Operation<TakeSnapshot.Request, TakeSnapshot.Result> {
    private final Step.Hook hook;

    public TakeSnapshot() {
        this(Step.Hook.NONE);
    }

    TakeSnapshot(Step.Hook hook) {
        this.hook = hook;
    }

    /**
     * @param rereadStored whether objects that the repository has already are read and compared again; those that are
     *     damaged are replaced from the store. Without it, their sizes are compared.
     */
    public record Request(boolean rereadStored) {}

    /**
     * @param files how many files the snapshot has
     * @param bytesCopied of files that the repository did not have
     * @param bytesReused of files that it had
     * @param warnings what was not right with the store or with older snapshots, one line each
     */
    public record Result(
            String id,
            String repository,
            long files,
            long bytesCopied,
            long bytesReused,
            long messages,
            long mailboxes,
            long users,
            long durationMillis,
            List<String> warnings) {}

    @Override
    public String name() {
        return "snapshot.take";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Instant began = workplace.clock().instant();
        try {
            return new SnapshotTaker(workplace, request.rereadStored(), Meter.beside(workplace.live(), progress), hook)
                    .take();
        } catch (OperatorException e) {
            if (e.reason() == Reason.UNSOUND || e.reason() == Reason.IO) {
                hold(workplace, began, String.valueOf(e.getMessage()));
            }
            throw e;
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("stopped on request");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            OperatorException refusal = Refusal.io(
                    "writing the snapshot into", workplace.repository().toString(), e);
            if (refusal.reason() == Reason.IO) {
                hold(workplace, began, String.valueOf(refusal.getMessage()));
            }
            throw refusal;
        }
    }

    /** Unless what was met has set one already, in its own words. */
    private static void hold(Workplace workplace, Instant began, String because) {
        IncidentHolds holds = IncidentHolds.of(workplace);
        boolean set = holds.state().on().stream()
                .anyMatch(one -> one.by().equals("snapshot") && one.since().isAfter(began));
        if (!set) {
            IncidentHold unused = holds.raise("snapshot", because, List.of());
        }
    }
}

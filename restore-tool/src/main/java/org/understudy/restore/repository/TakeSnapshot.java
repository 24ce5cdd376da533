package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

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
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        try {
            return new SnapshotTaker(workplace, request.rereadStored(), new Meter(progress), hook).take();
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("stopped on request");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw Refusal.io("writing the snapshot into", workplace.repository().toString(), e);
        }
    }
}

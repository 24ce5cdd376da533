package org.understudy.restore.loss;

import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code loss.latest}: the answer of the last comparison with history. */
public final class LatestLoss implements Operation<LatestLoss.Request, LossReport> {
    public record Request() {}

    @Override
    public String name() {
        return "loss.latest";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<LossReport> resultType() {
        return LossReport.class;
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if there is none yet */
    @Override
    public LossReport run(Request request, Workplace workplace, Progress progress) {
        LossFiles files = LossFiles.in(workplace.dataFolder());
        return files.latest()
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND,
                        "live mail was not compared with history yet",
                        "Run 'understudy loss'; the server does so itself after each start and snapshot."));
    }
}

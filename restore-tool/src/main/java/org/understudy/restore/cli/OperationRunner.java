package org.understudy.restore.cli;

import org.understudy.restore.operation.Operation;
import org.understudy.restore.progress.Progress;

/** Does work on the live store, wherever that store is open: in the running server, or in this process. */
public interface OperationRunner {
    /** @throws org.understudy.storage.OperatorException for what an operator can mend */
    <Q, R> R run(Operation<Q, R> operation, Q request, Progress progress) throws InterruptedException;
}

package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.operation.Operation;

/**
 * A verb whose work is one operation: makes the request from its options, has it run in the server or here, and prints
 * the result.
 *
 * @param <Q> request
 * @param <R> result
 */
public abstract class OperationVerb<Q, R> extends Verb {
    private final Operation<Q, R> operation;

    protected OperationVerb(Frame frame, Operation<Q, R> operation) {
        super(frame);
        this.operation = operation;
    }

    /** The request that the options ask for; its paths are to be absolute. */
    protected abstract Q request(Invocation invocation) throws Exception;

    /** Writes the result for people; with {@code --json} it is not called. */
    protected abstract void print(R result, PrintStream out);

    /** 0, or {@link org.understudy.storage.Reason#UNSOUND}'s code where the result tells of damage. */
    protected int exitCode(R result) {
        return 0;
    }

    @Override
    protected final int run(Invocation invocation) throws Exception {
        Q request = request(invocation);
        R result;
        try (ShownProgress progress = invocation.console().progress()) {
            result = invocation.operations().run(operation, request, progress);
        }
        invocation.console().result(result, out -> print(result, out));
        return exitCode(result);
    }
}

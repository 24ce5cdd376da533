package org.understudy.restore.cli;

import java.util.concurrent.Callable;

/** A verb of the command line; subclasses carry picocli's annotations. */
public abstract class Verb implements Callable<Integer> {
    private final Frame frame;

    protected Verb(Frame frame) {
        this.frame = frame;
    }

    /**
     * Does the work and prints the result.
     *
     * @return the exit code
     */
    protected abstract int run(Invocation invocation) throws Exception;

    @Override
    public final Integer call() throws Exception {
        return run(frame.invocation());
    }
}

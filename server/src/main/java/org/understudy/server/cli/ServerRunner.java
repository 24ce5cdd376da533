package org.understudy.server.cli;

import org.understudy.restore.cli.Console;
import org.understudy.server.config.Configuration;

/** Runs a whole server. */
public interface ServerRunner {
    /**
     * Serves until the calling thread is interrupted, then ends gracefully and returns. Says on the console when it is
     * ready.
     *
     * @throws org.understudy.storage.OperatorException if it cannot start, for what an operator can mend
     */
    void run(Configuration configuration, Console console) throws Exception;

    /** The same over a damaged store, for reading only. */
    void rescue(Configuration configuration, Console console) throws Exception;
}

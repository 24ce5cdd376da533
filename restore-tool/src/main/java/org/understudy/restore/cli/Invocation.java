package org.understudy.restore.cli;

import java.nio.file.Path;
import java.time.Clock;
import org.understudy.restore.repository.backend.RepositoryPlace;

/** One call of a verb: what its global options and the configuration say. Read only when asked for. */
public interface Invocation {
    Console console();

    /** Where work on the live store is to be done. */
    OperationRunner operations();

    /**
     * The configured data folder, absolute.
     *
     * @throws org.understudy.storage.OperatorException if the configuration has faults
     */
    Path dataFolder();

    /** The configured repository. */
    RepositoryPlace repository();

    Clock clock();

    ApproverLogin approver();

    /** A path of the command line, absolute: the server runs in another folder. */
    Path absolute(Path path);
}

package org.understudy.benchmarks.subject;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.understudy.benchmarks.wire.Endpoint;
import org.understudy.benchmarks.wire.Wire;

/** A server that is being measured. Users are numbered; all have one password. One thread. */
public interface Subject extends AutoCloseable {
    /** Users 1 to {@value} are the crowd; those above hold fixtures. */
    int CROWD = 1_000;

    String name();

    String user(int number);

    String password();

    Endpoint endpoint(boolean tls);

    /** Whether there is a TLS port. */
    boolean speaksTls();

    /** Makes sure that it runs and that its writes mean this. */
    void need(Durability durability) throws IOException, InterruptedException;

    /** Ends it and starts it again; false if it cannot be, because it is not ours. */
    boolean restart() throws IOException, InterruptedException;

    /** Its processes; none if it runs elsewhere. */
    Optional<ProcessTree> processes();

    /** How long it takes from the last IDLE until its memory is what it stays. */
    Duration idleSettling();

    default Wire login(int user) throws IOException {
        return Wire.login(endpoint(false), user(user), password());
    }

    @Override
    void close();
}

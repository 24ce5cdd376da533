package org.understudy.benchmarks.subject;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.understudy.benchmarks.wire.Endpoint;

/** A server that somebody else runs. Its users must exist; what is measured creates mailboxes and messages in them. */
public final class RemoteSubject implements Subject {
    private final String name;
    private final Endpoint plain;
    private final @Nullable Endpoint tls;
    private final String userPattern;
    private final String password;
    private final OptionalLong process;

    /**
     * @param plain a port where users may log in at once; the TLS one if there is no other
     * @param userPattern with one {@code %d} for the number
     * @param process the root of its processes if it runs on this machine
     */
    public RemoteSubject(
            String name,
            Endpoint plain,
            @Nullable Endpoint tls,
            String userPattern,
            String password,
            OptionalLong process) {
        this.name = name;
        this.plain = plain;
        this.tls = tls;
        this.userPattern = userPattern;
        this.password = password;
        this.process = process;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String user(int number) {
        return userPattern.replace("%d", Integer.toString(number));
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public Endpoint endpoint(boolean secured) {
        return secured && tls != null ? tls : plain;
    }

    @Override
    public boolean speaksTls() {
        return tls != null;
    }

    @Override
    public void need(Durability durability) {}

    @Override
    public boolean restart() {
        return false;
    }

    @Override
    public Optional<ProcessTree> processes() {
        return process.isPresent() ? Optional.of(new ProcessTree(process.getAsLong())) : Optional.empty();
    }

    @Override
    public Duration idleSettling() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void close() {}
}

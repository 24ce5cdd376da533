package org.understudy.server.doctor;

/** Tries whether a port can be listened on. */
public interface PortTrial {
    /** Listens for a moment. */
    Outcome listen(String host, int port);

    /** What came of it. */
    sealed interface Outcome {
        record Free() implements Outcome {}

        record Taken() implements Outcome {}

        /** The port is below what this account may listen on. */
        record Forbidden() implements Outcome {}

        /** The host has no such address. */
        record NoSuchAddress(String words) implements Outcome {}
    }
}
